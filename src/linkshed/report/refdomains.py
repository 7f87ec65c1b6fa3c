"""Which domains link here?"""

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
    """Domains that link to the pages of the scope and hold none of them."""
    from linkshed.report.answers.passing import passing
    from linkshed.report.answers.past import domains_since
    from linkshed.report.columns import incoming
    from linkshed.report.grouped import domain_frame, without_past

    if options["since"] is not None:
        return domains_since(snapshot, scope, options["since"], options["where_links"])
    rows = passing(snapshot, incoming(snapshot, scope), options["where_links"])
    return without_past(domain_frame(snapshot, rows, "source"))


REPORT = Report(
    name="refdomains",
    title="Referring domains",
    group="Backlink profile",
    question="Which domains link here?",
    unit="domains",
    watchable=("domain",),
    columns=(
        Column("domain", "string", "registrable domain", example="example.com"),
        Column("domain_rating", "f32", "its rating, 0-100", alias="domain_rating"),
        Column("links", "u32", "links from it into the scope", alias="links_to_target"),
        Column("followed_links", "u32", "followed ones", NO_REL, alias="dofollow_links"),
        Column("content_links", "u32", "those in the main content"),
        Column("linking_pages", "u32", "distinct pages that link"),
        Column("linked_pages", "u32", "distinct pages of the scope it links to"),
        Column("equity", "f64", "equity all its links carry", "", "page-equivalents"),
        Column("n_refdomains", "u32", "domains that link to it"),
        Column("n_followed_refdomains", "u32", "domains with a followed link to it", NO_REL,
               alias="dofollow_refdomains"),
        Column("n_linked_domains", "u32", "domains it links to"),
        Column("n_followed_linked_domains", "u32", "domains it has a followed link to", NO_REL,
               alias="dofollow_linked_domains"),
        Column("first_seen", "time", "its first link", "unknown", alias="first_seen"),
        Column("last_seen", "time", "last sight of any of its links", "unknown"),
        *PAST_COLUMNS,
    ),
    select=(
        "domain", "domain_rating", "links", "followed_links", "content_links", "linked_pages",
        "equity", "first_seen",
    ),
    order_by="equity:desc,domain_rating:desc",
    frame=frame,
    options=(PAST, OF_LINKS),
    shows=(("domains", ""),),
)  # fmt: skip
