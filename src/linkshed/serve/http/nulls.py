"""Why a name of those addresses is null here: what linkshed does not know, or has no rows for."""

from __future__ import annotations

import re
from collections.abc import Callable

RANK = re.compile(r"[a-z]+_rank(_source|_target)?")
"""Columns that give a place in the order of another index."""

_SEARCHES = "visits and searches are not in a link graph"
_MACHINES = "addresses of machines are not kept"
_PROGRAMS = "what made a page is not kept"
_JUDGED = "no list of such domains is kept; the report risk tells what patterns it sees"
_CHOSEN = "no model that sorts pages is run"
_EARLIER = "only an earlier snapshot tells; ask with history"
_STANDS = "rows are links that stand"
_REDIRECTS = "rows are links one can click; a page that redirects is none, its links are"
_MOVED = "earlier aims of redirects are not compared"

WHY = {
    **dict.fromkeys(("positions", "traffic", "traffic_domain", "positions_source_domain",
                     "linked_domain_traffic", "traffic_page", "traffic_source",
                     "traffic_domain_source", "positions_source"), _SEARCHES),
    **dict.fromkeys(("ip", "ip_source", "class_c", "refips", "refips_subnets"), _MACHINES),
    **dict.fromkeys(("powered_by", "powered_by_target", "powered_by_source"), _PROGRAMS),
    **dict.fromkeys(("page_category_source", "page_type_source"), _CHOSEN),
    "is_spam": _JUDGED,
    "is_homepage_link": "it is not said what it tests",
    "is_non_html": "only links of HTML pages are read",
    "drop_reason": "no link is left out of the index",
    "is_redirect_lost": _REDIRECTS,
    "redirect_code": _REDIRECTS,
    **dict.fromkeys(("broken_redirect_source", "broken_redirect_reason",
                     "broken_redirect_new_target"), _MOVED),
    **dict.fromkeys(("is_new", "lost_reason", "discovered_status"), _EARLIER),
    "last_seen": _STANDS,
    "linked_domains": "rows are of links inside one domain",
    **dict.fromkeys(("refdomains_target", "top_domain_rating_source"),
                    "rows are of links inside one domain"),
}  # fmt: skip
"""The reason by name; the same wherever the name is null."""


def why_null(name: str) -> str:
    """The reason why a name is null."""
    if RANK.fullmatch(name):
        return "it is a place in the order of another index"
    return WHY.get(name, _SEARCHES)


def grouped(names: tuple[str, ...], tell: Callable[[str], str]) -> list[str]:
    """Each reason with its names, for a document; ``tell`` writes a name."""
    reasons = dict.fromkeys(why_null(name) for name in names)
    return [
        f"{', '.join(tell(name) for name in names if why_null(name) == reason)}: {reason}"
        for reason in reasons
    ]
