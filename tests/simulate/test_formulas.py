"""The closed forms of single edits, and what follows from them, on random webs."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from linkshed.graph.push import Patch, spread_back
from linkshed.score.factors import attention
from linkshed.simulate.edits import parse_edits
from linkshed.simulate.plan import NEW_LINK, Plan, plan
from linkshed.simulate.rows import changes_of
from linkshed.simulate.web import Web
from linkshed.simulate.whatif import outcome, what_if
from snapshots import random_text, scored_web

F64 = NDArray[np.float64]
D = 0.85


def dense(web: Web) -> F64:
    """d P of a small web."""
    matrix = np.zeros((web.n_pages, web.n_pages))
    out = web.out_links
    source = np.repeat(np.arange(web.n_pages), np.diff(out.offsets))
    np.add.at(matrix, (source, out.targets), out.amounts * web.scale[source])
    return matrix


def row_of(patch: Patch, n_pages: int) -> F64:
    return np.bincount(patch.targets, weights=patch.shares, minlength=n_pages)


def unlinked(web: Web, rng: np.random.Generator) -> tuple[int, int]:
    """Two pages that hold equity, the first without a link to the second."""
    nodes = np.flatnonzero(web.nodes.is_node & ~web.nodes.is_noindex & ~web.nodes.is_nofollow)
    matrix = dense(web)
    while True:
        source, target = rng.choice(nodes, 2)
        rows = web.rows_from(np.array([source]))
        linked = web.nodes.lands[web.column("target", rows)]
        if source != target and target not in linked and matrix[source].sum() > 0:
            return int(source), int(target)


def single_link(web: Web, rng: np.random.Generator) -> tuple[int, int, int, float]:
    """A followed link that is the only one of its page to where it lands, not the only one of its
    page: row, source, where it lands, and its attention.
    """
    rows = np.arange(web.snapshot.n_links)
    weight, passes = web.column("weight", rows), web.column("passes", rows)
    source, lands = web.column("source", rows), web.nodes.lands[web.column("target", rows)]
    pairs = [*zip(source.tolist(), lands.tolist(), strict=True)]
    counts = Counter(pairs)
    lonely = [counts[pair] == 1 for pair in pairs]
    rest = web.out_weight[source] - weight
    found = np.flatnonzero((passes == 1) & (weight > 0) & lonely & (rest > 1e-3))
    row = int(rng.choice(found))
    return row, int(source[row]), int(lands[row]), float(weight[row])


def line(web: Web, verb: str, row: int) -> str:
    ends = [int(web.column(end, np.array([row]))[0]) for end in ("source", "target")]
    source, target = web.snapshot.urls(ends)
    return f"{verb} {source} -> {target}"


def told(web: Web, script: str) -> F64:
    found = what_if(web, parse_edits(script), 1e-12)
    gains = np.zeros(web.n_pages)
    gains[found.pages] = found.gain
    return gains


webs = settings(max_examples=12, deadline=None)


@webs
@given(seed=st.integers(0, 2**31))
def test_removing_and_nofollowing_a_link_are_their_closed_forms(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """With Z = (I - d P)^-1, for every page k as the goal: z = Z e_k."""
    web = Web(scored_web(random_text(seed), tmp_path_factory.mktemp("web")))
    row, i, j, a = single_link(web, np.random.default_rng(seed))
    z, held, whole = (
        np.linalg.inv(np.eye(web.n_pages) - dense(web)),
        web.equity[i],
        web.out_weight[i],
    )
    own = np.eye(web.n_pages)[i]
    s = -a / (whole - a)
    removed = s * held * (D * z[j] - (z[i] - own)) / (1 - s * (D * z[j, i] - (z[i, i] - 1)))
    assert np.allclose(told(web, line(web, "remove", row)), removed, rtol=1e-5, atol=1e-8)
    w = a / whole
    nofollowed = -w * D * held * z[j] / (1 + w * D * z[j, i])
    assert np.allclose(told(web, line(web, "nofollow", row)), nofollowed, rtol=1e-5, atol=1e-8)


@webs
@given(seed=st.integers(0, 2**31))
def test_derivatives_are_central_differences(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Of a goal g E by the attention of a link, and by the share of it that passes."""
    rng = np.random.default_rng(seed)
    web = Web(scored_web(random_text(seed), tmp_path_factory.mktemp("web")))
    _, i, j, a = single_link(web, rng)
    goal, base, matrix = rng.random(web.n_pages), (1 - D) * web.nodes.base, dense(web)
    found = spread_back(web.in_links, web.scale, np.arange(web.n_pages), goal, floor=1e-13)
    z, whole = found.at(np.arange(web.n_pages)), web.out_weight[i]
    to_j = np.eye(web.n_pages)[j]

    def value(row: F64) -> float:
        changed = matrix.copy()
        changed[i] = row
        return float(goal @ np.linalg.solve(np.eye(web.n_pages) - changed.T, base))

    step = 1e-4 * whole
    by_attention = [value((whole * matrix[i] + D * h * to_j) / (whole + h)) for h in (-step, step)]
    slope = web.equity[i] / whole * (D * z[j] - (z[i] - goal[i]))
    assert np.diff(by_attention)[0] / (2 * step) == pytest.approx(slope, rel=1e-5, abs=1e-7)
    by_pass = [value(matrix[i] + D * a / whole * h * to_j) for h in (-1e-4, 1e-4)]
    slope = D * web.equity[i] * z[j] * a / whole
    assert np.diff(by_pass)[0] / 2e-4 == pytest.approx(slope, rel=1e-5, abs=1e-7)


