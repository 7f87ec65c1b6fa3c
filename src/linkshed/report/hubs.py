"""Which pages hold the site up, and to whom do they hand on?"""

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
    """All living pages of the scope."""
    from linkshed.report.answers.structure import hubs

    return hubs(snapshot, scope)


REPORT = Report(
    name="hubs",
    title="Hubs",
    group="Audit",
    question="Which pages hold the site up, and to whom do they hand on?",
    unit="pages",
    watchable=("page",),
    columns=(
        Column("url", "string", "the page"),
        Column("title", "string", "its title", "no title known"),
        Column("rating", "f32", "rating, 0-100"),
        Column("equity", "f64", "equity it holds", "", _PE),
        Column("share", "f64", "against the scope's equity"),
        Column("from_outside", "f64", "equity that links from other domains bring it", "", _PE),
        Column("brought", "f64", "equity that links from other pages of its domain bring it", "",
               _PE),
        Column("gives", "f64", "equity it hands to other pages of its domain", "", _PE),
        Column("leaves", "f64", "equity it hands to other domains", "", _PE),
        Column("lost", "f64", "equity its links take that nobody receives: nofollow, broken or"
               " noindex", "", _PE),
        Column("n_links", "u32", "links on it to other living pages of its domain"),
        Column("n_fed", "u32", "different pages of its domain they lead to"),
        Column("n_backlinks", "u32", "links to it from other domains"),
        Column("depth", "u16", "clicks from a home page", "not reachable"),
    ),
    select=("url", "rating", "equity", "from_outside", "brought", "gives", "leaves", "lost",
            "n_fed"),
    order_by="gives:desc,equity:desc",
    frame=frame,
)  # fmt: skip
