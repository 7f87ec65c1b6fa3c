"""What domain ratings would be if links or pages were different.

Domains have a graph of their own (``score.ratings``), so the answer is that of the what-if on it:

    y = r + (d P')^T y        r = (1-d) (b' - b) + (d P' - d P)^T E

Only edits by which a domain comes to link to another, or ceases to, change anything. A ``backlink``
from a page nobody has read counts for nothing here: its domain is not known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import F64, I64
from linkshed.graph.push import Spread, spreading_out, values_at
from linkshed.score.ratings import DAMPING, UNREFERRED_BASE
from linkshed.score.scale import rating
from linkshed.simulate.domainlinks import DomainChanges, DomainLinks, domain_changes, graph_of
from linkshed.simulate.doubt import Doubt, doubt_of
from linkshed.simulate.plan import Plan
from linkshed.simulate.web import Ids, Web

LADDER = (1e-4, 1e-5, 1e-6, 1e-7)  # shares of a domain's equity; no rung is begun after
MUCH = 50_000  # links visited


@dataclass(frozen=True)
class DomainOutcome:
    """Equity of the ``domains`` that move; those of ``pointed`` are linked to by others, before
    and after. ``doubt`` is how far off ``after`` may be, besides the share ``published_error``.
    """

    domains: Ids
    before: F64
    after: F64
    pointed: Ids
    n_referring: tuple[I64, I64]
    doubt: Doubt
    published_error: float

    @property
    def error(self) -> F64:
        """How far off each ``after`` may be."""
        return self.doubt.at(self.after) + self.published_error * self.after

    @property
    def rating_after(self) -> F64:
        """Their ratings then."""
        return rating(self.after)

    @property
    def rating_error(self) -> F64:
        """By how many points each of these may be off."""
        low, high = np.maximum(self.after - self.error, 0), self.after + self.error
        middle = self.rating_after
        return np.asarray(np.maximum(rating(high) - middle, middle - rating(low)))

    @property
    def is_sure(self) -> NDArray[np.bool_]:
        """Whether a domain gains or loses more than the error."""
        both = self.error + self.published_error * self.before
        return np.asarray(np.abs(self.after - self.before) > both)


def domains_if(web: Web, made: Plan, pages: Ids, tolerance: float | None = None) -> DomainOutcome:
    """What a plan does to domains; ``pages`` are those whose links it changes. Right to the share
    ``tolerance`` of a domain's equity; without one, far finer than a rating shows.
    """
    graph = graph_of(web)
    held = np.asarray(web.snapshot.array("domains", "equity"))
    changes = domain_changes(web, graph, made, pages)
    found = _spread(graph, changes, held, tolerance)
    before, after = _equity(found, held)
    base = _base(graph, changes, found.pages)
    record = web.snapshot.manifest.scores["ratings"]
    published = float(record["page_residual"]) / (1 - DAMPING)
    doubt = doubt_of(found.rest, base, DAMPING)
    told = changes.pointed, changes.n_referring
    return DomainOutcome(found.pages, before, after, *told, doubt, published)


def _spread(
    graph: DomainLinks, changes: DomainChanges, held: F64, tolerance: float | None
) -> Spread:
    one, other = changes.base()
    disturbed = [changes.pointed]
    amounts = [(1 - DAMPING) * (other - one)]
    for sign, patch in ((1, changes.after), (-1, changes.before)):
        disturbed.append(patch.targets.astype(np.int64))
        amounts.append(sign * held[patch.pages][patch.rows()] * patch.shares)
    given = np.concatenate(disturbed), np.concatenate(amounts)
    rows, rooms = changes.after, graph.rooms
    with spreading_out(graph.links, graph.scale, *given, patch=rows, rooms=rooms) as spread:
        for each in LADDER if tolerance is None else (tolerance,):
            found = spread.to(each * (1 - DAMPING))
            if spread.visits > MUCH:
                break
    return found


def _equity(found: Spread, held: F64) -> tuple[F64, F64]:
    before = held[found.pages]
    return before, np.maximum(before + found.values, 0.0)


def _base(graph: DomainLinks, changes: DomainChanges, domains: Ids) -> F64:
    """The base of domains afterwards."""
    base = np.where(graph.n_referring[domains] > 0, 1.0, UNREFERRED_BASE)
    is_pointed = np.isin(domains, changes.pointed)
    now = changes.base()[1]
    base[is_pointed] = values_at(domains[is_pointed], changes.pointed, now)
    return base
