"""What one more link in the text of a strong page of its own site would bring a page.

A new link of attention a on page h takes the share a / (A_h + a) of what h hands on. The source is
the page that would hand on most among those of the domain that were read, may be indexed and
followed, and do not link to the page yet; the gains are those of the what-if.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from linkshed.score.factors import attention
from linkshed.simulate.plan import NEW_LINK, Plan
from linkshed.simulate.together import together
from linkshed.simulate.web import Ids, Web
from linkshed.simulate.whatif import KNOWN, knows
from linkshed.snapshot.kinds import is_clickable

MOST_SOURCES = 20  # strongest pages of a domain that are tried
OK = 200


@dataclass(frozen=True)
class Support:
    """One link from ``source``: what its target gains, and the scope with it."""

    source: int
    gain: float
    scope_gain: float


class Supporters:
    """Pages that could link to others; ``scope`` are the pages whose gain counts."""

    def __init__(self, web: Web, scope: Ids) -> None:
        self.web, self._pages = web, scope
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
        made = Plan(self.web.nodes, new=[{**NEW_LINK, "source": source, "target": target}])
        scope = together(self.web, self._pages)
        scope_gain, _, found = scope.outcome(made, partial(knows, page=target), KNOWN / 2)
        return Support(source, found.gain_at(target), scope_gain)

    def of_domain(self, page: int) -> Ids:
        """Pages of the domain of a page by what a new link on them hands on, most first;
        those that no way of clicks leads to come after all others."""
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
        is_reached = ~np.ma.getmaskarray(np.ma.asarray(web.snapshot.array("pages", "depth")[part]))
        offer = web.equity[part] / (web.out_weight[part] + self._attention)
        worth = np.where(may & (status == OK), -offer, np.inf)
        order = np.lexsort((worth, ~is_reached))
        order = order[:MOST_SOURCES]
        return np.asarray(lo + order[(may & (status == OK))[order]], np.int64)

    def _lands(self, source: int) -> Ids:
        if source not in self._linked:
            rows = self.web.rows_from(np.array([source]))
            rows = rows[is_clickable(self.web.column("kind", rows))]
            lands = self.web.nodes.lands[self.web.column("target", rows)]
            self._linked[source] = lands.astype(np.int64)
        return self._linked[source]
