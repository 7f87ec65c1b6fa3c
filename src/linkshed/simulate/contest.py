"""Which of many possible links adds most to a goal, found without weighing each one exactly.

A link that changes the row of page s by u adds ``dF = E_s (u z) / (1 - u h)`` (``worth``). What is
known of z and h bounds it; h is made finer for the links at the top until the best is certain, or
as many are left as cannot be told apart: of these the middle of the bounds decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from linkshed.graph.csr import F64
from linkshed.simulate.rises import Rise
from linkshed.simulate.web import Ids
from linkshed.simulate.worth import Worths


class Contest:
    """Bounds ``low`` and ``high`` of what links on ``sources``, which hold ``held``, add to the
    first goal of ``worths``.
    """

    def __init__(self, worths: Worths, rises: Sequence[Rise], sources: Ids, held: F64) -> None:
        self.worths, self.rises, self.sources = worths, rises, sources
        pages = np.concatenate([rise.pages for rise in rises])
        amounts = np.concatenate([rise.amounts for rise in rises])
        starts = np.cumsum([0, *(len(rise.pages) for rise in rises)])
        self._parts = [slice(lo, hi) for lo, hi in pairwise(starts.tolist())]
        self._places, self._amounts = np.searchsorted(worths.watched, pages), amounts
        goal = worths.to_goals[0]
        lift = np.add.reduceat(amounts * goal.values[self._places], starts[:-1])
        slack = np.add.reduceat(np.abs(amounts) * goal.errors[self._places], starts[:-1])
        self._least, self._most = held * np.maximum(lift - slack, 0), held * (lift + slack)
        self.low, self.high = np.zeros(len(rises)), self._most.copy()
        self._levels = dict.fromkeys(np.unique(sources).tolist(), -1)
        for source in self._levels:
            self._follow(source)

    def best(self, may: Callable[[int], bool]) -> int | None:
        """The link that adds most of those that ``may`` be taken; None when none surely adds."""
        allowed: set[int] = set()
        while self.high[first := int(self.high.argmax())] > 0:
            in_doubt = [first, *self._rivals(first)]
            if self._admits(in_doubt, may, allowed) and not self._decides(in_doubt):
                return max(in_doubt, key=lambda n: self.middle(n)[0])
        return None

    def _rivals(self, first: int) -> list[int]:
        """Links that may add more than the first, whose bounds must show that it adds anything."""
        if self.low[first] <= 0:
            return []
        rivals = np.flatnonzero(self.high > self.low[first])
        order = np.argsort(-self.high[rivals], kind="stable")
        return [n for n in rivals[order].tolist() if n != first]

    def middle(self, n: int) -> tuple[float, float]:
        """The middle of the bounds of a link, and how far they are from it."""
        low, high = float(self.low[n]), float(self.high[n])
        return (low + high) / 2, (high - low) / 2

    def _admits(self, links: Sequence[int], may: Callable[[int], bool], allowed: set[int]) -> bool:
        """Whether all links may be taken; the first that may not is put out."""
        for n in links:
            if n not in allowed and not may(n):
                self.low[n] = self.high[n] = 0.0
                return False
            self._follow(int(self.sources[n]))
            allowed.add(n)
        return True

    def _decides(self, links: Sequence[int]) -> bool:
        """Whether more was made known of the links, of which the first has the highest bound.

        The first is put out when all that can be known does not show that it adds anything.
        """
        first = links[0]
        if len(links) == 1 and self.low[first] > 0:
            return False
        for n in links:
            source = int(self.sources[n])
            if self.worths.refine(source):
                self._follow(source)
                return True
        if self.low[first] > 0:
            return False
        self.low[first] = self.high[first] = 0.0
        return True

    def _follow(self, source: int) -> None:
        """Bound the links of a page anew when its h was made finer, be it by ``may``."""
        level = self.worths.to(source).level
        if level == self._levels[source]:
            return
        self._levels[source] = level
        for n in np.flatnonzero(self.sources == source).tolist():
            if self.high[n] > 0:
                part = self._parts[n]
                few, many = self.worths.divisor(source, self._places[part], self._amounts[part])
                self.low[n], self.high[n] = self._least[n] / many, self._most[n] / few
