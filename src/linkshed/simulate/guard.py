"""Pages that must not fall while links are added.

What a link adds to a page p is ``E_s (u h_p) / (1 - u h_s)`` (``worth``). Where the protected pages
are few, h_p is known for all of them and decides alone. Where they are many, it is known for some
that were found to fall: most links lower one of these as well. Of the others the outcome is
computed, roughly first.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from linkshed.graph.csr import F64
from linkshed.graph.push import Patch
from linkshed.simulate.growth import Growth
from linkshed.simulate.rises import Rise
from linkshed.simulate.web import Ids
from linkshed.simulate.worth import Aim, Goals, Worths

FEW = 16
FLOOR = 1e-11
ROUGH = (1e-2, 1e-4)  # tolerances at which falls are looked for first


def goals_of(protected: Ids) -> Goals:
    """The goals whose worths a guard needs from the first, after that of the search."""
    return [_goal(page) for page in protected.tolist() if len(protected) <= FEW]


def _goal(page: int) -> Aim:
    return np.array([page]), np.ones(1), FLOOR


class Guard:
    """Protected pages, and what has happened to them so far."""

    def __init__(self, worths: Worths, growth: Growth, protected: Ids) -> None:
        self.worths, self.growth = worths, growth
        self.is_guarded = np.zeros(growth.web.n_pages, np.bool_)
        self.is_guarded[protected] = True
        self.decides = len(protected) <= FEW
        self.known = protected if self.decides else protected[:0]

    def admits(self, page: int, rise: Rise, rows: Callable[[], Patch], tolerance: float) -> bool:
        """Whether no protected page falls by more than the error when the row of a page changes
        by ``rise``; ``rows`` tells all rows changed then.
        """
        keeps = self._keeps_known(page, rise, tolerance)
        if self.decides or not keeps:
            return keeps
        changed = rows()
        for each in (*ROUGH, tolerance):
            fallen = self.growth.lowered(self.is_guarded, page, rise, changed, each)
            if fallen is not None:
                self._know(fallen)
                return False
        return True

    def _know(self, page: int) -> None:
        """Have a page that fell decide about other links."""
        if len(self.known) < FEW and page not in self.known:
            self.known = np.append(self.known, page)
            self.worths.add(_goal(page))

    def _keeps_known(self, page: int, rise: Rise, tolerance: float) -> bool:
        """The same for the pages of known worth; where the bounds of a gain are closer than half
        the error, or cannot be made closer, their middle decides.
        """
        if not len(self.known):
            return True
        room, close = self.growth.room(self.known, tolerance)
        while True:
            low, high = self._gains(page, rise)
            in_doubt = np.flatnonzero((low < -room) & (high >= -room) & (high - low > close))
            is_over = not len(in_doubt) or bool((high < -room).any())
            if is_over or not (self.worths.refine(page) or self._renew(in_doubt)):
                return bool(((low + high) / 2 >= -room).all())

    def _renew(self, places: Ids) -> bool:
        """Whether some worths to known pages could be made surer."""
        made = [self.worths.renew(1 + n) for n in places.tolist()]
        return any(made)

    def _gains(self, page: int, rise: Rise) -> tuple[F64, F64]:
        """Bounds of what the pages of known worth gain."""
        at, held = self.worths.places(rise), float(self.growth.held(np.array([page]))[0])
        told = np.array([h.of(at, rise.amounts) for h in self.worths.to_goals[1:]])
        little, much = held * (told[:, 0] - told[:, 1]), held * (told[:, 0] + told[:, 1])
        few, many = self.worths.divisor(page, at, rise.amounts)
        return (
            np.where(little < 0, little / few, little / many),
            np.where(much < 0, much / many, much / few),
        )
