"""What a spread found, read page by page in one pass: what pages hold then, and what is left over.

Arrays over all pages lie anywhere in memory, and every look at one of them for the pages reached
costs as much as a good part of the spread.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import F64, I64
from linkshed.graph.kernel import fetch, kernel
from linkshed.graph.rooms import AHEAD

Flags = NDArray[np.bool_]
Others = tuple[I64, Flags, F64]
"""Pages that count otherwise afterwards, ascending: whether each holds anything, and its base."""
NONE: Others = (np.empty(0, np.int64), np.empty(0, np.bool_), np.empty(0))


def end(pages: I64, values: F64, rest: F64, offsets: I64, rows: tuple[Any, ...]) -> None:
    """Where pages hand nothing on, count what is left over as found.

    ``offsets`` are of the rows of the graph; ``rows`` tell first the pages that have other rows,
    ascending, and the offsets of these.
    """
    _end(pages, values, rest, offsets, *rows[:2])


def held(
    pages: I64, values: F64, rest: F64, equity: F64, is_node: Flags, base: F64, others: Others
) -> tuple[F64, F64, tuple[float, float, float, float]]:
    """What pages, ascending, hold before and after they gain ``values``, NaN for what holds
    nothing; and of what is left over the largest share of a base, the sum where there is none, and
    the sums above 0 and below it.
    """
    before, after = np.empty(len(pages)), np.empty(len(pages))
    sums = _hold(pages, values, rest, equity, is_node, base, *others, before, after)
    return before, after, sums


@kernel
def _end(pages, values, rest, offsets, patch_pages, patch_offsets):  # type: ignore[no-untyped-def]
    row, last = 0, len(pages) - 1
    for n in range(len(pages)):
        fetch(offsets, pages[min(n + AHEAD, last)])
        page = pages[n]
        count = offsets[page + 1] - offsets[page]
        while row < len(patch_pages) and patch_pages[row] < page:
            row += 1
        if row < len(patch_pages) and patch_pages[row] == page:
            count = patch_offsets[row + 1] - patch_offsets[row]
        if count == 0:
            values[n] += rest[n]
            rest[n] = 0.0


@kernel
def _hold(  # type: ignore[no-untyped-def]
    pages, values, rest, equity, is_node, base, others, holds, bases, before, after
):  # fmt: skip
    other, last = 0, len(pages) - 1
    share, unbased, above, below = 0.0, 0.0, 0.0, 0.0
    for n in range(len(pages)):
        later, page = pages[min(n + AHEAD, last)], pages[n]
        fetch(equity, later)
        fetch(is_node, later)
        fetch(base, later)
        will, based, has = is_node[page], base[page], 0.0
        before[n] = np.nan
        if will:
            before[n] = has = equity[page]
        while other < len(others) and others[other] < page:
            other += 1
        if other < len(others) and others[other] == page:
            will, based = holds[other], bases[other]
        after[n] = max(has + values[n], 0.0) if will else np.nan
        size = abs(rest[n])
        if based > 0:
            share = max(share, size / based)
        else:
            unbased += size
        if rest[n] > 0:
            above += size
        else:
            below += size
    return share, unbased, above, below
