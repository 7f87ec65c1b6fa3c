"""Which hreflang and pagination links do not hold?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Report
from linkshed.report.shared import SEVERITY, WHY_COLUMNS, stake
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Links of page heads to other languages and to next and previous pages, with a fault."""
    from linkshed.report.answers.heads import headlinks

    return headlinks(snapshot, scope)


REPORT = Report(
    name="headlinks",
    title="Languages and pagination",
    group="Audit",
    question="Which hreflang and pagination links do not hold?",
    unit="findings",
    columns=(
        SEVERITY,
        Column("kind", "string", "unknown code, to a page that is not kept, no return link, no code"
               " for itself, or no link to click"),
        Column("link", "string", "hreflang, next or prev"),
        Column("url", "string", "page that names the other"),
        Column("other_url", "string", "page that is named"),
        Column("code", "string", "language code of an hreflang link"),
        Column("verdict", "string", "certain; or inconclusive where too little was read to say so"),
        Column("reason", "string", "why it is inconclusive", "it is not"),
        stake("equity of the page that names the other"),
        Column("way", "string", "clicks from a home page to the page", "no path leads there"),
        *WHY_COLUMNS,
    ),
    select=("severity", "kind", "link", "url", "other_url", "code", "verdict"),
    order_by="severity,stake:desc",
    frame=frame,
)  # fmt: skip
