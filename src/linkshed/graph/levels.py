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
    """Distinct links between groups, each of amount 1.

    A group links to another when at least one row with ``is_edge`` leads from a page of the first
    to a page whose receiver is in the second. ``group`` never falls as page numbers rise.
    """
    rows = (signed(in_offsets), source, is_edge, members.offsets, members.pages, group)
    seen = np.full(n_groups, -1)
    offsets = np.zeros(n_groups + 1, np.int64)
    _visit(*rows, seen, offsets[1:], np.empty(0, np.uint32), True)
    np.cumsum(offsets, out=offsets)
    sources = np.empty(offsets[-1], np.uint32)
    seen.fill(-1)
    _visit(*rows, seen, offsets[1:], sources, False)
    return InLinks(offsets, sources, np.ones(len(sources), np.float32))


@kernel
def _visit(  # type: ignore[no-untyped-def]
    in_offsets, source, is_edge, member_offsets, member_pages, group,
    seen, counts, sources, is_count,
):  # fmt: skip
    at = 0
    for page in range(len(group)):
        here = np.int64(group[page])
        for m in range(member_offsets[page], member_offsets[page + 1]):
            for k in range(in_offsets[member_pages[m]], in_offsets[member_pages[m] + 1]):
                other = group[source[k]]
                if not is_edge[k] or other == here or seen[other] == here:
                    continue
                seen[other] = here
                if is_count:
                    counts[here] += 1
                else:
                    sources[at] = other
                at += 1


def sum_by_group(values: Array, group_lo: Array, group_hi: Array) -> NDArray[np.uint32]:
    """Sum of a page column over each group's run of pages."""
    total = np.concatenate(([0], np.cumsum(values, dtype=np.uint64)))
    return (total[group_hi] - total[group_lo]).astype(np.uint32)
