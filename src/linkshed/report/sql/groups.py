"""Links counted by domain or by words, in SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from linkshed.report.shared import PAST_COLUMNS
from linkshed.report.sql.conditions import NoStatement
from linkshed.report.sql.tables import FOLLOWED, TOLD, labels, stored
from linkshed.schema import AnchorKind, Placement

if TYPE_CHECKING:
    from linkshed.snapshot.tables import Snapshot

Parts = dict[str, str]
Grouped = tuple[Parts, str, str]
"""The columns, what numbers a row, and what rows are grouped by."""
_SUMS = {
    "links": "count(*)",
    "followed_links": f"CASE WHEN bool_or({TOLD}) THEN"
    f" count(*) FILTER (WHERE {TOLD} AND {FOLLOWED}) END",
    "content_links": f"count(*) FILTER (WHERE link.placement = {int(Placement.CONTENT)})",
    "linking_pages": "count(DISTINCT link.source)",
    "linked_pages": "count(DISTINCT link.target)",
    "equity": "sum(CASE WHEN isnan(link.equity) THEN 0 ELSE link.equity::DOUBLE END)",
    "first_seen": "min(link.first_seen)",
    "last_seen": "max(link.last_seen)",
}
_PAST = {column.name: "NULL" for column in PAST_COLUMNS}


def _domains(end: str) -> Callable[[Snapshot, Sequence[str]], Grouped]:
    site = f"{end}_site"

    def made(snapshot: Snapshot, names: Sequence[str]) -> Grouped:
        facts = {"domain": "domain", "domain_rating": "rating"}
        known = _SUMS | _PAST
        parts = {
            n: known.get(n) or f"any_value({stored(snapshot, 'domains', site, facts.get(n, n))})"
            for n in names
        }
        return parts, f"{site}.row", f"{site}.row"

    return made


def _anchors(end: str) -> Callable[[Snapshot, Sequence[str]], Grouped]:
    site = f"{end}_site"
    domains, pages = (
        ("refdomains", "refpages") if end == "source" else ("linked_domains", "linking_pages")
    )

    def made(snapshot: Snapshot, names: Sequence[str]) -> Grouped:
        rating = stored(snapshot, "domains", site, "rating")
        known = _SUMS | _PAST | {
            "anchor": "link.anchor",
            "anchor_kind": labels("arg_min(link.anchor_kind, link.row)", AnchorKind),
            domains: f"count(DISTINCT {site}.row)",
            pages: "count(DISTINCT link.source)",
            "top_domain_rating": f"max({rating})",
        }  # fmt: skip
        if set(names) - set(known):
            raise NoStatement
        return {name: known[name] for name in names}, "min(link.row)", "link.anchor"

    return made


GROUPED: dict[str, Callable[[Snapshot, Sequence[str]], Grouped]] = {
    "refdomains": _domains("source"),
    "linkeddomains": _domains("target"),
    "anchors": _anchors("source"),
    "linkedanchors": _anchors("target"),
}
"""Reports whose rows are sums of links."""
