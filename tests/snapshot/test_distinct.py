"""Distinct numbers and their places, against numpy's own and against sets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkshed.snapshot.distinct import distinct_of, numbered_of


@pytest.mark.parametrize("kind", [np.uint8, np.uint32, np.int64, np.uint64])
@given(values=st.lists(st.integers(0, 200)))
def test_each_number_is_given_once(kind: type, values: list[int]) -> None:
    given_values = np.array(values, kind)
    found = distinct_of(given_values)
    assert found.tolist() == sorted(set(values))
    assert found.dtype == np.unique(given_values).dtype
    assert given_values.tolist() == values


@pytest.mark.parametrize("kind", [np.uint32, np.int64])
@given(values=st.lists(st.integers(0, 200)))
def test_each_number_is_told_its_place(kind: type, values: list[int]) -> None:
    found, places = numbered_of(np.array(values, kind), 201)
    assert found.tolist() == sorted(set(values))
    assert found[places].tolist() == values
