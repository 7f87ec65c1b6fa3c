"""Which new links raise it most?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Option, Report
from linkshed.report.writing import FLOOR, RELEVANCE, TWO_WAY
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope

OPTIONS = (
    Option("links", "how many links to find", 10, form="count", within=(1, 1000)),
    Option("per_source", "most new links on one page", 1, form="count", within=(1, 100)),
    Option("goals", "weighted goals in place of the scope: lines 'URL WEIGHT'",
           None, form="script"),
    FLOOR,
    RELEVANCE,
    Option("sources", "scope of pages to write links on; without it the goal's own domains", None,
           form="text"),
    Option("forbid", "scope of pages that must not get a link, nor be linked to", None,
           form="text"),
    Option("protect", "scope of pages that must not fall", None, form="text"),
    TWO_WAY,
)  # fmt: skip


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """The links to write, in the order in which they were chosen."""
    from linkshed.report.answers.proposals import choice

    return choice(snapshot, scope, **options)


REPORT = Report(
    name="optimise",
    title="Best links to add",
    group="Tools",
    question="Which new links raise it most?",
    unit="links to write",
    columns=(
        Column("step", "u32", "place in the order of choice"),
        Column("source_url", "string", "page to write the link on"),
        Column("target_url", "string", "page to link to"),
        Column("anchor", "string", "words in its text to link"),
        Column("sentence", "string", "the sentence they stand in"),
        Column("relevance", "f64", "share of random pairs of pages that are less alike"),
        Column("gain", "f64", "what the link adds to the goal", "", "page-equivalents"),
        Column("total", "f64", "what the goal gained up to here", "", "page-equivalents"),
        Column("losers", "u32", "pages that have lost by then"),
        Column("loser_url", "string", "the page that has lost most", "none lost"),
        Column("loss", "f64", "what that page has lost", "none lost", "page-equivalents"),
    ),
    select=("step", "source_url", "target_url", "anchor", "relevance", "gain", "total", "losers",
            "loser_url", "loss"),
    order_by="step",
    frame=frame,
    takes_long=True,
    options=OPTIONS,
)  # fmt: skip
