"""With which words does it link?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Option, Report
from linkshed.report.shared import NO_REL, OF_LINKS
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope

LEADING = Option(
    "to",
    "external: links to other domains; internal: links to pages of their own domain",
    "external",
    ("external", "internal"),
)


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Anchors of the links on pages of the scope; letter case counts."""
    from linkshed.report.answers.passing import passing
    from linkshed.report.answers.within import within
    from linkshed.report.columns import outgoing
    from linkshed.report.grouped import anchor_frame

    is_internal = options["to"] == "internal"
    rows = within(snapshot, scope, "out") if is_internal else outgoing(snapshot, scope)
    return anchor_frame(snapshot, passing(snapshot, rows, options["where_links"]), "target")


REPORT = Report(
    name="linkedanchors",
    title="Outgoing anchors",
    group="Outgoing",
    question="With which words does it link?",
    unit="anchors",
    columns=(
        Column("anchor", "string", "words of the link; for an image its alt text", alias="anchor"),
        Column("anchor_kind", "string", "descriptive, naked_url, generic or empty"),
        Column("links", "u32", "links with these words", alias="links_from_target"),
        Column("followed_links", "u32", "followed ones", NO_REL, alias="dofollow_links"),
        Column("content_links", "u32", "those in the main content"),
        Column("linking_pages", "u32", "distinct pages they stand on"),
        Column("linked_domains", "u32", "distinct domains they lead to", alias="linked_domains"),
        Column("linked_pages", "u32", "distinct pages they lead to", alias="linked_pages"),
        Column("equity", "f64", "equity they carry together", "", "page-equivalents"),
        Column("top_domain_rating", "f32", "rating of the strongest domain they lead to"),
        Column("first_seen", "time", "the first of them", "unknown", alias="first_seen"),
        Column("last_seen", "time", "last sight of any of them", "unknown", alias="last_seen"),
    ),
    select=("anchor", "anchor_kind", "links", "followed_links", "linking_pages", "linked_pages",
            "linked_domains", "equity"),
    order_by="links:desc,linked_pages:desc",
    frame=frame,
    options=(LEADING, OF_LINKS),
)  # fmt: skip
