"""Which links lead away from it?"""

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

LINKED = replace(
    GROUPING,
    meaning="similar: one row for the links of one domain to one page in one kind of place; domain:"
    " one row for each domain linked to; all: every link",
)
BROKEN = Option(
    "broken", "only links to pages that are dead, or from which redirects lead to none", False
)


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Clickable links from pages of the scope to domains that hold none of them."""
    from linkshed.report.columns import link_frame, outgoing, to_dead

    rows = outgoing(snapshot, scope)
    if options["broken"]:
        rows = rows[to_dead(snapshot, rows)]
    return link_frame(snapshot, rows, options["grouping"], "target")


REPORT = Report(
    name="outgoing",
    title="Outgoing links",
    group="Outgoing",
    question="Which links lead away from it?",
    unit="links",
    columns=LINK_COLUMNS,
    select=(
        "source_url", "anchor", "placement", "is_followed", "equity", "target_url",
        "target_status", "target_domain_rating", "links_in_group",
    ),
    order_by="equity:desc",
    frame=frame,
    shows=(("pages", "source_"),),
    options=(LINKED, BROKEN),
)  # fmt: skip
