"""Which new links raise a goal most.

The goal is ``F = sum of g_j E_j``. A link from i to j with attention a, on a page whose links have
A so far, changes it to first order by

    dF = s E_i (d z_j - (z_i - g_i))        s = a / (A_i + a)        z = g + d P z

Greedy: of the candidates with the largest dF the ones at the top are computed exactly (``whatif``),
the best is taken, and z, E and A are made anew with it. Finding the best set is hard (no algorithm
of polynomial time comes as near as one likes unless P = NP); greedy stays within a constant factor.

Sources: Olsen, Maximizing PageRank with new backlinks, 2010; Olsen, Viglas, On the approximability
of the link building problem, TCS 2014 (1204.1369); Avrachenkov and Litvak, 2006.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from linkshed.graph.csr import F64
from linkshed.graph.push import values_at
from linkshed.score.factors import attention
from linkshed.simulate.candidates import Candidate
from linkshed.simulate.plan import Plan
from linkshed.simulate.rows import Changes, changes_of
from linkshed.simulate.web import Ids, Web
from linkshed.simulate.whatif import Outcome, outcome
from linkshed.simulate.worth import Worth

EXACT_AT_TOP = 8
TOLERANCE = 1e-6
ROUGH = (1e-2, 1e-3, 1e-4)  # to find those that can be the best


@dataclass(frozen=True)
class Goal:
    """Weights g of pages, and pages that must not fall."""

    pages: Ids
    weights: F64
    protected: Ids

    def value(self, found: Outcome) -> float:
        """What F gains."""
        return float(self.weights @ _gains(found, self.pages))

    def range(self, web: Web, found: Outcome) -> tuple[float, float]:
        """The least and the most that F can gain, for the errors before and after."""
        gains = _gains(found, self.pages)
        larger = web.equity[self.pages] + np.maximum(gains, 0.0)
        error = 2 * found.relative_error * float(np.abs(self.weights) @ larger)
        value = float(self.weights @ gains)
        return value - error, value + error

    def is_kept(self, found: Outcome) -> bool:
        """Whether no protected page falls by more than the error."""
        falls = found.is_sure & (found.gain < 0)
        return not np.isin(found.pages[falls], self.protected).any()


@dataclass(frozen=True)
class Step:
    """A link taken: what it adds to the goal, and everything that moved up to here."""

    candidate: Candidate
    gain: float
    total: float
    outcome: Outcome


def optimise(
    web: Web, goal: Goal, candidates: Sequence[Candidate], links: int, per_source: int
) -> list[Step]:
    """At most ``links`` steps, at most ``per_source`` links on a page; ends when nothing helps."""
    search = _Search(web, goal, candidates, per_source)
    steps: list[Step] = []
    while len(steps) < links and (step := search.step()) is not None:
        steps.append(step)
    return steps


def naive(
    web: Web, goal: Goal, candidates: Iterable[Candidate], links: int, per_source: int
) -> float:
    """What the usual rule gains: links from the pages with most equity per link on them."""
    counts = web.snapshot.array("pages", "n_outlinks")
    rule = sorted(candidates, key=lambda c: -web.equity[c.source] / (1 + int(counts[c.source])))
    used: Counter[int] = Counter()
    taken: list[Candidate] = []
    for candidate in rule:
        if len(taken) < links and used[candidate.source] < per_source:
            used[candidate.source] += 1
            taken.append(candidate)
    made = _plan(web, taken)
    return goal.value(outcome(web, made, changes_of(web, made), TOLERANCE))


@dataclass(frozen=True)
class _Trial:
    """What a candidate and all links taken do together."""

    candidate: Candidate
    changes: Changes
    found: Outcome


class _Search:
    def __init__(
        self, web: Web, goal: Goal, candidates: Sequence[Candidate], per_source: int
    ) -> None:
        self.web, self.goal, self.per_source = web, goal, per_source
        self.left = list(candidates)
        self.attention = dict(zip(self.left, _attention(web, self.left), strict=True))
        self.worth = Worth(web, goal.pages, goal.weights)
        self.taken: list[Candidate] = []
        self.total = 0.0
        self.changes: Changes = changes_of(web, _plan(web, []))
        self.found = outcome(web, _plan(web, []), self.changes, TOLERANCE)

    def step(self) -> Step | None:
        """Take the best candidate; None when none helps."""
        order, hopes = self._first_order()
        best, most = None, self.total
        for trial in self._contenders([self.left[at] for at in order if hopes[at] > 0]):
            total = self.goal.value(trial.found)
            if total > most:
                best, most = trial, total
        return None if best is None else self._take(most, best)

    def _contenders(self, hopeful: Sequence[Candidate]) -> Iterator[_Trial]:
        """Those at the top, exactly; left out is who cannot be the best by rough outcomes."""
        if len(self.goal.protected):
            trials = (self._trial(candidate, TOLERANCE) for candidate in hopeful)
            kept = (trial for trial in trials if self.goal.is_kept(trial.found))
            yield from islice(kept, EXACT_AT_TOP)
            return
        left = list(hopeful[:EXACT_AT_TOP])
        for tolerance in ROUGH:
            if len(left) > 1:
                left = self._possible([self._trial(candidate, tolerance) for candidate in left])
        yield from (self._trial(candidate, TOLERANCE) for candidate in left)

    def _possible(self, rough: Sequence[_Trial]) -> list[Candidate]:
        ranges = [self.goal.range(self.web, trial.found) for trial in rough]
        least = max(low for low, _ in ranges)
        pairs = zip(rough, ranges, strict=True)
        return [trial.candidate for trial, (_, high) in pairs if high >= least]

    def _trial(self, candidate: Candidate, tolerance: float) -> _Trial:
        made = _plan(self.web, [*self.taken, candidate])
        changes = changes_of(self.web, made)
        return _Trial(candidate, changes, outcome(self.web, made, changes, tolerance))

    def _take(self, total: float, trial: _Trial) -> Step:
        chosen = trial.candidate
        step = Step(chosen, total - self.total, total, trial.found)
        self.total, self.found, self.changes = total, trial.found, trial.changes
        self.taken.append(chosen)
        used = Counter(candidate.source for candidate in self.taken)
        self.left = [
            c for c in self.left
            if used[c.source] < self.per_source and (c.source, c.target) != _ends(chosen)
        ]  # fmt: skip
        return step

    def _first_order(self) -> tuple[list[int], F64]:
        """Candidates by dF on the web with the links taken so far."""
        if not self.left:
            return [], np.empty(0)
        web, goal = self.web, self.goal
        self.worth.follow(self.changes)
        z = self.worth.values
        source, target = (np.array([_ends(c)[k] for c in self.left]) for k in (0, 1))
        own = np.zeros(len(source))
        is_goal = np.isin(source, goal.pages)
        own[is_goal] = goal.weights[np.searchsorted(goal.pages, source[is_goal])]
        held = web.equity[source] + _gains(self.found, source)
        new = np.array([self.attention[c] for c in self.left])
        share = new / (self._weight(source) + new)
        hopes = share * held * (web.damping * z[target] - (z[source] - own))
        return np.argsort(-hopes, kind="stable").tolist(), hopes

    def _weight(self, source: Ids) -> F64:
        more: dict[int, float] = {}
        for candidate in self.taken:
            more[candidate.source] = more.get(candidate.source, 0.0) + self.attention[candidate]
        added = np.array([more.get(page, 0.0) for page in source.tolist()])
        return np.asarray(self.web.out_weight[source] + added)


def _plan(web: Web, taken: Iterable[Candidate]) -> Plan:
    return Plan(web.nodes, new=[candidate.link() for candidate in taken])


def _ends(candidate: Candidate) -> tuple[int, int]:
    return candidate.source, candidate.target


def _attention(web: Web, candidates: Sequence[Candidate]) -> list[float]:
    links = [candidate.link() for candidate in candidates]
    if not links:
        return []
    columns = {name: np.array([link[name] for link in links]) for name in links[0]}
    weights: list[float] = attention(columns, web.profile).tolist()
    return weights


def _gains(found: Outcome, pages: Ids) -> F64:
    return values_at(pages, found.pages, found.gain)
