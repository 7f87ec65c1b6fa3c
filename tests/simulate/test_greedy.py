"""The lazy search for links against plain greedy with every outcome computed."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from linkshed.graph.push import values_at
from linkshed.simulate.candidates import Candidate
from linkshed.simulate.guard import FEW
from linkshed.simulate.optimise import Goal, optimise, usual
from linkshed.simulate.phrases import Spot
from linkshed.simulate.plan import Plan
from linkshed.simulate.rows import changes_of
from linkshed.simulate.web import Web
from linkshed.simulate.whatif import Outcome, outcome
from snapshots import random_text, scored_web

EXACT = 1e-13
LINKS = 4


def random_candidates(web: Web, rng: np.random.Generator, n: int) -> list[Candidate]:
    """Links between any two living pages that may be indexed, at any place of the text."""
    nodes = web.nodes
    living = np.flatnonzero(nodes.is_node & ~nodes.is_noindex & ~nodes.is_nofollow)
    pairs = {tuple(rng.choice(living, 2, replace=False).tolist()) for _ in range(n)}
    return [
        Candidate(source, target, 1.0, Spot("A sentence.", "words", float(rng.random())))
        for source, target in sorted(pairs)
    ]


def random_goal(web: Web, rng: np.random.Generator, protected: int) -> Goal:
    living = np.flatnonzero(web.nodes.is_node)
    pages = np.sort(rng.choice(living, min(len(living), int(rng.integers(1, 6))), replace=False))
    weights = rng.choice([1.0, 0.5, 3.0, -0.7], len(pages))
    return Goal(pages, weights, rng.choice(living, min(protected, len(living)), replace=False))


def foreseen(web: Web, links: list[Candidate]) -> Outcome:
    made = Plan(web.nodes, new=[candidate.link() for candidate in links])
    return outcome(web, made, changes_of(web, made), EXACT)


def is_allowed(goal: Goal, found: Outcome) -> bool:
    return bool((values_at(goal.protected, found.pages, found.gain) >= -1e-9).all())


def plain(web: Web, goal: Goal, left: list[Candidate], per_source: int) -> list[float]:
    """What the goal gains up to each step when every link is tried at every step."""
    taken: list[Candidate] = []
    totals = [0.0]
    while len(taken) < LINKS:
        used = Counter(link.source for link in taken)
        left = [c for c in left if used[c.source] < per_source and c not in taken]
        tried = [(c, foreseen(web, [*taken, c])) for c in left]
        found = [(goal.value(o), c) for c, o in tried if is_allowed(goal, o)]
        best = max(found, key=lambda pair: pair[0], default=(0.0, None))
        if best[0] <= totals[-1] + 1e-9 or best[1] is None:
            return totals[1:]
        taken.append(best[1])
        totals.append(best[0])
    return totals[1:]


PROTECTED = st.sampled_from([0, 1, 2, 5, FEW + 1])


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**31), per_source=st.integers(1, 3), protected=PROTECTED)
@example(seed=10187, per_source=1, protected=0)
def test_lazy_greedy_gains_what_plain_greedy_gains(
    seed: int, per_source: int, protected: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rng = np.random.default_rng(seed)
    snapshot = scored_web(random_text(seed, n=20, n_links=90), tmp_path_factory.mktemp("web"))
    web = Web(snapshot)
    candidates, goal = random_candidates(web, rng, 25), random_goal(web, rng, protected)
    steps = optimise(web, goal, candidates, LINKS, per_source)
    expected = plain(web, goal, candidates, per_source)
    totals = [step.total for step in steps]
    doubt = 2 * sum(step.error for step in steps)
    assert totals == pytest.approx(expected, rel=1e-5, abs=1e-6 + doubt)
    taken = [step.candidate for step in steps]
    for n, step in enumerate(steps, 1):
        exact = foreseen(web, taken[:n])
        assert abs(step.total - goal.value(exact)) <= sum(s.error for s in steps[:n]) + 1e-9
        gains = values_at(np.arange(web.n_pages), exact.pages, exact.gain)
        told = values_at(np.arange(web.n_pages), step.outcome.pages, step.outcome.gain)
        held = np.maximum(web.equity, web.equity + gains)
        assert (np.abs(told - gains) <= 2 * step.outcome.relative_error * held + 1e-9).all()


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**31), per_source=st.integers(1, 2), protected=PROTECTED)
def test_the_usual_rule_keeps_the_same_constraints(
    seed: int, per_source: int, protected: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Candidates in the rule's order, each taken unless a protected page falls by it."""
    rng = np.random.default_rng(seed)
    snapshot = scored_web(random_text(seed, n=20, n_links=90), tmp_path_factory.mktemp("web"))
    web = Web(snapshot)
    candidates, goal = random_candidates(web, rng, 25), random_goal(web, rng, protected)
    counts = np.asarray(snapshot.array("pages", "n_outlinks"), np.float64)
    order = sorted(candidates, key=lambda c: -web.equity[c.source] / (1 + counts[c.source]))
    taken: list[Candidate] = []
    for candidate in order:
        used = Counter(link.source for link in taken)
        if len(taken) < LINKS and used[candidate.source] < per_source:
            changes = len(foreseen(web, [*taken, candidate]).pages)
            if not protected or (changes and is_allowed(goal, foreseen(web, [*taken, candidate]))):
                taken.append(candidate)
    found = usual(web, goal, candidates, LINKS, per_source)
    assert found.links == len(taken)
    assert found.total == pytest.approx(goal.value(foreseen(web, taken)), rel=1e-5, abs=1e-6)
