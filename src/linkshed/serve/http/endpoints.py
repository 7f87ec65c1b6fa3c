"""The addresses that scripts already use: which report answers each, and the names of its columns.

A name is the alias of a report's column, or one of ``renamed``, ``derived`` or ``unknown``: what a
link graph cannot know is null, never 0. Names of the report itself may be asked for, too, where
they mean nothing else here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from linkshed import api
from linkshed.errors import ColumnError
from linkshed.schema import Column
from linkshed.serve.http.member import Member, either, of_columns, unknown
from linkshed.serve.http.nulls import RANK, WHY, why_null
from linkshed.serve.http.shapes import DOMAIN_SHAPES, LINK_SHAPES, LIVE, LOST_AT, Derived, told


@dataclass(frozen=True)
class Endpoint:
    """One of those addresses. ``rows`` is the member that holds the rows; ``always`` a filter that
    goes with it; ``is_grouped`` tells that rows may be grouped; ``target`` the column, of rows or
    of the links they are counted from, with the address in the target; ``options`` the report's
    own. ``has_past`` tells that it may be asked about links that are gone as well; ``past`` is the
    address that answers then, where another report does; ``links`` gives the names of the links
    that rows are counted from, which may be filtered by, too.
    """

    path: str
    report: str
    rows: str
    unknown: tuple[str, ...] = ()
    renamed: dict[str, str] = field(default_factory=dict)
    derived: dict[str, Derived] = field(default_factory=dict)
    order_by: str | None = None
    always: dict[str, Any] | None = None
    is_grouped: bool = False
    target: str = "target_url"
    options: dict[str, Any] = field(default_factory=dict)
    has_past: bool = False
    past: Endpoint | None = None
    links: Endpoint | None = None

    def names(self) -> dict[str, str]:
        """The names of columns that are known, and the report's own names for them."""
        columns = self._columns().values()
        aliases = {column.alias: column.name for column in columns if column.alias}
        without = {*self.unknown, *self.derived}
        return {n: own for n, own in (aliases | self.renamed).items() if n not in without}

    def is_unknown(self, name: str) -> bool:
        """Whether a name means something that a link graph cannot know."""
        return name in self.unknown or RANK.fullmatch(name) is not None

    def own(self, name: str, use: str) -> str:
        """The report's column of a name to filter or order by. Raises ColumnError."""
        known = self.names()
        if name in known:
            return known[name]
        is_other = name in self.derived or self.is_unknown(name)
        if not is_other and name in self._columns():
            return name
        if self.is_unknown(name) or (name in WHY and name not in self.derived):
            raise self._wrong(name, f"is not known here ({why_null(name)}): no column", known)
        if self.links is None and not is_other and _OF_LINKS.is_filter(name):
            raise self._wrong(name, "is of links, which all-backlinks lists: no column", known)
        raise self._wrong(name, f"cannot be used to {use}" if is_other else "is no column", known)

    def is_filter(self, name: str) -> bool:
        """Whether rows can be filtered by a name."""
        if name in self.derived:
            return self.derived[name].is_filter or name == "url_redirect_with_target"
        is_own = name in self._columns() and not self.is_unknown(name)
        return is_own or name in self.names()

    def needed(self, name: str) -> tuple[str, ...]:
        """The report's columns that a selected name is made of. Raises ColumnError."""
        if self.is_unknown(name):
            return ()
        if name in self.derived:
            return self.derived[name].columns
        known = self.names()
        if name in known:
            return (known[name],)
        if name in self._columns():
            return (name,)
        raise self._wrong(name, "is no column", [*known, *self.derived, *self.unknown])

    def members(self) -> dict[str, Member]:
        """Every name that can be selected, and what its values are, the past's included."""
        columns = self._columns()
        known = {name: told(name, columns[own]) for name, own in self.names().items()}
        made = {name: made.member(columns) for name, made in self.derived.items()}
        null = {name: unknown(name) for name in self.unknown}
        own = of_columns(columns.values())
        found = known | made | null
        found |= {name: member for name, member in own.items() if name not in found}
        return found | self._otherwise(found)

    def _otherwise(self, found: dict[str, Member]) -> dict[str, Member]:
        """The members that are others, or come about otherwise, when the past is asked for."""
        if self.past is None:
            return {}
        here, past = self._columns().keys(), self.past
        then = {n: m for n, m in past.members().items() if not here >= {*past.needed(n)}}
        return {n: either(found[n], m) if n in found else m for n, m in then.items()}

    def _columns(self) -> dict[str, Column]:
        """The report's columns by name."""
        return {column.name: column for column in api.REPORTS.load(self.report).REPORT.columns}

    def _wrong(self, name: str, why: str, allowed: Iterable[str]) -> ColumnError:
        names = list(allowed)
        near = get_close_matches(name, names, n=3)
        return ColumnError(
            f"{name[:100]!r} {why} of {self.path}", allowed=", ".join(names),
            repair=f"did you mean {', '.join(near)}?" * bool(near),
        )  # fmt: skip


