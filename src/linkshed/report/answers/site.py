"""The pages of a scope, and the links that lead to them from pages of their own domain."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.report.columns import page_rows
from linkshed.report.followed import is_followed
from linkshed.schema import Unseen
from linkshed.simulate.web import web_of
from linkshed.snapshot.distinct import distinct_of, places
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

Ids = NDArray[np.int64]
Bools = NDArray[np.bool_]
F64 = NDArray[np.float64]
BLOCKED = (401, 403, 429)
FORBIDDEN = (Unseen.ROBOTS, Unseen.ROBOTS_UNREACHABLE)


@dataclass(frozen=True)
class Links:
    """Links that audits count (``Web.clicks``): ``target`` as written, ``lands`` the page that
    receives what they carry.

    ``taken`` is the equity they take from their page, ``carried`` what of it arrives.
    """

    rows: Ids
    source: Ids
    target: Ids
    lands: Ids
    taken: F64
    carried: F64

    def where(self, kept: NDArray[Any]) -> Links:
        """Some of them."""
        return Links(*(column[kept] for column in vars(self).values()))


class Site:
    """What an audit of a scope looks at. Raises MissingScore when the snapshot is not scored."""

    def __init__(self, snapshot: Snapshot, scope: Scope) -> None:
        self.snapshot = snapshot
        self.web = web_of(snapshot)
        self.pages: Ids = page_rows(snapshot, scope)
        self.is_inside = self.web.inside(scope)

    @cached_property
    def alive(self) -> Ids:
        """The pages of the scope that hold equity of their own."""
        return np.asarray(self.pages[self.web.nodes.is_node[self.pages]])

    @cached_property
    def inner(self) -> Links:
        """Internal links: from another page of the same domain to a living page of the scope, or
        to one that hands on to it.
        """
        nodes = self.web.nodes
        ends = np.flatnonzero((self.is_inside & nodes.is_node)[nodes.lands])
        rows = self.web.clicks(self.web.rows_to(ends))
        source, target = (self.web.column(name, rows) for name in ("source", "target"))
        lands = nodes.lands[target]
        same = self.snapshot.domain_of(source) == self.snapshot.domain_of(lands)
        return self._columns(rows[same & (source != lands)])

    @cached_property
    def rows(self) -> Ids:
        """The rows of all links on pages of the scope, whether they count or not."""
        return self.web.rows_from(self.pages)

    @cached_property
    def clicks(self) -> Ids:
        """Those of them that count."""
        return self.web.clicks(self.rows)

    @cached_property
    def standing(self) -> Links:
        """All links on pages of the scope."""
        return self._columns(self.clicks)

    @cached_property
    def n_linking(self) -> int:
        """On how many pages of the scope links stand."""
        return len(distinct_of(self.standing.source))

    def links(self, rows: Ids) -> Links:
        """Those of some rows of links that count."""
        return self._columns(self.web.clicks(rows))

    def _columns(self, rows: Ids) -> Links:
        web = self.web
        source, target = (web.column(name, rows).astype(np.int64) for name in ("source", "target"))
        taken = web.equity[source] * web.scale[source] * web.column("weight", rows)
        lands = web.nodes.lands[target].astype(np.int64)
        return Links(rows, source, target, lands, taken, taken * web.column("passes", rows))

    def strongest_to(self, pages: Ids, links: Links) -> Ids:
        """The row of the link to each page, as written, that takes most; ``pages`` rise."""
        best = strongest(places(pages, links.target), links.taken, len(pages))
        return np.where(best < 0, -1, links.rows[best] if len(links.rows) else -1)

    def to(self, pages: Ids) -> Links:
        """Links to pages as written, from pages of their own domain; ``pages`` rise."""
        links = self.links(self.web.rows_to(pages))
        same = self.snapshot.domain_of(links.source) == self.snapshot.domain_of(links.target)
        return links.where(same & (links.source != links.target))

    def lost(self, links: Links) -> F64:
        """What links lose because their target is broken; those on noindex pages would hand on
        nothing anyway.
        """
        return np.where(self.web.nodes.is_noindex[links.source], 0.0, links.taken)

    def followed(self, links: Links) -> Bools:
        """Which links are followed."""
        return is_followed(self.snapshot, links.rows)

    def depth(self, pages: Ids) -> Ids:
        """Clicks from a home page, -1 where no path leads."""
        values = np.ma.asarray(self.snapshot.array("pages", "depth")[pages])
        return np.asarray(np.ma.filled(values.astype(np.int64), -1))

    @cached_property
    def known_from(self) -> NDArray[Any]:
        """Per page of the web: the kinds of lists that name it (``KnownFrom``)."""
        flags = np.zeros(self.snapshot.n_pages, np.uint16)
        if self.snapshot.has("known", "page"):
            flags[self.snapshot.array("known", "page")] = self.snapshot.array("known", "known_from")
        return flags

    def unseen(self, pages: Ids) -> NDArray[Any]:
        """Why a crawl did not read pages of the scope, None where none says."""
        reasons = np.full(len(self.pages), None, object)
        at, words = self._unseen
        reasons[at] = words
        return np.asarray(reasons[np.searchsorted(self.pages, pages)])

    @cached_property
    def is_forbidden(self) -> Bools:
        """Per page of the scope: robots.txt kept a crawl from reading it."""
        flags = np.zeros(len(self.pages), np.bool_)
        at, words = self._unseen
        flags[at] = np.isin(words.astype(str), FORBIDDEN)
        return flags

    @cached_property
    def _unseen(self) -> tuple[Ids, NDArray[Any]]:
        """Places among the pages of the scope that a list says of why they were not read."""
        if not self.snapshot.has("known", "page"):
            return np.empty(0, np.int64), np.empty(0, object)
        page = np.asarray(self.snapshot.array("known", "page"), np.int64)
        unread = np.ma.getmaskarray(self.snapshot.array("pages", "status"))
        rows = np.flatnonzero((self.is_inside & unread)[page])
        words = self.snapshot.columns("known", ["unseen"])["unseen"].take(pa.array(rows))
        return np.searchsorted(self.pages, page[rows]), np.array(
            [*words.to_pylist(), None], object
        )[:-1]

    def final(self, pages: Ids) -> NDArray[Any]:
        """``Indexability`` of pages after redirects and canonicals."""
        return np.asarray(self.snapshot.array("resolution", "final_indexability")[pages])

    def of_target(self, pages: Ids, links: Links, values: F64) -> F64:
        """Sums of values of links that lead to pages as written; ``pages`` rise."""
        at = places(pages, links.target)
        return np.asarray(np.bincount(at, values, len(pages)), np.float64)

    @cached_property
    def is_read(self) -> Bools:
        """Per page of the web: somebody read it, or learned that it is gone."""
        status = np.ma.filled(self.snapshot.array("pages", "status"), 0)
        return np.asarray((status > 0) & (status < 500) & ~np.isin(status, BLOCKED))


_SITES: WeakValueDictionary[tuple[int, Scope], Site] = WeakValueDictionary()


def site_of(snapshot: Snapshot, scope: Scope) -> Site:
    """The site of a scope; the same one as long as somebody holds it, so that audits asked
    together look at its links once. Raises MissingScore.
    """
    key = (id(snapshot), scope)
    site = _SITES.get(key)
    if site is None:
        site = _SITES[key] = Site(snapshot, scope)
    return site


def strongest(keys: Ids, values: F64, n: int) -> Ids:
    """For each key below n the place of its largest value, the last of equals; -1 for keys without
    any.
    """
    best, most = np.full(n, -1, np.int64), np.full(n, -np.inf)
    np.maximum.at(most, keys, values)
    places = np.flatnonzero(values == most[keys])
    best[keys[places]] = places
    return best
