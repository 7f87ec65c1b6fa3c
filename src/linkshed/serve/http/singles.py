"""The addresses that scripts already use for figures of targets, and the members of the answers."""

from __future__ import annotations

from datetime import date

from linkshed import api
from linkshed.serve.http.member import Member, of_column, unknown

_OF_SITE = {column.name: column for column in api.REPORTS.load("batch").REPORT.columns}
_SITE = {name: of_column(column) for name, column in _OF_SITE.items()}
_ALL_KEPT = "all snapshots that are kept up to then, each once"
_TOO_MANY = "these are more than 120"

FIGURES: dict[str, dict[str, Member]] = {
    "backlinks-stats": {
        "live": _SITE["backlinks"],
        "all_time": Member(int, f"links from other domains in {_ALL_KEPT}", _TOO_MANY),
        "live_refdomains": _SITE["refdomains"],
        "all_time_refdomains": Member(int, f"domains that link to it in {_ALL_KEPT}", _TOO_MANY),
    },
    "outlinks-stats": {
        "outgoing_links": _SITE["outgoing_links"],
        "outgoing_links_dofollow": _SITE["followed_outgoing_links"],
        "linked_domains": _SITE["linked_domains"],
        "linked_domains_dofollow": _SITE["followed_linked_domains"],
    },
    "domain-rating": {"domain_rating": _SITE["domain_rating"], "rank": _SITE["rank"]},
    "metrics": {
        name: unknown(name)
        for name in ("org_keywords", "org_keywords_1_3", "org_traffic", "org_cost",
                     "paid_keywords", "paid_traffic", "paid_cost", "paid_pages")
    },
}  # fmt: skip
"""Addresses that answer with one object, and its members."""


def member_of(path: str) -> str:
    """The member that holds that object."""
    return "domain_rating" if path == "domain-rating" else "metrics"


HISTORIES = {
    "url-rating-history": ("url_ratings", "url_rating"),
    "domain-rating-history": ("domain_ratings", "domain_rating"),
    "refdomains-history": ("refdomains", "refdomains"),
}
"""Addresses that answer with one figure for each snapshot: the member, and the figure."""
DAY = Member(date, "when the snapshot was made")
POINT = {
    "url_rating": _SITE["page_rating"],
    "domain_rating": _SITE["domain_rating"],
    "refdomains": _SITE["refdomains"],
}
"""What the figures of a history are."""

UNKNOWN_OF_BATCH = (
    "ip", "refips", "refips_subnets", "org_keywords",
    "org_keywords_1_3", "org_keywords_4_10", "org_keywords_11_20", "org_keywords_21_50",
    "org_keywords_51_plus", "org_traffic", "org_cost", "org_traffic_top_by_country", "paid_ads",
    "paid_keywords", "paid_traffic", "paid_cost",
)  # fmt: skip
_OF_BATCH = (
    "url_rating", "domain_rating", "backlinks",
    "backlinks_dofollow", "backlinks_nofollow", "backlinks_redirect", "backlinks_internal",
    "refdomains", "refdomains_dofollow", "refdomains_nofollow", "outgoing_links",
    "outgoing_links_dofollow", "linked_domains", "linked_domains_dofollow",
)  # fmt: skip
OWN_OF_BATCH = {column.alias: column.name for column in _OF_SITE.values()
                if column.alias in _OF_BATCH}  # fmt: skip
"""Their names in the report batch."""
BATCH: dict[str, Member] = {
    "index": Member(int, "its place among the targets, from 0"),
    "url": Member(str, "as it was asked"),
    "mode": Member(str, "as it was asked"),
    "protocol": Member(str, "as it was asked"),
} | {name: _SITE[OWN_OF_BATCH[name]] for name in _OF_BATCH}
"""The members of a target's figures that are known."""
TOLD_OF_BATCH = BATCH | {name: unknown(name) for name in UNKNOWN_OF_BATCH}
"""All of them."""
