"""The rows of a competitors report: sites that the same domains link to.

    w(d)    = 1 / ln(1 + k_d)                       k_d: distinct domains that d links to
    s(A, B) = W(R_A and R_B) / W(R_A or R_B)        R_A: domains that link to A; W: the sum of w

A domain that links to few sites says more about them than one that links to everybody: the weight
is that of Adamic and Adar, "Friends and neighbors on the Web", Social Networks 25 (2003), with one
added so that a domain with a single link has a weight, too. The quotient is Jaccard's, weighted (M.
Ruzicka, 1958): what is linked from everywhere shares much, but it has far more beside it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.report.columns import incoming, need
from linkshed.report.frame import Frame, Maker
from linkshed.snapshot.distinct import distinct_of
from linkshed.snapshot.sitelinks import SiteLinks, first, second
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

Ids = NDArray[np.int64]
F64 = NDArray[np.float64]
N_SHOWN = 3


def rivals(snapshot: Snapshot, scope: Scope, least: int) -> Frame:
    """A frame of domains that share at least ``least`` referring domains with a scope."""
    need(snapshot, "domains", "rating")
    links = SiteLinks(snapshot)
    weight, reach, n_sources = _weights(snapshot, links)
    own = _own(snapshot, scope)
    mine = np.setdiff1d(_referring(snapshot, scope), own, assume_unique=True)
    shared, together = _shared(snapshot, links, mine, weight)
    shared[own] = 0
    found = np.flatnonzero(shared >= least)
    n_shared, overlap = shared[found], together[found]
    whole = weight[mine].sum() + reach[found] - overlap
    through = _Through(snapshot, links, mine[np.argsort(-weight[mine], kind="stable")])
    makers: dict[str, Maker] = {
        "domain": lambda rows: snapshot.pick("domains", "domain", found[rows]),
        "domain_rating": lambda rows: snapshot.pick("domains", "rating", found[rows]),
        "similarity": _plain(overlap / whole),
        "shared": _plain(n_shared.astype(np.uint32)),
        "only_here": _plain((len(mine) - n_shared).astype(np.uint32)),
        "only_there": _plain((n_sources[found] - n_shared).astype(np.uint32)),
        "refdomains": _plain(n_sources[found].astype(np.uint32)),
        "through": lambda rows: through.of(found[rows]),
    }
    notes = {"referring domains": len(mine)}
    return Frame(len(found), makers, notes=notes, nbytes=found.nbytes * 6 + through.nbytes)


def _plain(values: NDArray[Any]) -> Maker:
    return lambda rows: pa.array(values[rows])


def _weights(snapshot: Snapshot, links: SiteLinks) -> tuple[F64, F64, Ids]:
    """Of each domain: its weight, the weight of all that link to it, and how many these are."""
    made = snapshot.recent.once(("competitors", "weights"), lambda: _weighed(snapshot, links))
    return made[0], made[1], made[2].astype(np.int64)


def _weighed(snapshot: Snapshot, links: SiteLinks) -> NDArray[Any]:
    n = snapshot.n_domains
    target, source = first(links.by_target), second(links.by_target)
    weight = 1 / np.log1p(np.maximum(np.bincount(source, minlength=n), 1))
    reach = np.bincount(target, weights=weight[source], minlength=n)
    return np.stack([weight, reach, np.bincount(target, minlength=n)])


def _own(snapshot: Snapshot, scope: Scope) -> Ids:
    """The domains that a scope has pages of."""
    parts = [
        np.arange(*(snapshot.domain_of(np.array([lo, hi - 1])) + np.array([0, 1])))
        for lo, hi in snapshot.pages_of(scope)
    ]
    return distinct_of(np.concatenate([np.empty(0, np.int64), *parts])).astype(np.int64)


def _referring(snapshot: Snapshot, scope: Scope) -> Ids:
    pages = snapshot.array("links", "source")[incoming(snapshot, scope)]
    return distinct_of(snapshot.domain_of(pages)).astype(np.int64)


def _shared(
    snapshot: Snapshot, links: SiteLinks, mine: Ids, weight: F64
) -> tuple[NDArray[Any], F64]:
    """Of each domain: how many domains link to it and to the scope, and their weight."""
    pairs = links.of_sources(mine)
    source, target = first(pairs), second(pairs)
    n = snapshot.n_domains
    together = np.bincount(target, weight[source], n).astype(np.float64)
    return np.bincount(target, minlength=n), together


class _Through:
    """The shared domains that say most; ``order`` are all that may be shared, those first."""

    def __init__(self, snapshot: Snapshot, links: SiteLinks, order: Ids) -> None:
        self._snapshot, self._links, self._order = snapshot, links, order
        self._place = np.full(snapshot.n_domains, len(order), np.int64)
        self._place[order] = np.arange(len(order))

    @property
    def nbytes(self) -> int:
        """Memory it takes."""
        return self._order.nbytes + self._place.nbytes

    def of(self, domains: Ids) -> pa.Array:
        """Those of each of some domains."""
        best = [self._first_of(domain) for domain in domains.tolist()]
        every = np.concatenate([np.empty(0, np.int64), *best])
        names = iter(self._snapshot.take("domains", ["domain"], every)["domain"].to_pylist())
        return pa.array([[next(names) for _ in part] for part in best], pa.list_(pa.string()))

    def _first_of(self, domain: int) -> Ids:
        places = self._place[self._links.sources(domain)]
        return np.asarray(self._order[_foremost(places, len(self._order))])


def _foremost(places: Ids, n: int) -> Ids:
    """The first few of some places, in order; those from ``n`` on are none."""
    few = np.partition(places, N_SHOWN - 1)[:N_SHOWN] if len(places) > N_SHOWN else places
    return np.sort(few[few < n])
