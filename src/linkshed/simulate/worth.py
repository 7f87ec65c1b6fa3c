"""What one unit of equity at some pages is worth, while links are added one by one.

    z = Z g    to a goal g           h = Z e_s    to a page s           Z = (I - d P)^-1

When the row of s in d P changes by the row vector u, then (Sherman and Morrison, 1950)

    dF = E_s (u z) / (1 - u h)       what the goal F = g E gains
    x' = x + h (u x) / (1 - u h)     every worth x afterwards

h is needed at the few pages that u names. It is made roughly at first, and finer only for pages
that it decides about: with ``|h - h exact| <= e`` at every page, u h is off by at most ``|u| e``.
Errors are kept page by page, because a change of a row adds much to them at s alone. Where nothing
is known, ``0 <= h <= d / (1 - d^2)`` away from s, since a reader who left needs at least two links
to come back.
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
TAKEN_FLOOR = 1e-9  # for the page whose row changes: all other worths take its error on
GOAL_FLOOR = 1e-9  # for the heaviest page of a goal
MANY = 0.005  # a page that this share of all pages links to is spread to the finest floor at once
WORN = 30.0  # times its first error, from which a worth is made anew
RENEWED = 2.0  # times its first error, up to which making it anew would not pay
Aim = tuple[Ids, F64, float]
Goals = Sequence[Aim]


@dataclass(frozen=True)
class Worth:
    """x at the watched pages, each entry right within its error; ``level`` floors were passed."""

    values: F64
    errors: F64
    level: int

    def of(self, at: Ids, amounts: F64) -> tuple[float, float]:
        """u x for amounts of u at places among the watched pages, and how far it may be off."""
        return float(amounts @ self.values[at]), float(np.abs(amounts) @ self.errors[at])

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
        half = web.damping / (1 - web.damping**2) / 2
        self._unknown = Worth(self._all(half), self._all(half), 0)
        self._known: dict[int, Worth] = {}
        self._goals: list[Aim] = []
        self.to_goals: list[Worth] = []
        for goal in goals:
            self.add(goal)

    def add(self, goal: Aim) -> None:
        """Know the worth to one goal more."""
        self._goals.append(goal)
        self.to_goals.append(self._spread(*goal))

    def places(self, rise: Rise) -> Ids:
        """Where the pages that a rise names are among the watched ones."""
        return np.searchsorted(self.watched, rise.pages)

    def to(self, page: int) -> Worth:
        """The worth to a page, as well as it is known."""
        return self._known.get(page, self._unknown)

    def divisor(self, page: int, at: Ids, amounts: F64) -> tuple[float, float]:
        """Bounds of 1 - u h for a change of the row of a page."""
        back, blur = self.to(page).of(at, amounts)
        return max(1 - back - blur, 1 - self.web.damping**2), 1 - back + blur

    def refine(self, page: int) -> bool:
        """Know the worth to a page better; False when it is known as well as can be."""
        known = self.to(page)
        if known.is_finest:
            return False
        links = self.web.in_links.offsets
        is_hub = links[page + 1] - links[page] > MANY * self.web.n_pages
        self._refine_to(page, len(FLOORS) if is_hub else known.level + 1)
        return True

    def sharpen(self, page: int) -> None:
        """Know the worth to a page whose row is about to change better than any."""
        self._known[page] = self._spread(np.array([page]), np.ones(1), TAKEN_FLOOR)

    def renew(self, n: int) -> bool:
        """Make the worth to a goal anew; False when it is as sure as it was at first."""
        first = self._error(self._goals[n][-1])
        if self.to_goals[n].errors.max(initial=0.0) <= RENEWED * first:
            return False
        self.to_goals[n] = self._spread(*self._goals[n])
        return True

    def take(self, page: int, rise: Rise, rows: Patch) -> None:
        """Go over to the web in which the row of a page has changed, to which the worth was
        sharpened; ``rows`` are all changed.
        """
        h, at = self._known[page], self.places(rise)
        self._rows = rows
        goals = zip(self.to_goals, self._goals, strict=True)
        self.to_goals = [self._kept(_after(x, h, at, rise.amounts), goal) for x, goal in goals]
        worn = WORN * self._error(FLOORS[-1])
        known = {page: _after(x, h, at, rise.amounts) for page, x in self._known.items()}
        self._known = {page: x for page, x in known.items()
                       if not x.is_finest or x.errors.max() < worn}  # fmt: skip

    def _kept(self, x: Worth, goal: Aim) -> Worth:
        """A worth to a goal, made anew when many changes made it too unsure."""
        worn = WORN * self._error(goal[-1])
        return x if x.errors.max(initial=0.0) < worn else self._spread(*goal)

    def _all(self, value: float) -> F64:
        """The same value at all watched pages."""
        return np.broadcast_to(value, len(self.watched))

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
        return Worth(found.at(self.watched), self._all(self._error(floor)), level)


def _after(x: Worth, h: Worth, at: Ids, amounts: F64) -> Worth:
    """A worth after a change u of the row of the page that h is the worth to."""
    back, blur = h.of(at, amounts)
    least = 1 - back - blur
    middle, unsure = x.of(at, amounts)
    handed = middle / (1 - back)
    off = (unsure + abs(handed) * blur) / least
    errors = x.errors + h.errors * (abs(handed) + off) + np.abs(h.values) * off
    return Worth(x.values + h.values * handed, errors, x.level)
