"""Which links from outside hit a page that is dead?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Option, Report
from linkshed.report.shared import GROUPING, LINK_COLUMNS

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope

LIVENESS = Option(
    "liveness",
    "dead: links that are lost; blocked: links to pages that turn robots away, which may live;"
    " failing: links to pages that did not answer, not yet for so long that they count as dead",
    "dead",
    ("dead", "blocked", "failing"),
)


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Backlinks whose target, or the end of its redirects, is dead or a loop; or, when asked for,
    turns us away or fails for now. Those of the other two are counted."""
    from linkshed.report.columns import by_liveness, incoming, link_frame

    parts = by_liveness(snapshot, incoming(snapshot, scope))
    found = link_frame(snapshot, parts.pop(options["liveness"]), options["grouping"])
    more = {name: len(rows) for name, rows in parts.items() if len(rows)}
    return replace(found, notes=found.notes | more)


REPORT = Report(
    name="broken",
    title="Broken backlinks",
    group="Backlink profile",
    question="Which links from outside hit a page that is dead?",
    unit="links",
    watchable=("link",),
    columns=LINK_COLUMNS,
    select=(
        "source_url", "source_rating", "anchor", "is_followed", "target_url", "target_outcome",
        "target_resolution",
    ),
    order_by="source_rating:desc",
    frame=frame,
    shows=(("pages", "source_"),),
    options=(replace(GROUPING, default="all"), LIVENESS),
)  # fmt: skip
