"""What one more link in the text of a strong page of its own site would bring a page.

A new link of attention a on page h takes the share s = a / (A_h + a) of what h hands on. With
``Z = (I - d P)^-1`` and r the row of d P of h, its row changes by u = s (d e_t - r), and

    E' = E + E_h w / (1 - w_h)         w = u Z = s (d Z_t - Z_h + e_h)

(rank one: see ``whatif``). Only the columns t and h of Z are needed, and Z 1_S for the gain of a
whole scope S: each is one local solve backwards, and few pages lead to a page of little support.
The source is the page that would hand on most among those of the domain that were read, may be
indexed and followed, and do not link to the page yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from linkshed.graph.push import Spread, spread_back
from linkshed.score.factors import attention, is_clickable
from linkshed.simulate.plan import NEW_LINK
from linkshed.simulate.web import Ids, Web

MOST_SOURCES = 20  # strongest pages of a domain that are tried
OK = 200
FLOOR = 1e-7


@dataclass(frozen=True)
class Support:
    """One link from ``source``: what its target gains, and the scope with it."""

    source: int
    gain: float
    scope_gain: float


class Supporters:
    """Pages that could link to others; ``scope`` are the pages whose gain counts."""

    def __init__(self, web: Web, scope: Ids) -> None:
        self.web, self.scope = web, scope
        self._columns: dict[int, Spread] = {}
        facts = {name: np.array([value]) for name, value in NEW_LINK.items()}
        self._attention = float(np.float32(attention(facts, web.profile)[0]))
        self._known: dict[int, Ids] = {}
        self._linked: dict[int, Ids] = {}

    def support(self, target: int) -> Support | None:
        """The best single link to a page, None when no strong page could link to it."""
        for source in self.of_domain(target).tolist():
            if source != target and target not in self._lands(source):
                return self.by(source, target)
        return None

    def by(self, source: int, target: int) -> Support:
        """What a link between two pages brings that the source does not have yet."""
        d, ends = self.web.damping, [target, source]
        share = self._attention / (float(self.web.out_weight[source]) + self._attention)
        to_target, in_return = self._back(np.array([target])).at(ends)
        from_target, from_self = self._column(source).at(ends)
        worth, own_worth = self._worth.at(ends)
        is_own = bool(np.isin(source, self.scope))
        factor = float(self.web.equity[source]) * share
        factor /= 1 - share * (d * from_target - from_self + 1)
        return Support(
            source, factor * (d * to_target - in_return), factor * (d * worth - own_worth + is_own)
        )

    @cached_property
    def _worth(self) -> Spread:
        return self._back(self.scope)

    def _column(self, page: int) -> Spread:
        if page not in self._columns:
            self._columns[page] = self._back(np.array([page]))
        return self._columns[page]

    def _back(self, pages: Ids) -> Spread:
        ones = np.ones(len(pages))
        return spread_back(self.web.in_links, self.web.scale, pages, ones, floor=FLOOR)

    def of_domain(self, page: int) -> Ids:
        """Pages of the domain of a page by what a new link on them hands on, most first."""
        snapshot = self.web.snapshot
        domain = int(snapshot.domain_of(np.array([page]))[0])
        if domain not in self._known:
            lo, hi = (int(snapshot.array("domains", n)[domain]) for n in ("page_lo", "page_hi"))
            self._known[domain] = self._strongest(lo, hi)
        return self._known[domain]

    def _strongest(self, lo: int, hi: int) -> Ids:
        web, part = self.web, slice(lo, hi)
        status = np.ma.filled(web.snapshot.array("pages", "status")[part], 0)
        may = web.nodes.is_node[part] & ~web.nodes.is_noindex[part] & ~web.nodes.is_nofollow[part]
        offer = web.equity[part] / (web.out_weight[part] + self._attention)
        order = np.argsort(np.where(may & (status == OK), -offer, np.inf), kind="stable")
        order = order[:MOST_SOURCES]
        return np.asarray(lo + order[(may & (status == OK))[order]], np.int64)

    def _lands(self, source: int) -> Ids:
        if source not in self._linked:
            rows = self.web.rows_from(np.array([source]))
            rows = rows[is_clickable(self.web.column("kind", rows))]
            lands = self.web.nodes.lands[self.web.column("target", rows)]
            self._linked[source] = lands.astype(np.int64)
        return self._linked[source]
