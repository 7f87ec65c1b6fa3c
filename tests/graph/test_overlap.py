"""Of each set the other one it has most in common with, against sets of Python."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from linkshed.graph.overlap import NONE, most_alike

SETS = st.lists(st.sets(st.integers(0, 12), max_size=8), min_size=1, max_size=12)


@settings(max_examples=200, deadline=None)
@given(SETS)
def test_the_most_alike_set_is_that_of_all_pairs(sets: list[set[int]]) -> None:
    offsets = np.cumsum([0, *map(len, sets)])
    items = np.array([item for one in sets for item in sorted(one)], np.int64)
    share, other = most_alike(offsets, items, 13)
    for i, one in enumerate(sets):
        shares = [
            (len(one & another) / len(one | another), -j)
            for j, another in enumerate(sets)
            if j != i and one & another
        ]
        best, place = max(shares, default=(0.0, -NONE))
        assert (share[i], other[i]) == (best, -place)
