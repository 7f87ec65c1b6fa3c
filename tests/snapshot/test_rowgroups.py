"""Rows are found in their row groups, and come back in their order."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from linkshed.snapshot.rowgroups import Spread, part_of, singly


@st.composite
def asked(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    sizes = draw(st.lists(st.integers(0, 5), min_size=1, max_size=6) | st.just([3, 3, 3, 1]))
    n = sum(sizes)
    return sizes, draw(st.lists(st.integers(0, n - 1), min_size=1)) if n else []


@given(asked())
@example(([0, 2, 2], [3, 0, 0, 1]))
@example(([4], [3, 0]))
def test_every_row_is_taken_from_its_group(question: tuple[list[int], list[int]]) -> None:
    sizes, rows = question
    if not rows:
        return
    borders = np.cumsum([0, *sizes])
    column = pa.array([f"row {n}" for n in range(sum(sizes))])
    groups = [{"value": column.slice(lo, n), "coded": column.slice(lo, n).dictionary_encode()}
              for lo, n in zip(borders, sizes, strict=False)]  # fmt: skip
    spread = Spread(borders, np.array(rows))
    together = spread.in_order([part_of(groups[group], own) for group, own in spread])
    single = singly(dict(enumerate(groups)), spread.places(), ["value", "coded"])
    wanted = pa.array([f"row {n}" for n in rows])
    for found in (together, single):
        assert found.to_pydict() == {"value": wanted.to_pylist(), "coded": wanted.to_pylist()}
        assert found["value"].type == found["coded"].type == pa.string()
