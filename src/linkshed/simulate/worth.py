"""What one unit of equity at every page is worth to a goal, while links are added one by one.

    z = g + d P z

When rows of P change, ``(d P' - d P) z`` is what z is wrong by, at those rows alone; so a new link
costs a small spread against the direction of links, not the whole one again.
"""

from __future__ import annotations

import numpy as np

from linkshed.graph.csr import F64
from linkshed.graph.push import Patch, spread_back
from linkshed.simulate.rows import Changes
from linkshed.simulate.web import Ids, Web

FLOOR = 1e-6


class Worth:
    """z of the web with the changes followed so far; each entry is off by ``FLOOR / (1-d)``."""

    def __init__(self, web: Web, goal_pages: Ids, weights: F64) -> None:
        self.web = web
        self.values = np.zeros(web.n_pages)
        self._rest = np.zeros(web.n_pages)
        self._rest[goal_pages] = weights
        self._rows: Patch | None = None

    def follow(self, changes: Changes) -> None:
        """Go over to the web with these changes, which include those followed before."""
        new, z = changes.after, self.values
        wrong = _product(new, z) - _product(changes.before, z)
        if self._rows is not None:
            at = np.searchsorted(new.pages, self._rows.pages)
            wrong[at] = _product(new, z)[at] - _product(self._rows, z)
        self._rest[new.pages] += wrong
        self._rows = new
        pages = np.flatnonzero(self._rest)
        found = spread_back(
            self.web.in_links, self.web.scale, pages, self._rest[pages],
            floor=FLOOR, patch=new, rooms=self.web.rooms,
        )  # fmt: skip
        self.values[found.pages] += found.values
        self._rest[found.pages] = found.rest


def _product(rows: Patch, z: F64) -> F64:
    """Each row times z."""
    handed = np.bincount(
        rows.rows(), weights=rows.shares * z[rows.targets], minlength=len(rows.pages)
    )
    return np.asarray(handed, np.float64)
