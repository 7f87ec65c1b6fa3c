"""Which of its sections hold its equity?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Report
from linkshed.report.shared import FOLDERS
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope

_PE = "page-equivalents"


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Living pages of the scope by their host and first folders."""
    from linkshed.report.answers.parts import sections

    return sections(snapshot, scope, options["folders"])


REPORT = Report(
    name="sections",
    title="Sections",
    group="Pages",
    question="Which of its sections hold its equity?",
    unit="sections",
    columns=(
        Column("section", "string", "host and first folders of its pages"),
        Column("pages", "u32", "living pages"),
        Column("n_read", "u32", "those that were read"),
        Column("n_indexable", "u32", "those that were read and may be indexed"),
        Column("equity", "f64", "equity they hold", "", _PE),
        Column("share", "f64", "against the scope's equity"),
        Column("mean_equity", "f64", "equity of one page in the mean", "", _PE),
        Column("n_links", "u32", "internal links to them, through redirects and canonicals too"),
        Column("n_backlinks", "u32", "links to them from other domains"),
        Column("url", "string", "the strongest of them"),
    ),
    select=("section", "pages", "equity", "share", "mean_equity", "n_links", "n_backlinks", "url"),
    order_by="equity:desc",
    frame=frame,
    options=(FOLDERS,),
)