@webs
@given(seed=st.integers(0, 2**31))
def test_adding_a_link_is_the_rank_one_update(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    web = Web(scored_web(random_text(seed), tmp_path_factory.mktemp("web")))
    source, target = unlinked(web, np.random.default_rng(seed))
    made = Plan(web.nodes, new=[{**NEW_LINK, "source": source, "target": target}])
    changes = changes_of(web, made)
    found = outcome(web, made, changes, 1e-12)
    inverse = np.linalg.inv(np.eye(web.n_pages) - dense(web))
    step = row_of(changes.after, web.n_pages) - row_of(changes.before, web.n_pages)
    moved = step @ inverse
    gain = web.equity[source] * moved / (1 - moved[source])
    everywhere = np.zeros(web.n_pages)
    everywhere[found.pages] = found.gain
    assert np.allclose(everywhere, gain, rtol=1e-6, atol=1e-9)
    weight = float(attention({k: np.array([v]) for k, v in NEW_LINK.items()}, web.profile)[0])
    share = weight / (web.out_weight[source] + weight)
    worth = inverse[:, target]
    own = 1.0 if source == target else 0.0
    numerator = share * web.equity[source] * (D * worth[target] - (worth[source] - own))
    column = inverse[:, source]
    closed = numerator / (1 - share * (D * column[target] - (column[source] - 1)))
    assert gain[target] == pytest.approx(closed, rel=1e-5)
    assert gain[target] > 0


@webs
@given(seed=st.integers(0, 2**31))
def test_the_sign_of_any_goal_is_decided_by_the_numerator(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A link from i to j helps goal k if and only if d z_j > z_i - g_i, whatever its weight."""
    web = Web(scored_web(random_text(seed), tmp_path_factory.mktemp("web")))
    source, target = unlinked(web, np.random.default_rng(seed))
    inverse = np.linalg.inv(np.eye(web.n_pages) - dense(web))
    hopes = D * inverse[target] - (inverse[source] - np.eye(web.n_pages)[source])
    for position in (0.0, 1.0):
        link = {**NEW_LINK, "source": source, "target": target, "position": position}
        made = Plan(web.nodes, new=[link])
        found = outcome(web, made, changes_of(web, made), 1e-13)
        sure = np.abs(hopes[found.pages]) > 1e-6
        assert (np.sign(found.gain[sure]) == np.sign(hopes[found.pages][sure])).all()


@webs
@given(seed=st.integers(0, 2**31))
def test_an_edit_and_its_reverse_cancel(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Nofollowing a link and following it again is no edit at all."""
    web = Web(scored_web(random_text(seed), tmp_path_factory.mktemp("web")))
    rng = np.random.default_rng(seed)
    followed = np.flatnonzero(
        (web.snapshot.array("links", "passes") == 1) & (web.snapshot.array("links", "weight") > 0)
    )
    row = int(rng.choice(followed))
    source, target = (web.snapshot.urls([int(web.column(end, np.array([row]))[0])])[0]
                      for end in ("source", "target"))  # fmt: skip
    made = plan(web, parse_edits(f"nofollow {source} -> {target}"))
    lower = outcome(web, made, changes_of(web, made), 1e-12)
    lands = int(web.nodes.lands[web.column("target", np.array([row]))[0]])
    at = np.flatnonzero(lower.pages == lands)
    assert (lower.gain[at] < 0).all()
    made.set.clear()
    assert not len(outcome(web, made, changes_of(web, made), 1e-12).pages)


def test_a_nofollow_link_to_a_page_already_reached_lowers_it(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Dilution: attention that passes nothing is taken from the links that do."""
    web = Web(scored_web("a.com/ -> a.com/b x\na.com/b -> a.com/c x", tmp_path_factory.mktemp("w")))
    found = what_if(web, parse_edits("add a.com/ -> a.com/c rel=nofollow"))
    told = dict(zip(web.snapshot.urls(found.pages), found.gain, strict=True))
    assert told["https://a.com/c"] < 0
