"""Which links point here from outside?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Option, Report
from linkshed.report.shared import GROUPING, LINK_COLUMNS

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope

BEST = Option(
    "best",
    "best links only: followed, in the main content, from a page that is alive and indexable",
    False,
)


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Clickable links to the pages of the scope from domains that hold none of them."""
    from linkshed.report.columns import best_of, incoming, link_frame

    rows = incoming(snapshot, scope)
    if options["best"]:
        rows = best_of(snapshot, rows)
    return link_frame(snapshot, rows, options["grouping"])


REPORT = Report(
    name="backlinks",
    title="Backlinks",
    group="Backlink profile",
    question="Which links point here from outside?",
    unit="links",
    watchable=("link",),
    columns=LINK_COLUMNS,
    select=(
        "source_url", "source_rating", "anchor", "placement", "is_followed", "equity",
        "target_url", "links_in_group",
    ),
    order_by="equity:desc",
    frame=frame,
    shows=(("pages", "source_"),),
    options=(GROUPING, BEST),
)  # fmt: skip
