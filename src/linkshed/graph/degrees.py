"""Counting links, and distinct pages and groups at their other end, in one pass over the rows.

``flags`` holds one byte per link row: bit 0 the link counts, bit 1 it is followed. ``group`` is the
domain of each page; it never falls as page numbers rise.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import signed
from linkshed.graph.kernel import kernel, row

COUNTS = 1
FOLLOWED = 2
Array = NDArray[Any]
U32 = NDArray[np.uint32]

PAGE_IN = (
    "n_inlinks", "n_backlinks", "n_followed_backlinks",
    "n_refpages", "n_refdomains", "n_followed_refdomains",
)  # fmt: skip
PAGE_OUT = ("n_outlinks", "n_internal_links", "n_external_links", "n_linked_domains")
GROUP_IN = ("n_refpages", "n_refdomains", "n_followed_refdomains")
GROUP_OUT = ("n_linked_domains", "n_followed_linked_domains")


def page_in_degrees(in_offsets: Array, source: Array, flags: Array, group: Array) -> dict[str, U32]:
    """PAGE_IN columns, per target; rows are sorted by target, then source."""
    table = np.zeros((len(PAGE_IN), len(in_offsets) - 1), np.uint32)
    _page_in(signed(in_offsets), source, flags, group, table)
    return dict(zip(PAGE_IN, table, strict=True))


@kernel
def _page_in(in_offsets, source, flags, group, table):  # type: ignore[no-untyped-def]
    for page in range(table.shape[1]):
        last_page = last_group = last_followed = np.int64(-1)
        for k in row(in_offsets, page):
            if not flags[k] & COUNTS:
                continue
            table[0, page] += 1
            other = np.int64(group[source[k]])
            if other == group[page]:
                continue
            table[1, page] += 1
            if source[k] != last_page:
                table[3, page] += 1
                last_page = np.int64(source[k])
            if other != last_group:
                table[4, page] += 1
                last_group = other
            if flags[k] & FOLLOWED:
                table[2, page] += 1
                if other != last_followed:
                    table[5, page] += 1
                    last_followed = other


def page_out_degrees(
    out_offsets: Array, out_order: Array, target: Array, flags: Array, group: Array
) -> dict[str, U32]:
    """PAGE_OUT columns, per source."""
    table = np.zeros((len(PAGE_OUT), len(out_offsets) - 1), np.uint32)
    seen = np.full(_n_groups(group), -1)
    _page_out(signed(out_offsets), out_order, target, flags, group, seen, table)
    return dict(zip(PAGE_OUT, table, strict=True))


@kernel
def _page_out(out_offsets, out_order, target, flags, group, seen, table):  # type: ignore[no-untyped-def]
    for page in range(table.shape[1]):
        for k in row(out_offsets, page):
            link = out_order[k]
            if not flags[link] & COUNTS:
                continue
            table[0, page] += 1
            other = group[target[link]]
            if other == group[page]:
                table[1, page] += 1
                continue
            table[2, page] += 1
            if seen[other] != page:
                seen[other] = page
                table[3, page] += 1


def group_in_degrees(
    in_offsets: Array, source: Array, flags: Array, group: Array
) -> dict[str, U32]:
    """GROUP_IN columns, per group: distinct pages and groups elsewhere that link into it."""
    table = np.zeros((len(GROUP_IN), _n_groups(group)), np.uint32)
    seen_page = np.full(len(group), -1)
    seen_group = np.full((2, table.shape[1]), -1)
    _group_in(signed(in_offsets), source, flags, group, seen_page, seen_group, table)
    return dict(zip(GROUP_IN, table, strict=True))


@kernel
def _group_in(in_offsets, source, flags, group, seen_page, seen_group, table):  # type: ignore[no-untyped-def]
    for page in range(len(group)):
        here = np.int64(group[page])
        for k in row(in_offsets, page):
            other = group[source[k]]
            if other == here or not flags[k] & COUNTS:
                continue
            if seen_page[source[k]] != here:
                seen_page[source[k]] = here
                table[0, here] += 1
            if seen_group[0, other] != here:
                seen_group[0, other] = here
                table[1, here] += 1
            if flags[k] & FOLLOWED and seen_group[1, other] != here:
                seen_group[1, other] = here
                table[2, here] += 1


def group_out_degrees(
    out_offsets: Array, out_order: Array, target: Array, flags: Array, group: Array
) -> dict[str, U32]:
    """GROUP_OUT columns, per group: distinct groups elsewhere it links to."""
    table = np.zeros((len(GROUP_OUT), _n_groups(group)), np.uint32)
    seen = np.full((2, table.shape[1]), -1)
    _group_out(signed(out_offsets), out_order, target, flags, group, seen, table)
    return dict(zip(GROUP_OUT, table, strict=True))


@kernel
def _group_out(out_offsets, out_order, target, flags, group, seen, table):  # type: ignore[no-untyped-def]
    for page in range(len(group)):
        here = np.int64(group[page])
        for k in row(out_offsets, page):
            link = out_order[k]
            other = group[target[link]]
            if other == here or not flags[link] & COUNTS:
                continue
            if seen[0, other] != here:
                seen[0, other] = here
                table[0, here] += 1
            if flags[link] & FOLLOWED and seen[1, other] != here:
                seen[1, other] = here
                table[1, here] += 1


def _n_groups(group: Array) -> int:
    return int(group[-1]) + 1 if len(group) else 0
