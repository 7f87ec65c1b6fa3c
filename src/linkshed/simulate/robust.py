"""What is left of a scope without the domains it depends on most.

Losing a domain means that every link from its pages to the scope's site is gone. What the links
took then goes to the other links of those pages, and what came back from there is lost as well: the
answer is the exact what-if, not the sum of what the links carry today.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import F64
from linkshed.score.scale import rating
from linkshed.simulate.plan import Plan
from linkshed.simulate.rows import changes_of
from linkshed.simulate.shed import Shed, shed_of
from linkshed.simulate.web import Ids, Web
from linkshed.simulate.whatif import TOLERANCE, outcome
from linkshed.snapshot.kinds import is_clickable
from linkshed.urls.scope import Scope

TOPS = (3, 10)


@dataclass(frozen=True)
class Loss:
    """``domains`` are lost together; ``paid`` is what their links bring in today, ``equity`` what
    the scope would hold without them, right to the share ``relative_error``. ``top`` is how many of
    the largest are lost together, 1 for a single domain.
    """

    domains: Ids
    top: int
    links: int
    paid: float
    equity: float
    relative_error: float


def losses(web: Web, scope: Scope, each: int) -> tuple[Shed, Iterator[Loss]]:
    """The scope today, and the loss of each of its largest referring domains and of the top ones.

    Raises NotFoundError when the scope holds no equity.
    """
    shed = shed_of(web, scope)
    largest, paid_by = _largest(web, shed)
    rows, owner = _links_into(web, shed)
    sets = [(top, largest[:top]) for top in TOPS if 1 < top <= len(largest)]
    sets += [(1, largest[n : n + 1]) for n in range(min(each, len(largest)))]
    return shed, (
        _loss(web, shed, top, lost, rows[np.isin(owner, lost)], sum(paid_by[d] for d in lost))
        for top, lost in sets
    )


def without_largest(web: Web, scope: Scope, top: int) -> tuple[Shed, Loss | None]:
    """The scope today, and the loss of its ``top`` largest referring domains together, of all of
    them when there are fewer; None when there are none.

    Raises NotFoundError when the scope holds no equity.
    """
    shed = shed_of(web, scope)
    largest, paid_by = _largest(web, shed)
    lost = largest[:top]
    if not len(lost):
        return shed, None
    rows, owner = _links_into(web, shed)
    paid = sum(paid_by[domain] for domain in lost.tolist())
    return shed, _loss(web, shed, len(lost), lost, rows[np.isin(owner, lost)], paid)


def _largest(web: Web, shed: Shed) -> tuple[Ids, dict[int, float]]:
    """The domains that pay most, in order, and what each pays."""
    source = web.snapshot.domain_of(web.column("source", shed.rows))
    domains, at = np.unique(source, return_inverse=True)
    paid = np.bincount(at, weights=shed.paid, minlength=len(domains))
    largest = domains[np.argsort(-paid, kind="stable")].astype(np.int64)
    return largest, dict(zip(domains.tolist(), paid.tolist(), strict=True))


def points(equity: float | F64) -> F64:
    """The rating a single page with this equity would have."""
    return rating(equity)


def _links_into(web: Web, shed: Shed) -> tuple[Ids, NDArray[np.uint32]]:
    """All clickable links from other sites, also those that carry nothing, and whose they are."""
    is_site = np.zeros(web.n_pages, np.bool_)
    is_site[shed.site] = True
    rows = web.rows_to(np.flatnonzero(is_site[web.nodes.lands]))
    source = web.column("source", rows)
    kept = is_clickable(web.column("kind", rows)) & ~is_site[source]
    return rows[kept], web.snapshot.domain_of(source[kept])


def _loss(web: Web, shed: Shed, top: int, lost: Ids, rows: Ids, paid: float) -> Loss:
    made = Plan(web.nodes, gone=set(rows.tolist()))
    found = outcome(web, made, changes_of(web, made), TOLERANCE)
    held = shed.equity + float(found.gain[np.isin(found.pages, shed.targets)].sum())
    return Loss(lost, top, len(rows), paid, held, found.relative_error)
