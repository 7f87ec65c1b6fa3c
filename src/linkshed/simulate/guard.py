"""Pages that must not fall while links are added.

What a link adds to a page p is ``E_s (u h_p) / (1 - u h_s)`` (``worth``). The divisor lies between
``1 - d^2`` and ``1 / (1 - d^2)``, so u h_p often decides at once when the pages are few. Else the
outcome of the link is computed, roughly first.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from linkshed.graph.push import Patch
from linkshed.simulate.growth import Growth
from linkshed.simulate.rises import Rise
from linkshed.simulate.web import Ids
from linkshed.simulate.worth import Goals, Worths

FEW = 16
FLOOR = 1e-11
ROUGH = (1e-2, 1e-4)  # tolerances at which falls are looked for first


def goals_of(protected: Ids) -> Goals:
    """The goals whose worths a guard needs, after that of the search."""
    return [(np.array([page]), np.ones(1), FLOOR) for page in protected if len(protected) <= FEW]


class Guard:
    """Protected pages, and what has happened to them so far."""

    def __init__(self, worths: Worths, growth: Growth, protected: Ids) -> None:
        self.worths, self.growth, self.protected = worths, growth, protected
        self.is_guarded = np.zeros(growth.web.n_pages, np.bool_)
        self.is_guarded[protected] = True

    def admits(self, page: int, rise: Rise, rows: Callable[[], Patch], tolerance: float) -> bool:
        """Whether no protected page falls by more than the error when the row of a page changes
        by ``rise``; ``rows`` tells all rows changed then.
        """
        if not len(self.protected):
            return True
        known = self._by_worth(page, rise, tolerance)
        if known is not None:
            return known
        changed = rows()
        return not any(
            self.growth.lowers(self.is_guarded, page, rise, changed, each)
            for each in (*ROUGH, tolerance)
        )

    def _by_worth(self, page: int, rise: Rise, tolerance: float) -> bool | None:
        """The same from the worths to the protected pages; None when they do not decide."""
        worths = self.worths.to_goals[1:]
        if not worths:
            return None
        at = np.searchsorted(self.worths.watched, rise.pages)
        middle = np.array([float(rise.amounts @ h.values[at]) for h in worths])
        blur = rise.size * np.array([h.error for h in worths])
        least = 1 - self.growth.web.damping**2
        little, much = (self.growth.room(self.protected, tolerance, n) for n in (1, 3))
        held = float(self.growth.held(np.array([page]))[0])
        if (held * (middle - blur) / least >= -little).all():
            return True
        return False if (held * (middle + blur) * least < -much).any() else None
