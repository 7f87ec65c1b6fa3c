"""Whole numbers put in order and counted in a few passes, where sorting takes five to ten times as
long. None is negative.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import I64, grouped
from linkshed.graph.kernel import kernel, row

FEW = 4_000  # numbers that sorting puts in order sooner
MOST_BITS = 13  # of a number that one pass looks at: to so many places it writes by turns


def ascending(numbers: NDArray[Any]) -> I64:
    """The numbers in order."""
    found = np.array(numbers, np.int64)
    if len(found) < FEW:
        return np.sort(found)
    n_bits = int(found.max()).bit_length()
    n_passes = -(-n_bits // MOST_BITS)
    other = np.empty_like(found)
    for n in range(n_passes):
        _order(found, n * n_bits // n_passes, (n + 1) * n_bits // n_passes, other)
        found, other = other, found
    return found


def n_different(groups: NDArray[Any], values: NDArray[Any], n: int) -> I64:
    """How many different values each group has; groups are numbered from 0 to ``n``."""
    offsets, order = grouped(np.asarray(groups, np.int64), n)
    lowest = int(values.min()) if len(values) else 0
    last_met = np.zeros(int(values.max(initial=0)) - lowest + 1, np.uint32)
    counts = np.zeros(n, np.int64)
    _count(offsets, order, np.asarray(values, np.int64), lowest, last_met, counts)
    return counts


@kernel
def _order(numbers, lowest, end, found):  # type: ignore[no-untyped-def]
    """By the bits from the lowest to before the end; those alike in these stay in order."""
    mask = (1 << (end - lowest)) - 1
    at = np.zeros(mask + 2, np.int64)
    for k in range(len(numbers)):
        at[((numbers[k] >> lowest) & mask) + 1] += 1
    for digit in range(mask):
        at[digit + 1] += at[digit]
    for k in range(len(numbers)):
        digit = (numbers[k] >> lowest) & mask
        found[at[digit]] = numbers[k]
        at[digit] += 1


@kernel
def _count(offsets, order, values, lowest, last_met, counts):  # type: ignore[no-untyped-def]
    """``last_met`` tells of each value from the lowest on the last group in which it was met,
    numbered from 1 on.
    """
    for group in range(len(counts)):
        for k in row(offsets, group):
            at = values[order[k]] - lowest
            if last_met[at] != group + 1:
                last_met[at] = group + 1
                counts[group] += 1
