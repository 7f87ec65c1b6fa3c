"""What pages gain together and alone by coarse spreads, against fine ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkshed.simulate import together, whatif
from linkshed.simulate.plan import NEW_LINK, Plan
from linkshed.simulate.rows import changes_of
from linkshed.simulate.together import SURE, Together
from linkshed.simulate.web import Web, web_of
from linkshed.simulate.whatif import KNOWN, TOLERANCE, gain_of, outcome
from snapshots import random_text, scored_web

FINE = 1e-12
ROUNDING = 1e-9
Made = TypeVar("Made")


def random_plan(rng: np.random.Generator, web: Web) -> Plan:
    """Some links go, one is followed or not, and some come."""
    rows = rng.permutation(web.snapshot.n_links)
    nodes = np.flatnonzero(web.nodes.is_node)
    ends = rng.choice(nodes, (rng.integers(0, 3), 2)).tolist()
    return Plan(
        web.nodes,
        gone=set(rows[1 : rng.integers(2, 9)].tolist()),
        set={int(rows[0]): {"rel": int(rng.integers(0, 2))}},
        new=[{**NEW_LINK, "source": a, "target": b} for a, b in ends if a != b],
    )


def hasty(work: Callable[[], Made]) -> Made:
    """What comes of work in which nothing is taken further than it must be."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whatif, "LITTLE", -1)
        patch.setattr(together, "FLOOR", 1e-2)
        return work()


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**31))
def test_gains_of_coarse_spreads_are_right_within_what_is_said(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rng = np.random.default_rng(seed)
    web = Web(scored_web(random_text(seed, n=30, n_links=150), tmp_path_factory.mktemp("web")))
    nodes, made = np.flatnonzero(web.nodes.is_node), random_plan(rng, web)
    pages = np.sort(rng.choice(nodes, rng.integers(1, len(nodes)), replace=False))
    fine = outcome(web, made, changes_of(web, made), FINE)
    exact = float(fine.gain[np.isin(fine.pages, pages)].sum())
    scope = hasty(lambda: Together(web, pages))
    gain, error, _ = hasty(lambda: scope.outcome(made))
    assert abs(gain - exact) <= error + ROUNDING
    assert error <= max(SURE * abs(gain), 2 * TOLERANCE * float(web.equity.sum()))
    held, share = hasty(lambda: scope.after(made))
    assert abs(held - (scope.held + exact)) <= share * held + ROUNDING
    page = int(rng.choice(nodes))
    alone, after = fine.gain_at(page), web.equity[page] + fine.gain_at(page)
    off = abs(hasty(lambda: gain_of(web, made, page)) - alone)
    assert off <= max(KNOWN * abs(alone), 2 * TOLERANCE * after) * (1 + KNOWN) + ROUNDING


def test_what_is_left_over_is_counted(tmp_path_factory: pytest.TempPathFactory) -> None:
    web = Web(scored_web(random_text(3, n=40, n_links=300), tmp_path_factory.mktemp("web")))
    pages, made = np.flatnonzero(web.nodes.is_node)[:5], Plan(web.nodes, gone=set(range(0, 300, 9)))
    rough = hasty(lambda: Together(web, pages).outcome(made, roughest=0.5))
    fine = Together(web, pages).outcome(made)
    assert rough[1] > fine[1]
    assert abs(rough[0] - fine[0]) <= rough[1] + fine[1]


def test_the_bound_counts_what_the_worth_of_pages_leaves_over(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whatif, "LITTLE", -1)
    for name, value in (("FLOOR", 0.9), ("SURE", 10.0), ("CLOSE", 10.0)):
        monkeypatch.setattr(together, name, value)
    for seed in range(10):
        web = Web(scored_web(random_text(seed, n=30, n_links=150), tmp_path_factory.mktemp("web")))
        made = random_plan(np.random.default_rng(seed), web)
        pages = np.flatnonzero(web.nodes.is_node)[::2]
        fine = outcome(web, made, changes_of(web, made), FINE)
        exact = float(fine.gain[np.isin(fine.pages, pages)].sum())
        gain, error, _ = Together(web, pages).outcome(made, roughest=0.9)
        assert abs(gain - exact) <= error + ROUNDING


def test_the_same_pages_are_known_already(tmp_path_factory: pytest.TempPathFactory) -> None:
    web = web_of(scored_web(random_text(5), tmp_path_factory.mktemp("web")))
    some, all_of_them = np.arange(4), np.arange(web.n_pages)
    first = together.together(web, some)
    assert together.together(web, some) is first
    assert together.together(web, all_of_them) is not first
    assert first.nbytes == 16 * web.n_pages
