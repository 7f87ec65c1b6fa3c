"""Which links from outside hit a page that is dead?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Report
from linkshed.report.shared import GROUPING, LINK_COLUMNS

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Backlinks whose target, or the end of its redirects, is an error page or a loop."""
    from linkshed.report.columns import incoming, link_frame, to_dead

    rows = incoming(snapshot, scope)
    return link_frame(snapshot, rows[to_dead(snapshot, rows)], options["grouping"])


REPORT = Report(
    name="broken",
    title="Broken backlinks",
    group="Backlink profile",
    question="Which links from outside hit a page that is dead?",
    unit="links",
    columns=LINK_COLUMNS,
    select=(
        "source_url", "source_rating", "anchor", "is_followed", "target_url", "target_status",
        "target_resolution",
    ),
    order_by="source_rating:desc",
    frame=frame,
    shows=(("pages", "source_"),),
    options=(replace(GROUPING, default="all"),),
)  # fmt: skip
