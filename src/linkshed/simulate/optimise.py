"""Which new links raise a goal most.

The goal is ``F = sum of g_j E_j``. A link on page s that changes the row of s in d P by u adds

    dF = E_s (u z) / (1 - u h)      z = (I - d P)^-1 g      h = (I - d P)^-1 e_s

exactly (``worth``); to first order, for a link of attention a to page t that passes all of it,

    dF = E_s a / (A_s + a) (d z_t - (z_s - g_s))

Greedy: the link with the largest dF is taken, and E, z and every h follow it. It is found lazily:
z is known everywhere, h within bounds that are made narrower only for links that may be the best.
Finding the best set is hard (no algorithm of polynomial time comes as near as one likes unless
P = NP); greedy stays within a constant factor.

Sources: Olsen, Maximizing PageRank with new backlinks, 2010; Olsen, Viglas, On the approximability
of the link building problem, TCS 2014 (1204.1369); Avrachenkov and Litvak, 2006; Minoux,
Accelerated greedy algorithms for maximizing submodular set functions, 1978.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from linkshed.graph.csr import F64
from linkshed.graph.push import Patch, values_at
from linkshed.simulate.candidates import Candidate
from linkshed.simulate.contest import Contest
from linkshed.simulate.growth import Growth
from linkshed.simulate.guard import Guard, goals_of
from linkshed.simulate.plan import Plan
from linkshed.simulate.rises import Rise, rises
from linkshed.simulate.rows import changes_of
from linkshed.simulate.web import Ids, Web
from linkshed.simulate.whatif import Outcome, outcome
from linkshed.simulate.worth import GOAL_FLOOR, Goals, Worths

TOLERANCE = 1e-6


@dataclass(frozen=True)
class Goal:
    """Weights g of pages, ascending, and pages that must not fall."""

    pages: Ids
    weights: F64
    protected: Ids

    def goals(self) -> Goals:
        """The goal itself, and then those that guard protected pages."""
        heaviest = float(np.abs(self.weights).max(initial=0.0)) or 1.0
        return [(self.pages, self.weights, GOAL_FLOOR * heaviest), *goals_of(self.protected)]

    def value(self, found: Outcome) -> float:
        """What F gains."""
        return float(self.weights @ values_at(self.pages, found.pages, found.gain))


@dataclass(frozen=True)
class Step:
    """A link taken: what it adds to the goal, right within ``error``, what all links up to here
    add together, and everything that moved by then.
    """

    candidate: Candidate
    gain: float
    error: float
    total: float
    outcome: Outcome


def optimise(
    web: Web, goal: Goal, candidates: Sequence[Candidate], links: int, per_source: int
) -> list[Step]:
    """At most ``links`` steps, at most ``per_source`` links on a page; ends when nothing helps."""
    if not candidates:
        return []
    search = _Search(web, goal, candidates, per_source)
    steps: list[Step] = []
    while len(steps) < links and (step := search.step()) is not None:
        steps.append(step)
    return steps


@dataclass(frozen=True)
class Usual:
    """What the usual rule makes of the same candidates: the goal gains ``total`` by ``links``."""

    total: float
    links: int


def usual(
    web: Web, goal: Goal, candidates: Iterable[Candidate], links: int, per_source: int
) -> Usual:
    """Links from the pages with most equity per link on them, under the same constraints."""
    counts = web.snapshot.array("pages", "n_outlinks")
    rule = sorted(candidates, key=lambda c: -web.equity[c.source] / (1 + int(counts[c.source])))
    guards = Goal(goal.pages[:0], goal.weights[:0], goal.protected)
    guarded = _Search(web, guards, rule, per_source) if len(goal.protected) and rule else None
    used: Counter[int] = Counter()
    taken: list[Candidate] = []
    for candidate in rule:
        if len(taken) == links:
            break
        if used[candidate.source] < per_source and (guarded is None or guarded.offer(candidate)):
            used[candidate.source] += 1
            taken.append(candidate)
    made = _plan(web, taken)
    return Usual(goal.value(outcome(web, made, changes_of(web, made), TOLERANCE)), len(taken))


class _Search:
    """The links taken so far, and those that could be next."""

    def __init__(
        self, web: Web, goal: Goal, candidates: Sequence[Candidate], per_source: int
    ) -> None:
        self.web, self.per_source = web, per_source
        changes = rises(web, [candidate.link() for candidate in candidates])
        self.left = [(c, r) for c, r in zip(candidates, changes, strict=True) if len(r.pages)]
        named = np.concatenate([np.empty(0, np.int64), *(rise.pages for _, rise in self.left)])
        self.worths = Worths(web, np.unique(named), goal.goals())
        self.growth = Growth(web)
        self.guard = Guard(self.worths, self.growth, goal.protected)
        self.taken: list[Candidate] = []
        self.total = 0.0

    def step(self) -> Step | None:
        """Take the best candidate; None when none helps."""
        if not self.left:
            return None
        contest = self._contest(self.left)
        best = contest.best(self._may)
        return None if best is None else self._take(*self.left[best])

    def offer(self, candidate: Candidate) -> bool:
        """Take a candidate if it changes anything and no protected page falls by it."""
        at = next((n for n, (known, _) in enumerate(self.left) if known is candidate), None)
        if at is None or not self._may(at):
            return False
        self._take(*self.left[at])
        return True

    def _contest(self, links: Sequence[tuple[Candidate, Rise]]) -> Contest:
        sources = np.array([candidate.source for candidate, _ in links])
        held = self.growth.held(sources)
        rises_of = [rise for _, rise in links]
        return Contest(self.worths, rises_of, sources, held)

    def _may(self, n: int) -> bool:
        """Whether a candidate lowers no protected page by more than the error."""
        candidate, rise = self.left[n]
        return self.guard.admits(candidate.source, rise, lambda: self._rows(candidate), TOLERANCE)

    def _rows(self, candidate: Candidate) -> Patch:
        """All rows as they are with one candidate more."""
        return changes_of(self.web, _plan(self.web, [*self.taken, candidate])).after

    def _take(self, chosen: Candidate, rise: Rise) -> Step:
        source, rows = chosen.source, self._rows(chosen)
        self.worths.sharpen(source)
        alone = self._contest([(chosen, rise)])
        gain, error = alone.middle(0)
        error += self.growth.share * abs(gain)
        found = self.growth.take(source, rise, rows, TOLERANCE)
        self.worths.take(source, rise, rows)
        self.total += gain
        self.taken.append(chosen)
        self._renew(source)
        return Step(chosen, gain, error, self.total, found)

    def _renew(self, source: int) -> None:
        """Leave out what cannot be taken any more; the other links of the page change its row."""
        there = [c for c in self.taken if c.source == source]
        ends = {c.target for c in there} if len(there) < self.per_source else None
        same = [c for c, _ in self.left if c.source == source]
        same = [c for c in same if ends is not None and c.target not in ends]
        changes = rises(self.web, [c.link() for c in same], [c.link() for c in there])
        self.left = [(c, r) for c, r in self.left if c.source != source]
        self.left += zip(same, changes, strict=True)


def _plan(web: Web, taken: Iterable[Candidate]) -> Plan:
    return Plan(web.nodes, new=[candidate.link() for candidate in taken])
