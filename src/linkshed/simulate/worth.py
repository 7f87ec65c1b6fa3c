"""What one unit of equity at some pages is worth, while links are added one by one.

    z = Z g    to a goal g           h = Z e_s    to a page s           Z = (I - d P)^-1

When the row of s in d P changes by the row vector u, then (Sherman and Morrison, 1950)

    dF = E_s (u z) / (1 - u h)       what the goal F = g E gains
    x' = x + h (u x) / (1 - u h)     every worth x afterwards

h is needed at the few pages that u names. It is made roughly at first, and finer only for pages
that it decides about: with ``|h - h exact| <= e`` at every page, u h is off by at most e |u|.
Where nothing is known, ``0 <= h <= d / (1 - d^2)`` away from s, since a reader who left needs at
least two links to come back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linkshed.graph.csr import F64
from linkshed.graph.push import NO_PATCH, Patch, spread_back
from linkshed.simulate.rises import Rise
from linkshed.simulate.web import Ids, Web

FLOORS = (1e-2, 1e-4, 1e-6)
GOAL_FLOOR = 1e-9  # for the heaviest page of a goal
MANY = 0.005  # a page that this share of all pages links to is spread to the finest floor at once
WORN = 30.0  # times its first error, from which a worth is made anew
Goals = Sequence[tuple[Ids, F64, float]]


@dataclass(frozen=True)
class Worth:
    """x at the watched pages, each entry right within ``error``; ``level`` floors were passed."""

    values: F64
    error: float
    level: int

    @property
    def is_finest(self) -> bool:
        """Whether more cannot be known."""
        return self.level == len(FLOORS)


class Worths:
    """Worth to ``goals``, each given by its pages, their weights and a floor, and to single pages,
    at the ``watched`` pages, which ascend.
    """

    def __init__(self, web: Web, watched: Ids, goals: Goals) -> None:
        self.web, self.watched = web, watched
        self._rows: Patch = NO_PATCH
        most = web.damping / (1 - web.damping**2)
        self._unknown = Worth(np.full(len(watched), most / 2), most / 2, 0)
        self._known: dict[int, Worth] = {}
        self._goals = goals
        self.to_goals = [self._spread(*goal) for goal in goals]

    def to(self, page: int) -> Worth:
        """The worth to a page, as well as it is known."""
        return self._known.get(page, self._unknown)

    def refine(self, page: int) -> bool:
        """Know the worth to a page better; False when it is known as well as can be."""
        known = self.to(page)
        if known.is_finest:
            return False
        links = self.web.in_links.offsets
        is_hub = links[page + 1] - links[page] > MANY * self.web.n_pages
        self._refine_to(page, len(FLOORS) if is_hub else known.level + 1)
        return True

    def finest(self, page: int) -> Worth:
        """The worth to a page, as well as can be."""
        if not self.to(page).is_finest:
            self._refine_to(page, len(FLOORS))
        return self.to(page)

    def take(self, page: int, rise: Rise, rows: Patch) -> None:
        """Go over to the web in which the row of a page has changed; ``rows`` are all changed."""
        h, u = self.finest(page), rise.amounts
        at = np.searchsorted(self.watched, rise.pages)
        size, whole = rise.size, 1 - float(u @ h.values[at])
        self._rows = rows

        def after(x: Worth) -> Worth:
            handed = float(u @ x.values[at]) / whole
            peak = float(np.abs(h.values).max())
            error = x.error * (1 + peak * size / whole)
            error += h.error * abs(handed) * (1 + peak * size / whole)
            return Worth(x.values + h.values * handed, error, x.level)

        goals = zip(self.to_goals, self._goals, strict=True)
        self.to_goals = [self._kept(after(x), goal) for x, goal in goals]
        worn = WORN * self._error(FLOORS[-1])
        known = {page: after(x) for page, x in self._known.items()}
        self._known = {page: x for page, x in known.items() if x.error < worn or not x.is_finest}

    def _kept(self, x: Worth, goal: tuple[Ids, F64, float]) -> Worth:
        """A worth to a goal, made anew when many changes made it too unsure."""
        return x if x.error < WORN * self._error(goal[-1]) else self._spread(*goal)

    def _error(self, floor: float) -> float:
        return floor / (1 - self.web.damping)

    def _refine_to(self, page: int, level: int) -> None:
        floor = FLOORS[level - 1]
        self._known[page] = self._spread(np.array([page]), np.ones(1), floor, level)

    def _spread(self, pages: Ids, weights: F64, floor: float, level: int = len(FLOORS)) -> Worth:
        web = self.web
        found = spread_back(
            web.in_links, web.scale, pages, weights, floor=floor, patch=self._rows, rooms=web.rooms
        )
        return Worth(found.at(self.watched), self._error(floor), level)
