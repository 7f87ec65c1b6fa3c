"""Each of some numbers once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_DENSE = 16
"""How many times as many whole numbers there may be between the least and the largest as there are
values, so that looking at each of them takes less than sorting the values."""


def distinct_of(values: NDArray[Any]) -> NDArray[Any]:
    """The different values, rising: what ``np.unique`` gives alone, which looks every whole number
    up in a hash table and so takes fifty times as long when there are hundreds of thousands.
    """
    if _is_dense(values):
        lo = values.min()
        return (np.flatnonzero(_met(values, lo)) + int(lo)).astype(values.dtype)
    found = np.sort(values)
    is_first = np.ones(len(found), np.bool_)
    np.not_equal(found[1:], found[:-1], out=is_first[1:])
    return found[is_first]


def numbered(values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """The different values, rising, and of each value which of them it is."""
    if not _is_dense(values):
        found, number = np.unique(values, return_inverse=True)
        return found, number
    lo = values.min()
    is_met = _met(values, lo)
    found = np.flatnonzero(is_met)
    number = np.empty(len(is_met), np.int64)
    number[found] = np.arange(len(found))
    return (found + int(lo)).astype(values.dtype), number[values - lo]


def places(known: NDArray[Any], values: NDArray[Any]) -> NDArray[np.int64]:
    """Where values stand among ``known``, different ones that rise and hold them all."""
    if not len(values) or not _is_dense(known):
        return np.searchsorted(known, values)
    lo = known[0]
    number = np.empty(int(known[-1]) - int(lo) + 1, np.int64)
    number[known - lo] = np.arange(len(known))
    return np.asarray(number[values - lo])


def _is_dense(values: NDArray[Any]) -> bool:
    if not len(values) or values.dtype.kind not in "iu":
        return False
    return int(values.max()) - int(values.min()) < _DENSE * len(values)


def _met(values: NDArray[Any], lo: Any) -> NDArray[np.bool_]:
    """Of each whole number from the least value to the largest, whether it is among them."""
    is_met = np.zeros(int(values.max()) - int(lo) + 1, np.bool_)
    is_met[values - lo] = True
    return is_met
