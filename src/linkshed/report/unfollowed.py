"""Which pages get internal links that hand nothing on?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Option, Report
from linkshed.report.shared import SEVERITY, WHERE_COLUMNS, WHY_COLUMNS, stake
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope

EACH = Option("each", "of how many pages to compute the gain of the repair", 5, form="count",
              within=(0, 100_000))  # fmt: skip


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Living pages with nofollow internal links, or with none on a page that may be indexed."""
    from linkshed.report.answers.unfollowed import unfollowed

    return unfollowed(snapshot, scope, options["each"])


REPORT = Report(
    name="unfollowed",
    title="Unfollowed links",
    group="Audit",
    question="Which pages get internal links that hand nothing on?",
    unit="pages",
    watchable=("page",),
    columns=(
        SEVERITY,
        Column("kind", "string", "nofollow links only, nofollow and followed links, or links from"
               " noindex pages only"),
        Column("url", "string", "the page"),
        Column("n_links", "u32", "internal links to it, through redirects and canonicals too"),
        Column("n_bad", "u32", "those of them that hand nothing on, or stand on noindex pages"),
        Column("equity", "f64", "equity it holds", "", "page-equivalents"),
        stake("equity these links take and do not hand on"),
        Column("gain", "f64", "equity the page gains once they are followed", "not tried, or no"
               " single repair", "page-equivalents"),
        *WHERE_COLUMNS,
        *WHY_COLUMNS,
    ),
    select=("kind", "url", "n_links", "n_bad", "stake", "gain"),
    order_by="severity,stake:desc",
    frame=frame,
    takes_long=True,
    options=(EACH,),
)  # fmt: skip
