"""Places of nodes: the same each time, linked ones near, however the graph is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkshed.graph.layout import places


def pairs(links: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    table = np.array(links, np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 12), st.data())
def test_every_node_has_a_place_in_the_picture(n: int, data: st.DataObject) -> None:
    ends = st.integers(0, max(n - 1, 0))
    links = data.draw(st.lists(st.tuples(ends, ends), max_size=30)) if n else []
    links = [(a, b) for a, b in links if a != b]
    found = places(n, *pairs(links))
    assert found.shape == (n, 2)
    assert np.isfinite(found).all()
    assert np.abs(found).max(initial=0) <= 1 + 1e-9
    assert (found == places(n, *pairs(links))).all()


@pytest.mark.parametrize("size", [5, 30])
def test_two_circles_joined_once_lie_apart(size: int) -> None:
    ring = [(i, (i + 1) % size) for i in range(size)]
    links = [*ring, *((a + size, b + size) for a, b in ring), (0, size)]
    found = places(2 * size, *pairs(links))
    left, right = found[:size].mean(axis=0), found[size:].mean(axis=0)
    nearer = np.hypot(*(found - left).T) < np.hypot(*(found - right).T)
    assert nearer[:size].mean() > 0.75
    assert (~nearer[size:]).mean() > 0.75


def test_leaves_of_a_star_do_not_lie_on_one_another() -> None:
    found = places(200, *pairs([(0, i) for i in range(1, 200)]))
    apart = np.hypot(*(found[:, None] - found[None]).transpose(2, 0, 1)) + np.eye(200)
    assert np.median(apart.min(axis=1)) > 0.02
