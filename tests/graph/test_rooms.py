"""Local solving against dense algebra, in rooms that were used before."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkshed.graph.csr import F64, InLinks
from linkshed.graph.push import Patch, spread_back, spread_out, turned
from linkshed.graph.rooms import Rooms

D, FLOOR = 0.85, 1e-9


def random_graph(rng: np.random.Generator, n: int) -> tuple[InLinks, F64, F64]:
    """In-links, scale and the dense matrix d P they stand for."""
    dense = rng.random((n, n)) * (rng.random((n, n)) < 0.3)
    dense[rng.random(n) < 0.2] = 0
    dense = dense.astype(np.float32)
    whole = dense.sum(axis=1, dtype=np.float64)
    scale = np.divide(D, whole, out=np.zeros(n), where=whole > 0)
    target, source = np.nonzero(dense.T)
    offsets = np.searchsorted(target, np.arange(n + 1))
    links = InLinks(offsets, source.astype(np.uint32), dense[source, target])
    return links, scale, dense * scale[:, None]


def random_patch(rng: np.random.Generator, matrix: F64) -> tuple[Patch, F64]:
    """New rows of some pages, and the matrix with them; one of them is empty."""
    n = len(matrix)
    pages = np.sort(rng.choice(n, min(3, n), replace=False))
    rows = rng.random((len(pages), n)) * (rng.random((len(pages), n)) < 0.3)
    rows[0] = 0
    rows *= D / np.maximum(rows.sum(axis=1, keepdims=True), 1e-3)
    at, target = np.nonzero(rows)
    offsets = np.searchsorted(at, np.arange(len(pages) + 1))
    changed = matrix.copy()
    changed[pages] = rows
    return Patch(pages, offsets, target.astype(np.uint32), rows[at, target]), changed


def whole(n: int, pages: Any, values: Any) -> F64:
    found = np.zeros(n)
    np.add.at(found, pages, values)
    return found


@settings(deadline=None)
@given(seed=st.integers(0, 2**31), n=st.integers(1, 25))
def test_a_disturbance_spreads_as_algebra_says_whatever_was_spread_before(
    seed: int, n: int
) -> None:
    rng, rooms = np.random.default_rng(seed), Rooms(n)
    links, scale, matrix = random_graph(rng, n)
    for _ in range(3):
        patch, changed = random_patch(rng, matrix)
        pages, amounts = rng.integers(0, n, 4), rng.normal(size=4)
        inverse = np.linalg.inv(np.eye(n) - changed)
        given_at = whole(n, pages, amounts)
        out = spread_out(
            turned(links), scale, pages, amounts, floor=FLOOR, patch=patch, rooms=rooms
        )
        back = spread_back(links, scale, pages, amounts, floor=FLOOR, patch=patch, rooms=rooms)
        error = n * FLOOR / (1 - D)
        assert whole(n, out.pages, out.values) == pytest.approx(given_at @ inverse, abs=error)
        assert whole(n, back.pages, back.values) == pytest.approx(inverse @ given_at, abs=error)
        assert np.abs(out.rest).max() <= FLOOR


def test_a_room_in_which_a_call_failed_is_not_used_again() -> None:
    rng = np.random.default_rng(1)
    links, scale, matrix = random_graph(rng, 12)
    rooms, nothing = Rooms(12), np.empty(0, np.int64)
    with suppress(KeyboardInterrupt), rooms.one(nothing, nothing) as room:
        room.disturb(np.array([3]), np.array([1.0]))
        raise KeyboardInterrupt
    found = spread_out(turned(links), scale, [5], [1.0], floor=FLOOR, rooms=rooms)
    inverse = np.linalg.inv(np.eye(12) - matrix)
    assert whole(12, found.pages, found.values) == pytest.approx(inverse[5], abs=1e-7)
