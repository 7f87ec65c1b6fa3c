"""With which words is it linked?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Report
from linkshed.report.shared import NO_REL, OF_LINKS, PAST, PAST_COLUMNS
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Anchors of the links to the pages of the scope from other domains; letter case counts."""
    from linkshed.report.answers.passing import passing
    from linkshed.report.answers.past import anchors_since
    from linkshed.report.columns import incoming
    from linkshed.report.grouped import anchor_frame, without_past

    if options["since"] is not None:
        return anchors_since(snapshot, scope, options["since"], options["where_links"])
    rows = passing(snapshot, incoming(snapshot, scope), options["where_links"])
    return without_past(anchor_frame(snapshot, rows))


REPORT = Report(
    name="anchors",
    title="Anchors",
    group="Backlink profile",
    question="With which words is it linked?",
    unit="anchors",
    columns=(
        Column("anchor", "string", "words of the link; for an image its alt text", alias="anchor"),
        Column("anchor_kind", "string", "descriptive, naked_url, generic or empty"),
        Column("links", "u32", "links with these words", alias="links_to_target"),
        Column("followed_links", "u32", "followed ones", NO_REL, alias="dofollow_links"),
        Column("content_links", "u32", "those in the main content"),
        Column("refdomains", "u32", "distinct domains they come from", alias="refdomains"),
        Column("refpages", "u32", "distinct pages they come from", alias="refpages"),
        Column("linked_pages", "u32", "distinct pages they lead to"),
        Column("equity", "f64", "equity they carry together", "", "page-equivalents"),
        Column("top_domain_rating", "f32", "rating of the strongest domain that uses them",
               alias="top_domain_rating"),
        Column("first_seen", "time", "the first of them", "unknown", alias="first_seen"),
        Column("last_seen", "time", "last sight of any of them", "unknown", alias="last_seen"),
        *PAST_COLUMNS,
    ),
    select=("anchor", "anchor_kind", "refdomains", "links", "followed_links", "equity",
            "top_domain_rating"),
    order_by="refdomains:desc,links:desc",
    frame=frame,
    options=(PAST, OF_LINKS),
)  # fmt: skip
