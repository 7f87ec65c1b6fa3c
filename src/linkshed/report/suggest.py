"""Where could a link to it be written, with words that stand there already?"""

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
    FLOOR,
    RELEVANCE,
    Option("sources", "scope of pages to write links on; without it the target's own domain", None,
           form="text"),
    TWO_WAY,
    Option("targets", "for how many pages of the scope to find links, the weakest first", 10,
           form="count", within=(1, 10_000)),
)  # fmt: skip


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Links that could be written to pages of the scope."""
    from linkshed.report.answers.proposals import suggestions

    return suggestions(snapshot, scope, **options)


REPORT = Report(
    name="suggest",
    title="Links to write",
    group="Tools",
    question="Where could a link to it be written, with words that stand there already?",
    unit="links to write",
    columns=(
        Column("target_url", "string", "page to link to"),
        Column("source_url", "string", "page to write the link on"),
        Column("source_title", "string", "its title", "no title known"),
        Column("anchor", "string", "words in its text to link"),
        Column("sentence", "string", "the sentence they stand in"),
        Column("position", "f64", "share of the text before them"),
        Column("relevance", "f64", "share of random pairs of pages that are less alike"),
        Column("gain", "f64", "equity the target gains", "", "page-equivalents"),
        Column("rating_gain", "f64", "rating points the target gains"),
        Column("site_gain", "f64", "equity all pages of the target's domain gain", "",
               "page-equivalents"),
        Column("source_equity", "f64", "equity of the source", "", "page-equivalents"),
    ),
    select=("target_url", "source_url", "anchor", "sentence", "relevance", "gain", "rating_gain"),
    order_by="gain:desc",
    frame=frame,
    takes_long=True,
    options=OPTIONS,
)  # fmt: skip
