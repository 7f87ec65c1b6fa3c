"""What is left of a scope without the domains it depends on most.

Losing a domain means that every link from its pages to the scope's site is gone. What the links
took then goes to the other links of those pages, and what came back from there is lost as well: the
answer is the exact what-if (``together``), not the sum of what the links carry today.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import F64
from linkshed.score.scale import rating
from linkshed.simulate.abreast import abreast
from linkshed.simulate.plan import Plan
from linkshed.simulate.shed import Shed, shed_of
from linkshed.simulate.together import together
from linkshed.simulate.web import Ids, Web
from linkshed.snapshot.distinct import numbered
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


def losses(web: Web, scope: Scope, each: int) -> tuple[Shed, list[Loss]]:
    """The scope today, and the loss of each of its largest referring domains and of the top ones.

    Raises NotFoundError when the scope holds no equity.
    """
    shed = shed_of(web, scope)
    largest, paid_by = _largest(web, shed)
    sets = [(top, largest[:top]) for top in TOPS if 1 < top <= len(largest)]
    sets += [(1, largest[n : n + 1]) for n in range(min(each, len(largest)))]
    without = _Without(web, shed, paid_by)
    return shed, abreast(lambda lost: without.loss(*lost), sets)


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
    return shed, _Without(web, shed, paid_by).loss(len(lost), lost)


def _largest(web: Web, shed: Shed) -> tuple[Ids, dict[int, float]]:
    """The domains that pay most, in order, and what each pays."""
    source = web.snapshot.domain_of(web.column("source", shed.rows))
    domains, at = numbered(source)
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


class _Without:
    """A scope without domains."""

    def __init__(self, web: Web, shed: Shed, paid_by: dict[int, float]) -> None:
        self._nodes, self._paid_by = web.nodes, paid_by
        self._rows, self._owner = _links_into(web, shed)
        self._scope = together(web, shed.targets)

    def loss(self, top: int, lost: Ids) -> Loss:
        """What is left without domains."""
        rows = self._rows[np.isin(self._owner, lost)]
        paid = sum(self._paid_by[domain] for domain in lost.tolist())
        left = self._scope.after(Plan(self._nodes, gone=set(rows.tolist())))
        return Loss(lost, top, len(rows), paid, *left)
