"""Options of the reports that look for links to write: declarations only, cheap to import."""

from __future__ import annotations

from linkshed.report.report import Option

FLOOR = Option(
    "floor",
    "least relevance: the share of random pairs of pages that must be less alike",
    0.5,
    form="number",
    within=(0, 1),
)
RELEVANCE = Option(
    "relevance",
    "what pages are compared by: words, or meaning across languages by a model (an extra)",
    "words",
    choices=("words", "meaning"),
)
TWO_WAY = Option("two_way", "also on pages that the target links to in its text", False)
