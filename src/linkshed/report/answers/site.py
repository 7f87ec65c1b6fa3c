"""The pages of a scope, and the links that lead to them from pages of their own domain."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.report.columns import is_clickable, is_followed, page_rows
from linkshed.simulate.web import Web
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

Ids = NDArray[np.int64]
Bools = NDArray[np.bool_]
F64 = NDArray[np.float64]
BLOCKED = (401, 403, 429)


@dataclass(frozen=True)
class Links:
    """Clickable links: ``target`` as written, ``lands`` the page that receives what they carry.

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
        self.web = Web(snapshot)
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
        found = self.links(self.web.rows_to(ends))
        same = self.snapshot.domain_of(found.source) == self.snapshot.domain_of(found.lands)
        return found.where(same & (found.source != found.lands))

    @cached_property
    def standing(self) -> Links:
        """All clickable links on pages of the scope."""
        return self.links(self.web.rows_from(self.alive))

    def links(self, rows: Ids) -> Links:
        """The clickable ones of some rows of links."""
        web = self.web
        rows = rows[is_clickable(web.column("kind", rows))]
        source, target = (web.column(name, rows).astype(np.int64) for name in ("source", "target"))
        taken = web.equity[source] * web.scale[source] * web.column("weight", rows)
        lands = web.nodes.lands[target].astype(np.int64)
        return Links(rows, source, target, lands, taken, taken * web.column("passes", rows))

    def followed(self, links: Links) -> Bools:
        """Which links are followed."""
        return is_followed(self.snapshot, links.rows)

    def depth(self, pages: Ids) -> Ids:
        """Clicks from a home page, -1 where no path leads."""
        values = np.ma.asarray(self.snapshot.array("pages", "depth")[pages])
        return np.asarray(np.ma.filled(values.astype(np.int64), -1))

    @cached_property
    def is_read(self) -> Bools:
        """Per page of the web: somebody read it, or learned that it is gone."""
        status = np.ma.filled(self.snapshot.array("pages", "status"), 0)
        return np.asarray((status > 0) & (status < 500) & ~np.isin(status, BLOCKED))


def strongest(keys: Ids, values: F64, n: int) -> Ids:
    """For each key below n the place of its largest value, -1 for keys without any."""
    best = np.full(n, -1, np.int64)
    order = np.argsort(values, kind="stable")
    best[keys[order]] = order
    return best
