"""What pages hold together when links are different, surer than what each of them holds.

With z = Z g the worth of a page to the pages g, and u_i what the row of a page i of d P gains,

    F' - F = sum over i of E'_i (u_i z)                     F = g E,  Z = (I - d P)^-1

exactly. E' is needed at pages whose links differ alone, and an error of E'_i counts only as much as
i adds: a spread from the edits (``whatif``) that is right to a thousandth tells F' to a thousandth
of what F loses or gains. z need not be exact: where its own spread has rho left over, ``y rho`` is
what it misses, y = E' - E, off by at most the largest rho times the sum of all errors of y.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial

import numpy as np

from linkshed.graph.csr import F64
from linkshed.graph.push import Patch, spread_back, values_at
from linkshed.simulate.plan import Plan
from linkshed.simulate.rows import Changes, changes_of
from linkshed.simulate.web import Ids, Web
from linkshed.simulate.whatif import LADDER, ROUNDING, Outcome, outcome_until

FLOOR = 1e-4  # of the worth of pages
SURE = 3e-4  # of a gain may be error
CLOSE = 9e-7  # of what pages hold then may be error
ROUGHEST = 1e-2  # share of a page's equity by which a spread may be off
MARGIN = 0.9  # of what may be error, by the equity of pages where links differ


class Together:
    """Some pages, and the worth of every page to them: 16 bytes a page of the web."""

    def __init__(self, web: Web, pages: Ids) -> None:
        self._web = web
        self.held = float(web.equity[pages].sum())
        goal = np.ones(len(pages))
        found = spread_back(web.in_links, web.scale, pages, goal, floor=FLOOR, rooms=web.rooms)
        self._worth, self._rest = np.zeros((2, web.n_pages))
        self._worth[found.pages], self._rest[found.pages] = found.values, found.rest
        self._most_rest = float(np.abs(found.rest).max(initial=0.0))

    @property
    def nbytes(self) -> int:
        """Bytes it takes."""
        return self._worth.nbytes + self._rest.nbytes

    def after(self, made: Plan) -> tuple[float, float]:
        """What the pages hold together after a plan that changes links alone, and the share of it
        by which that may be off.
        """
        gain, error, _ = self.outcome(made)
        held = self.held + gain
        return held, min(error / held, 1.0) + self._web.page_error if held > 0 else 1.0

    def outcome(
        self,
        made: Plan,
        is_enough: Callable[[Outcome], bool] = lambda _: True,
        roughest: float = ROUGHEST,
    ) -> tuple[float, float, Outcome]:
        """What the pages gain together by such a plan, how far off that may be, and an outcome that
        ``is_enough``, from a spread that is begun at ``roughest``.
        """
        changes = changes_of(self._web, made)
        adds = self._added(changes.after) - self._added(changes.before)
        gained = partial(self._gain, changes, adds)
        rungs = self._rungs(changes, adds, roughest)
        found = outcome_until(
            self._web, made, changes, lambda o: self._is_sure(*gained(o)) and is_enough(o), rungs
        )
        return *gained(found), found

    def _rungs(self, changes: Changes, adds: F64, roughest: float) -> list[float]:
        """How finely to spread: first as should be enough by what pages hold today."""
        today = self._web.equity[changes.after.pages]
        whole = float(today @ np.abs(adds))
        allowed = self._allowed(float(today @ adds)) / whole if whole > 0 else 0.0
        first = min(max(MARGIN * allowed, LADDER[-1]), roughest)
        return [first, *(rung for rung in LADDER if rung < first)]

    def _added(self, rows: Patch) -> F64:
        """What each unit of a page's equity brings the pages through its row."""
        carried = rows.shares * self._worth[rows.targets]
        summed = np.bincount(rows.rows(), weights=carried, minlength=len(rows.pages))
        return np.asarray(summed, np.float64)

    def _gain(self, changes: Changes, adds: F64, found: Outcome) -> tuple[float, float]:
        """What the pages gain together, and how far off that may be."""
        pages, gain = changes.after.pages, found.gain
        before = self._web.equity[pages]
        after = np.maximum(before + values_at(pages, found.pages, gain), 0.0)
        off = found.doubt.at(after) + self._web.page_error * before
        off += (self._web.page_error + ROUNDING) * after
        total = float(after @ adds) + float(gain @ self._rest[found.pages])
        return total, float(off @ np.abs(adds)) + self._most_rest * found.total_error

    def _is_sure(self, gain: float, error: float) -> bool:
        return error <= self._allowed(gain)

    def _allowed(self, gain: float) -> float:
        """How far off a gain may be."""
        return max(min(CLOSE * (self.held + gain), SURE * abs(gain)), ROUNDING * self.held)


def together(web: Web, pages: Ids) -> Together:
    """Some pages of a web, those asked about lately known already."""
    name = ("together", hashlib.sha256(pages.tobytes()).hexdigest())
    found: Together = web.snapshot.recent.once(name, lambda: Together(web, pages))
    return found
