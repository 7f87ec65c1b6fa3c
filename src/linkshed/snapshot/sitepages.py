"""The pages of whole domains."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from linkshed.snapshot.tables import Snapshot


def sites_of(snapshot: Snapshot, ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The page_id ranges of all domains that hold a page of some ranges.

    Both are sorted and disjoint.
    """
    lo, hi = (snapshot.array("domains", name) for name in ("page_lo", "page_hi"))
    found: list[tuple[int, int]] = []
    for first, stop in ranges:
        ends = snapshot.domain_of(np.array([first, stop - 1]))
        start = int(lo[ends[0]])
        if found and start < found[-1][1]:
            start = found.pop()[0]
        found.append((start, int(hi[ends[1]])))
    return found
