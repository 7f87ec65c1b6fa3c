"""Folding the page graph into the graph of a coarser level, such as domains."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import InLinks, Members, signed
from linkshed.graph.kernel import kernel

Array = NDArray[Any]


def group_links(
    in_offsets: Array, source: Array, is_edge: Array, members: Members, group: Array, n_groups: int
) -> InLinks:
    """Distinct links between groups; their amount is the number of rows they stand for.

    A group links to another when at least one row with ``is_edge`` leads from a page of the first
    to a page whose receiver is in the second. ``group`` never falls as page numbers rise.
    """
    rows = (signed(in_offsets), source, is_edge, members.offsets, members.pages, group)
    seen, place = np.full(n_groups, -1), np.empty(n_groups, np.int64)
    offsets = np.zeros(n_groups + 1, np.int64)
    none = np.empty(0, np.uint32), np.empty(0, np.float32)
    _visit(*rows, seen, place, offsets[1:], *none, True)
    np.cumsum(offsets, out=offsets)
    sources, amounts = np.empty(offsets[-1], np.uint32), np.zeros(offsets[-1], np.float32)
    seen.fill(-1)
    _visit(*rows, seen, place, offsets[1:], sources, amounts, False)
    return InLinks(offsets, sources, amounts)


@kernel
def _visit(  # type: ignore[no-untyped-def]
    in_offsets, source, is_edge, member_offsets, member_pages, group,
    seen, place, counts, sources, amounts, is_count,
):  # fmt: skip
    at = 0
    for page in range(len(group)):
        here = np.int64(group[page])
        for m in range(member_offsets[page], member_offsets[page + 1]):
            for k in range(in_offsets[member_pages[m]], in_offsets[member_pages[m] + 1]):
                other = group[source[k]]
                if not is_edge[k] or other == here:
                    continue
                if seen[other] != here:
                    seen[other], place[other] = here, at
                    at += 1
                    counts[here] += is_count
                if not is_count:
                    sources[place[other]] = other
                    amounts[place[other]] += 1


def sum_by_group(values: Array, group_lo: Array, group_hi: Array) -> NDArray[np.uint32]:
    """Sum of a page column over each group's run of pages."""
    total = np.concatenate(([0], np.cumsum(values, dtype=np.uint64)))
    return (total[group_hi] - total[group_lo]).astype(np.uint32)
