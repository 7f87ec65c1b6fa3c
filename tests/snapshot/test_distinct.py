"""Distinct numbers, against numpy's own and against sets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkshed.snapshot.distinct import distinct_of, numbered


@pytest.mark.parametrize("kind", [np.uint8, np.uint32, np.int64, np.uint64])
@given(values=st.lists(st.integers(0, 200)) | st.lists(st.integers(100, 109)))
def test_each_number_is_given_once(kind: type, values: list[int]) -> None:
    given_values = np.array(values, kind)
    found = distinct_of(given_values)
    assert found.tolist() == sorted(set(values))
    assert found.dtype == np.unique(given_values).dtype
    assert given_values.tolist() == values


@pytest.mark.parametrize("kind", [np.uint8, np.uint32, np.int64, np.uint64])
@given(values=st.lists(st.integers(0, 200)) | st.lists(st.integers(100, 109)))
def test_each_value_is_told_its_number(kind: type, values: list[int]) -> None:
    given_values = np.array(values, kind)
    found, number = numbered(given_values)
    assert found.tolist() == sorted(set(values))
    assert found[number].tolist() == values
    assert found.dtype == given_values.dtype
    assert number.dtype == np.int64


def test_numbers_far_apart_take_no_memory() -> None:
    assert numbered(np.array([2**60, 0]))[1].tolist() == [1, 0]
    assert distinct_of(np.array([2**60, 0])).tolist() == [0, 2**60]


def test_numbers_below_zero_count_too() -> None:
    assert numbered(np.array([3, -1, 3, -2]))[0].tolist() == [-2, -1, 3]
    assert distinct_of(np.array([3, -1, 3, -2])).tolist() == [-2, -1, 3]
