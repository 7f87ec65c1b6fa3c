"""What is wrong with its internal links, worst first?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Option, Report
from linkshed.report.shared import AGAINST
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope

_PE = "page-equivalents"
CHANGES = {
    "added": "findings at pages that were known before and did not have them",
    "new": "findings at pages that were not known before",
    "removed": "findings that are gone at pages still met",
    "missing": "findings at pages met no longer",
    "unchanged": "findings both times",
}
BUDGET = Option(
    "budget",
    "limits in TOML; over one of them the command fails: [findings], [added] and [stake] by report,"
    " [lost] and [lost_percent] by page",
    None,
    form="script",
)


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """One row for each audit report that finds something with its own defaults."""
    from linkshed.report.answers.summaries import summary

    return summary(snapshot, scope, options["against"], options["budget"])


REPORT = Report(
    name="audit",
    title="All issues",
    group="Audit",
    question="What is wrong with its internal links, worst first?",
    unit="reports",
    columns=(
        Column("severity", "string", "that of its worst finding", "nothing is certain"),
        Column("report", "string", "the report that lists the findings"),
        Column("findings", "u32", "how many there are"),
        Column("critical", "u32", "those after which who follows a link ends nowhere"),
        Column("major", "u32", "those that keep pages, links or equity from readers or search"
               " engines"),
        Column("minor", "u32", "the others: it works, and could be better"),
        Column("inconclusive", "u32", "how many more there would be, had enough been read to say"),
        Column("stake", "f64", "equity they are about, inconclusive ones included; the same equity"
               " may be at stake in several", "", _PE),
        Column("worst_stake", "f64", "equity the worst is about: the largest of the most severe",
               "", _PE),
        Column("worst_url", "string", "page of the worst", "it has no single page"),
        *(Column(name, "u32", told, "nothing to compare with") for name, told in CHANGES.items()),
        Column("question", "string", "what that report answers"),
    ),
    select=("severity", "report", "findings", "critical", "inconclusive", "stake", "worst_url",
            "question"),
    order_by="severity,worst_stake:desc",
    frame=frame,
    takes_long=True,
    options=(AGAINST, BUDGET),
)  # fmt: skip
