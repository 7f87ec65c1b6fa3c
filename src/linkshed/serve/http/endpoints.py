"""The addresses that scripts already use: which report answers each, and the names of its columns.

A name is the alias of a report's column, or one of ``renamed``, or one of ``unknown``: what a link
graph cannot know is null, never 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from linkshed import api

RANK = re.compile(r"[a-z]+_rank(_source|_target)?")
"""Columns that give a place in the order of another index."""
LISTS = ("languages", "languages_target")
"""Columns that hold lists there and one text here."""
_TRAFFIC = ("positions", "traffic", "traffic_domain")


@dataclass(frozen=True)
class Endpoint:
    """One of those addresses. ``rows`` is the member that holds the rows; ``always`` a filter that
    goes with it; ``is_grouped`` tells that rows may be grouped; ``target`` the column with the
    address in the target, if there is one; ``options`` the report's own. ``past`` is the same
    address asked about links that are gone as well.
    """

    path: str
    report: str
    rows: str
    unknown: tuple[str, ...] = ()
    renamed: dict[str, str] = field(default_factory=dict)
    order_by: str | None = None
    always: dict[str, Any] | None = None
    is_grouped: bool = False
    target: str | None = None
    options: dict[str, Any] = field(default_factory=dict)
    past: Endpoint | None = None

    def names(self) -> dict[str, str]:
        """The names of columns that are known, and the report's own names for them."""
        columns = api.REPORTS.load(self.report).REPORT.columns
        aliases = {column.alias: column.name for column in columns if column.alias}
        return {n: own for n, own in (aliases | self.renamed).items() if n not in self.unknown}

    def is_unknown(self, name: str) -> bool:
        """Whether a name means something that a link graph cannot know."""
        return name in self.unknown or RANK.fullmatch(name) is not None


_ALWAYS = (
    *_TRAFFIC, "positions_source_domain", "encoding", "page_size", "powered_by", "js_crawl",
    "http_crawl", "ip_source", "class_c", "page_category_source", "page_type_source", "is_spam",
    "drop_reason", "is_redirect_lost",
)  # fmt: skip
_LINK = (*_ALWAYS, "is_new", "is_lost", "lost_reason", "discovered_status")
_DOMAIN = (
    *_TRAFFIC, "positions_source_domain", "ip_source", "is_spam", "new_links", "lost_links",
    "last_seen",
)  # fmt: skip
_PAGE = (
    *_TRAFFIC, "powered_by_target", "new_links_to_target", "lost_links_to_target", "last_seen",
)  # fmt: skip


def _counts(name: str) -> dict[str, Any]:
    return {"field": name, "is": ["gt", 0]}


REASONS = {
    "lost_reason": {
        "removed": "removedfromhtml", "not_canonical": "notcanonical", "noindex": "noindex",
        "page_redirected": "pageredirected", "lost_redirect": "lostredirect",
        "not_found": "notfound",
    },
    "discovered_status": {
        "page_found": "pagefound", "link_found": "linkfound", "link_restored": "linkrestored",
    },
}  # fmt: skip
"""Names that share one column here, and their words for what it says; others are null."""
_PAST = Endpoint(
    "all-backlinks", "newlost", "backlinks", _ALWAYS, dict.fromkeys(REASONS, "reason"),
    target="target_url", options={"standing": True},
)  # fmt: skip

ENDPOINTS = (
    Endpoint("all-backlinks", "backlinks", "backlinks", _LINK, is_grouped=True,
             target="target_url", past=_PAST),
    Endpoint("broken-backlinks", "broken", "backlinks", _LINK, is_grouped=True,
             target="target_url"),
    Endpoint("refdomains", "refdomains", "refdomains", _DOMAIN, {"domain": "domain"}),
    Endpoint("anchors", "anchors", "anchors", ("is_spam", "new_links", "lost_links")),
    Endpoint("linkeddomains", "linkeddomains", "linkeddomains", _TRAFFIC, {"domain": "domain"}),
    Endpoint("linked-anchors-external", "linkedanchors", "linkedanchors", ("is_spam",),
             options={"to": "external"}),
    Endpoint("linked-anchors-internal", "linkedanchors", "linkedanchors",
             ("is_spam", "linked_domains"), options={"to": "internal"}),
    Endpoint("pages-by-backlinks", "pages", "pages", _PAGE, {},
             "n_backlinks:desc,equity:desc", _counts("n_backlinks"), target="url"),
    Endpoint("pages-by-internal-links", "pages", "pages",
             (*_PAGE, "dofollow_to_target", "nofollow_to_target", "refdomains_target"),
             {"links_to_target": "n_internal_inlinks"},
             "n_internal_inlinks:desc,equity:desc", _counts("n_internal_inlinks"), target="url"),
)  # fmt: skip

FIGURES = {
    "backlinks-stats": ("live", "all_time", "live_refdomains", "all_time_refdomains"),
    "outlinks-stats": ("outgoing_links", "outgoing_links_dofollow", "linked_domains",
                       "linked_domains_dofollow"),
    "domain-rating": ("domain_rating", "rank"),
    "metrics": ("org_keywords", "org_keywords_1_3", "org_traffic", "org_cost", "paid_keywords",
                "paid_traffic", "paid_cost", "paid_pages"),
}  # fmt: skip
"""Addresses that answer with one object, and its members."""

HISTORIES = {
    "url-rating-history": ("url_ratings", "url_rating"),
    "domain-rating-history": ("domain_ratings", "domain_rating"),
    "refdomains-history": ("refdomains", "refdomains"),
}
"""Addresses that answer with one figure for each snapshot: the member, and the figure."""

UNKNOWN_OF_BATCH = (
    "ip", "refips", "refips_subnets", "backlinks_redirect", "org_keywords",
    "org_keywords_1_3", "org_keywords_4_10", "org_keywords_11_20", "org_keywords_21_50",
    "org_keywords_51_plus", "org_traffic", "org_cost", "org_traffic_top_by_country", "paid_ads",
    "paid_keywords", "paid_traffic", "paid_cost",
)  # fmt: skip
BATCH = (
    "index", "url", "mode", "protocol", "url_rating", "domain_rating", "backlinks",
    "backlinks_dofollow", "backlinks_nofollow", "backlinks_internal", "refdomains",
    "refdomains_dofollow",
    "refdomains_nofollow", "outgoing_links", "outgoing_links_dofollow", "linked_domains",
    "linked_domains_dofollow",
)  # fmt: skip

_NO_TRAFFIC = "it tells of visits and searches, which a link graph does not hold"
LEFT_OUT = {
    "metrics-history": _NO_TRAFFIC,
    "metrics-by-country": _NO_TRAFFIC,
    "keywords-history": _NO_TRAFFIC,
    "organic-keywords": _NO_TRAFFIC,
    "organic-competitors": _NO_TRAFFIC,
    "top-pages": _NO_TRAFFIC,
    "pages-by-traffic": _NO_TRAFFIC,
    "paid-pages": _NO_TRAFFIC,
    "total-search-volume-history": _NO_TRAFFIC,
    "pages-history": "no report of pages over time yet",
}  # fmt: skip
"""Addresses that are not answered, and why."""

OLD_NAMES = {
    "best-by-external-links": "pages-by-backlinks",
    "best-by-internal-links": "pages-by-internal-links",
}
"""Addresses under an earlier name."""
