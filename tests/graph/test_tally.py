"""Numbers in order and counted, against numpy and against sets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkshed.graph.tally import FEW, ascending, n_different

PAIRS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 20)))


@pytest.mark.parametrize("most", [1, 2, 1 << 13, 1 << 14, 30_000_000, 1 << 40])
@pytest.mark.parametrize("n", [0, 1, FEW - 1, FEW, 10 * FEW])
@pytest.mark.parametrize("kind", [np.uint32, np.int64])
def test_numbers_come_in_order(most: int, n: int, kind: type) -> None:
    numbers = np.random.default_rng(n).integers(0, most, n).astype(kind)
    before = numbers.copy()
    found = ascending(numbers)
    assert found.dtype == np.int64
    assert np.array_equal(found, np.sort(numbers))
    assert np.array_equal(numbers, before)


@given(PAIRS)
def test_each_value_of_a_group_counts_once(pairs: list[tuple[int, int]]) -> None:
    groups, values = (np.array([pair[end] for pair in pairs], np.uint32) for end in (0, 1))
    counts = n_different(groups, values, 7)
    assert counts.tolist() == [len({v for g, v in pairs if g == group}) for group in range(7)]
