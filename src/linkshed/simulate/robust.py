"""What is left of a scope without the domains it depends on most.

Losing a domain means that every link from its pages to the scope's site is gone. What the links
took then goes to the other links of those pages, and what came back from there is lost as well: the
answer is the exact what-if (``together``), not the sum of what the links carry today.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import F64
from linkshed.score.scale import rating
from linkshed.simulate.plan import Plan
from linkshed.simulate.shed import Shed, shed_of
from linkshed.simulate.together import Together, together
from linkshed.simulate.web import Ids, Web
from linkshed.snapshot.distinct import numbered
from linkshed.snapshot.kinds import is_clickable
from linkshed.urls.scope import Scope

TOPS = (3, 10)


@dataclass(frozen=True)
class Loss:
    """``domains`` are lost together; ``paid`` is what their ``links`` bring in today, ``equity``
    what the scope would hold without them, right to the share ``relative_error``; NaN where that is
    not known.
    """

    domains: Ids
    links: int
    paid: float
    equity: float = np.nan
    relative_error: float = np.nan


class Without:
    """A scope without some of the domains that link to it. Raises NotFoundError when it holds no
    equity.
    """

    def __init__(self, web: Web, scope: Scope) -> None:
        self._web = web
        self.shed = shed_of(web, scope)
        self._largest, self._paid_by = _largest(web, self.shed)
        self._rows, self._owner = _links_into(web, self.shed)

    def sets(self, each: int) -> list[Ids]:
        """The largest referring domains: the top ones together, then each alone."""
        largest = self._largest
        tops = [largest[:top] for top in TOPS if 1 < top <= len(largest)]
        return tops + [largest[n : n + 1] for n in range(min(each, len(largest)))]

    def largest(self, top: int) -> Loss | None:
        """The loss of the largest referring domains together, of all of them when there are fewer;
        None when there are none.
        """
        lost = self._largest[:top]
        return self.loss(lost) if len(lost) else None

    def today(self, lost: Ids) -> Loss:
        """What domains bring in today; what would be left without them is not known."""
        n_links = int(np.isin(self._owner, lost).sum())
        return Loss(lost, n_links, sum(self._paid_by[domain] for domain in lost.tolist()))

    def loss(self, lost: Ids) -> Loss:
        """What is left without domains."""
        rows = self._rows[np.isin(self._owner, lost)]
        left = self._together.after(Plan(self._web.nodes, gone=set(rows.tolist())))
        return replace(self.today(lost), equity=left[0], relative_error=left[1])

    @cached_property
    def _together(self) -> Together:
        return together(self._web, self.shed.targets)


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
