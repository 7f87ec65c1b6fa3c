"""Why is it stronger or weaker than before?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Option, Report
from linkshed.report.shared import SINCE
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope

BY = Option(
    "by",
    "link: a row for each page that links and each cause; cause: a row for each cause",
    "link",
    ("link", "cause"),
)
_MANY = "the row stands for several, or for the page's own base"


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """The parts of the change; they sum to it."""
    from linkshed.report.answers.causes import causes

    return causes(snapshot, scope, options["since"], options["by"])


REPORT = Report(
    name="why",
    title="Why it changed",
    group="Pages",
    question="Why is it stronger or weaker than before?",
    unit="changes",
    columns=(
        Column("cause", "string", "won, lost: links of pages read both times; link: the links"
               " themselves or where they lead; dilution: other links on their page; strength:"
               " their page holds more or less; base: its own; coverage: nobody had looked"),
        Column("source_url", "string", "page that links", _MANY),
        Column("target_url", "string", "page of the scope", _MANY),
        Column("gain", "f64", "equity it added", "", "page-equivalents"),
        Column("points", "f64", "rating points it added"),
        Column("equity_before", "f64", "equity that came this way then", _MANY,
               "page-equivalents"),
        Column("equity_after", "f64", "equity that comes this way now", _MANY,
               "page-equivalents"),
    ),
    select=("cause", "source_url", "target_url", "gain", "points", "equity_before",
            "equity_after"),
    order_by="gain:desc",
    frame=frame,
    takes_long=True,
    options=(SINCE, BY),
)  # fmt: skip
