"""How much sets have in common: of each the other one with the largest Jaccard share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.kernel import kernel

NONE = -1


def most_alike(
    offsets: NDArray[np.int64], items: NDArray[np.int64], n_items: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The largest Jaccard share of each set with another, and the first set it is reached with.

    Set i holds ``items[offsets[i] : offsets[i + 1]]``, different numbers below ``n_items``. Sets
    without anything in common with another have the share 0, and NONE. Takes half as many
    steps as the sum of squares of how many sets each item is in.
    """
    n = len(offsets) - 1
    holders = np.bincount(items, minlength=n_items)
    starts = np.concatenate([[0], np.cumsum(holders)]).astype(np.int64)
    owner = np.repeat(np.arange(n, dtype=np.int32), np.diff(offsets))
    members = owner[np.argsort(items, kind="stable")]
    share, other = np.zeros(n), np.full(n, NONE, np.int64)
    _most_alike(offsets, items, starts, members, share, other)
    return share, other


@kernel
def _most_alike(  # type: ignore[no-untyped-def]
    offsets, items, starts, members, share, other
) -> Any:
    """Each set with those before it; both ends of a pair are told."""
    n = len(share)
    common = np.zeros(n, np.int32)
    met = np.empty(n, np.int32)
    for i in range(n):
        n_met = 0
        for k in range(offsets[i], offsets[i + 1]):
            m = starts[items[k]]
            while members[m] < i:
                j = members[m]
                if common[j] == 0:
                    met[n_met] = j
                    n_met += 1
                common[j] += 1
                m += 1
        size = offsets[i + 1] - offsets[i]
        for m in range(n_met):
            j = met[m]
            found = common[j] / (size + offsets[j + 1] - offsets[j] - common[j])
            if found > share[i] or (found == share[i] and j < other[i]):
                share[i] = found
                other[i] = j
            if found > share[j]:
                share[j] = found
                other[j] = i
            common[j] = 0