_TRAFFIC = ("positions", "traffic", "traffic_domain")
_ALWAYS = (
    *_TRAFFIC, "positions_source_domain", "powered_by", "ip_source", "class_c",
    "page_category_source", "page_type_source", "is_spam", "drop_reason", "is_redirect_lost",
    "redirect_code", "broken_redirect_source", "broken_redirect_reason",
    "broken_redirect_new_target",
)  # fmt: skip
_LINK = (*_ALWAYS, "is_new", "lost_reason", "discovered_status", "last_seen")
_LINK_NAMES = {
    "first_seen": "source_first_seen", "js_crawl": "is_scripted",
    "last_visited_target": "target_looked_at", "url_from_plain": "source_url",
    "url_to_plain": "target_url",
}  # fmt: skip
_DOMAIN = ("positions_source_domain", "ip_source", "is_spam", "traffic_domain")
_PAGE = ("powered_by_target", "is_spam")
_PAGE_NAMES = {"url_to_plain": "url"}
_LOST = {"new_links": "new_links", "lost_links": "lost_links", "last_seen": "lost_at"}
_LOST_TO_PAGE = {
    "new_links_to_target": "new_links", "lost_links_to_target": "lost_links",
    "last_seen": "lost_at",
}  # fmt: skip
_INTERNAL_NAMES = {
    "links_to_target": "n_internal_inlinks", "dofollow_to_target": "n_followed_internal_inlinks",
    "nofollow_to_target": "n_unfollowed_internal_inlinks",
    "canonical_to_target": "n_internal_canonicals", "redirects_to_target": "n_internal_redirects",
    "first_seen_link": "first_internal_inlink", "last_visited_source": "last_internal_inlink",
}  # fmt: skip
_OF_LINKS = Endpoint(
    "all-backlinks", "backlinks", "backlinks", (*_LINK, "links_in_group"),
    _LINK_NAMES | {
        "linked_domains": "source_n_linked_domains",
        "linked_domains_source": "source_n_linked_domains",
        "refdomains": "source_n_refdomains", "refdomains_source": "source_n_refdomains",
        "root_domain_name": "source_domain",
    },
    LINK_SHAPES,
)  # fmt: skip


def _counts(*names: str) -> dict[str, Any]:
    return {"or": [{"field": name, "is": ["gt", 0]} for name in names]}


_PAST = Endpoint(
    "all-backlinks", "newlost", "backlinks", _ALWAYS,
    _LINK_NAMES | dict.fromkeys(("lost_reason", "discovered_status"), "reason"),
    LINK_SHAPES | LOST_AT, is_grouped=True, options={"standing": True},
)  # fmt: skip

ENDPOINTS = (
    Endpoint("all-backlinks", "backlinks", "backlinks", _LINK, _LINK_NAMES, LINK_SHAPES | LIVE,
             is_grouped=True, has_past=True, past=_PAST),
    Endpoint("broken-backlinks", "broken", "backlinks", _LINK, _LINK_NAMES, LINK_SHAPES | LIVE,
             is_grouped=True),
    Endpoint("refdomains", "refdomains", "refdomains", _DOMAIN, {"domain": "domain"} | _LOST,
             DOMAIN_SHAPES, has_past=True, links=_OF_LINKS),
    Endpoint("anchors", "anchors", "anchors", ("is_spam",), _LOST, has_past=True, links=_OF_LINKS),
    Endpoint("linkeddomains", "linkeddomains", "linkeddomains", ("linked_domain_traffic",),
             {"domain": "domain"}, DOMAIN_SHAPES, target="source_url", links=_OF_LINKS),
    Endpoint("linked-anchors-external", "linkedanchors", "linkedanchors", ("last_seen",),
             target="source_url", options={"to": "external"}, links=_OF_LINKS),
    Endpoint("linked-anchors-internal", "linkedanchors", "linkedanchors",
             ("last_seen", "linked_domains"), target="source_url", options={"to": "internal"},
             links=_OF_LINKS),
    Endpoint("pages-by-backlinks", "pages", "pages", _PAGE, _PAGE_NAMES | _LOST_TO_PAGE, {},
             "n_backlinks:desc,equity:desc", _counts("n_backlinks", "lost_links"), target="url",
             has_past=True),
    Endpoint("pages-by-internal-links", "pages", "pages",
             (*_PAGE, "last_seen", "refdomains_target", "top_domain_rating_source"),
             _PAGE_NAMES | _INTERNAL_NAMES, {}, "n_internal_inlinks:desc,equity:desc",
             _counts("n_internal_inlinks"), target="url"),
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
    "pages-history": _NO_TRAFFIC,
}
"""Addresses that are not answered, and why."""

OLD_NAMES = {
    "best-by-external-links": "pages-by-backlinks",
    "best-by-internal-links": "pages-by-internal-links",
}
"""Addresses under an earlier name."""
