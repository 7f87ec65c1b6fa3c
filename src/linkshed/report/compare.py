"""How do sites compare?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Option, Report
from linkshed.report.shared import SITE_COLUMNS

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope

RIVALS = Option(
    "rivals",
    "the sites to set beside it, of any form a scope has; commas or line ends separate them",
    None,
    form="text",
)


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """A row for each site: those of the scope, then the rivals."""
    from linkshed.report.answers.sites import members, sites
    from linkshed.urls.scope import parse_scope, scope_members

    rivals = (parse_scope(text) for text in scope_members(options["rivals"] or ""))
    return sites(snapshot, [*members(scope), *rivals])


REPORT = Report(
    name="compare",
    title="Compare",
    group="Tools",
    question="How do sites compare?",
    unit="sites",
    columns=SITE_COLUMNS,
    select=(
        "target", "domain_rating", "best_page_rating", "refdomains", "backlinks",
        "followed_share", "content_share", "largest_share", "anchors", "top_anchor",
    ),
    order_by="",
    frame=frame,
    options=(RIVALS,),
)  # fmt: skip
