"""Which single findings do all audits together have, worst first?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Report
from linkshed.report.shared import AGAINST, SEVERITY, WHERE_COLUMNS, WHY_COLUMNS, stake
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Every finding of every audit, without gains; against another snapshot those gone, too."""
    from linkshed.report.answers.everything import everything

    return everything(snapshot, scope, options["against"])


REPORT = Report(
    name="findings",
    title="All findings",
    group="Audit",
    question="Which single findings do all audits together have, worst first?",
    unit="findings",
    columns=(
        SEVERITY,
        Column("change", "string", "against another snapshot: added, the page was known; new,"
               " it was not; removed, it is still met; missing, it no longer is; unchanged",
               "nothing to compare with, or inconclusive"),
        Column("report", "string", "the audit that found it, which has more columns and gains"),
        Column("kind", "string", "what is wrong, in the words of that audit", "it has one kind"),
        Column("url", "string", "page it is about", "it has no single page"),
        Column("other", "string", "what else it is about: where a redirect ends, the address"
               " written, the other page", "nothing"),
        Column("verdict", "string", "certain or orphan; or inconclusive, or to look at again"),
        Column("reason", "string", "why it is not certain", "it is"),
        Column("n_links", "u32", "links it is about", "the audit counts none"),
        Column("n_pages", "u32", "pages on which they stand", "the audit counts none"),
        stake("equity it is about"),
        *WHERE_COLUMNS,
        *WHY_COLUMNS,
    ),
    select=("change", "severity", "report", "kind", "url", "stake", "source_url"),
    order_by="severity,stake:desc",
    frame=frame,
    takes_long=True,
    options=(AGAINST,),
)  # fmt: skip
