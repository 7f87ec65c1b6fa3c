"""Which domains does it link to?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Report
from linkshed.report.shared import NO_REL, OF_LINKS
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Other domains that the pages of the scope link to."""
    from linkshed.report.answers.passing import passing
    from linkshed.report.columns import outgoing
    from linkshed.report.grouped import domain_frame

    rows = passing(snapshot, outgoing(snapshot, scope), options["where_links"])
    return domain_frame(snapshot, rows, "target")


REPORT = Report(
    name="linkeddomains",
    title="Linked domains",
    group="Outgoing",
    question="Which domains does it link to?",
    unit="domains",
    columns=(
        Column("domain", "string", "registrable domain", example="example.com"),
        Column("domain_rating", "f32", "its rating, 0-100", alias="domain_rating"),
        Column("links", "u32", "links from the scope to it", alias="links_from_target"),
        Column("followed_links", "u32", "followed ones", NO_REL, alias="dofollow_links"),
        Column("content_links", "u32", "those in the main content"),
        Column("linking_pages", "u32", "distinct pages of the scope that link"),
        Column("linked_pages", "u32", "distinct pages it is linked at", alias="linked_pages"),
        Column("equity", "f64", "equity all these links carry", "", "page-equivalents"),
        Column("n_refdomains", "u32", "domains that link to it"),
        Column("n_followed_refdomains", "u32", "domains with a followed link to it", NO_REL,
               alias="dofollow_refdomains"),
        Column("n_linked_domains", "u32", "domains it links to"),
        Column("n_followed_linked_domains", "u32", "domains it has a followed link to", NO_REL,
               alias="dofollow_linked_domains"),
        Column("first_seen", "time", "the first link", "unknown", alias="first_seen"),
        Column("last_seen", "time", "last sight of any link", "unknown"),
    ),
    select=("domain", "domain_rating", "links", "followed_links", "linked_pages", "equity"),
    order_by="equity:desc,domain_rating:desc",
    frame=frame,
    options=(OF_LINKS,),
    shows=(("domains", ""),),
)  # fmt: skip
