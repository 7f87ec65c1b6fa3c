"""Which links lead from page to page of its own site?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Report
from linkshed.report.shared import GROUPING, LINK_COLUMNS, WAYS

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope

SIMILAR = replace(
    GROUPING,
    meaning="similar: one row for the links to one page in one kind of place, such as those of a"
    " menu; all: every link",
    choices=("similar", "all"),
)


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Clickable links with both ends on one domain."""
    from linkshed.report.answers.within import within
    from linkshed.report.columns import link_frame

    return link_frame(snapshot, within(snapshot, scope, options["way"]), options["grouping"])


REPORT = Report(
    name="internal",
    title="Internal links",
    group="Pages",
    question="Which links lead from page to page of its own site?",
    unit="links",
    columns=LINK_COLUMNS,
    select=(
        "source_url", "source_rating", "anchor", "placement", "is_followed", "equity",
        "target_url", "links_in_group",
    ),
    order_by="equity:desc",
    frame=frame,
    shows=(("pages", "source_"),),
    options=(SIMILAR, WAYS),
)  # fmt: skip
