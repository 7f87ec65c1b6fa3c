"""What pages gain while links are added one by one: each answer starts from the last.

    y' = y + x    x = rest + E'_s u + (d P')^T x    E' = E + y

When the row of a page s in d P changes by u, what is wrong with y is what s hands on through the
change, and what was left over before.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import F64
from linkshed.graph.push import Patch, Spread, spread_out
from linkshed.simulate.rises import Rise
from linkshed.simulate.web import Ids, Web
from linkshed.simulate.whatif import Outcome, outcome_of


class Growth:
    """y of the links taken so far, at every page."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self._values, self._rest = np.zeros(web.n_pages), np.zeros(web.n_pages)
        self._error = 0.0

    def held(self, pages: Ids) -> F64:
        """The equity of pages with the links taken."""
        return np.asarray(self.web.equity[pages] + self._values[pages])

    @property
    def share(self) -> float:
        """The share of itself by which what a page holds may be off."""
        return max(self._error, self.web.page_error)

    def room(self, pages: Ids, tolerance: float) -> tuple[F64, F64]:
        """By how much pages may fall further until they have fallen by more than the error; and
        half of this error.
        """
        error = (self._error + self.web.page_error + tolerance) * self.web.equity[pages]
        return self._values[pages] + 2 * error, error

    def lowered(
        self, guarded: NDArray[np.bool_], page: int, rise: Rise, rows: Patch, tolerance: float
    ) -> int | None:
        """The guarded page that would fall furthest beyond the error, were a row changed too; None
        when none would.
        """
        held = float(self.held(np.array([page]))[0])
        found = self._spread(rise.pages, held * rise.amounts, rows, tolerance)
        error = self._error + outcome_of(self.web, self.web.nodes, found).relative_error
        at = np.flatnonzero(guarded[found.pages])
        before = self.web.equity[found.pages[at]]
        gain = self._values[found.pages[at]] + found.values[at]
        beyond = gain + 2 * error * np.maximum(before, before + gain)
        if beyond.min(initial=0.0) >= 0:
            return None
        return int(found.pages[at[beyond.argmin()]])

    def take(self, page: int, rise: Rise, rows: Patch, tolerance: float) -> Outcome:
        """The outcome with the row of a page changed too, from which the next goes on."""
        left = np.flatnonzero(self._rest)
        held = float(self.held(np.array([page]))[0])
        pages = np.concatenate((rise.pages, left))
        amounts = np.concatenate((held * rise.amounts, self._rest[left]))
        found = self._spread(pages, amounts, rows, tolerance)
        self._values[found.pages] += found.values
        self._rest[found.pages] = found.rest
        moved = np.flatnonzero((self._values != 0) | (self._rest != 0))
        spread = Spread(moved, self._values[moved], self._rest[moved])
        outcome = outcome_of(self.web, self.web.nodes, spread)
        self._error = outcome.relative_error
        return outcome

    def _spread(self, pages: Ids, amounts: F64, rows: Patch, tolerance: float) -> Spread:
        web, floor = self.web, tolerance * (1 - self.web.damping)
        return spread_out(
            web.out_links, web.scale, pages, amounts, floor=floor, patch=rows, rooms=web.rooms
        )
