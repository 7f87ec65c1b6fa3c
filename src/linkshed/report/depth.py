"""How many clicks from the home page are its pages, and how much equity gets there?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Report
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope

_PE = "page-equivalents"


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Living pages of the scope by their depth."""
    from linkshed.report.answers.structure import by_depth

    return by_depth(snapshot, scope)


REPORT = Report(
    name="depth",
    title="Click depth",
    group="Audit",
    question="How many clicks from the home page are its pages, and how much equity gets there?",
    unit="levels",
    columns=(
        Column("depth", "u16", "clicks from a home page", "no path leads there"),
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
    select=("depth", "pages", "n_indexable", "equity", "share", "mean_equity", "n_links", "url"),
    order_by="depth",
    frame=frame,
)  # fmt: skip
