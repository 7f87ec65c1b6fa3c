"""Cutting an in-link CSR into blocks whose links among themselves fit the processor's cache."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import F64, I64, U32, Floats, InLinks
from linkshed.graph.kernel import kernel

BLOCK_PAGES = 1 << 14  # local sources must fit two bytes, and a block's vector the second cache
BLOCK_LINKS = 1 << 18
NOT_SWEPT = np.uint32(0xFFFFFFFF)


@dataclass(frozen=True)
class Team:
    pool: ThreadPoolExecutor
    size: int

    def each(self, work: Callable[[Any], object], parts: Iterable[Any]) -> None:
        for _ in self.pool.map(work, parts):
            pass

    def ranges(self, n: int) -> list[tuple[int, int]]:
        cuts = np.linspace(0, n, 4 * self.size + 1).astype(int).tolist()
        return list(pairwise(cuts))


@dataclass(frozen=True)
class Blocks:
    """The pages that are swept, renumbered without gaps, with links near (same block) and far."""

    pages: U32
    cuts: I64
    base: F64
    scale: F64
    near: tuple[I64, NDArray[np.uint16], Floats]
    far: tuple[I64, U32, Floats]


def cut_blocks(links: InLinks, base: F64, scale: F64, team: Team) -> Blocks:
    pages = np.flatnonzero((scale > 0) & (np.diff(links.offsets) > 0)).astype(np.uint32)
    rank = np.full(links.n_pages, NOT_SWEPT)
    rank[pages] = np.arange(len(pages), dtype=np.uint32)
    cuts = _block_cuts(links.offsets, pages, BLOCK_LINKS, BLOCK_PAGES)
    ranges = team.ranges(len(cuts) - 1)
    near, far = np.zeros(len(pages) + 1, np.int64), np.zeros(len(pages) + 1, np.int64)
    shape = (cuts, pages, rank, links.offsets, links.sources)
    team.each(lambda r: _count_near(*r, *shape, near, far), ranges)
    np.cumsum(near, out=near)
    np.cumsum(far, out=far)
    blocks = Blocks(
        pages, cuts, base[pages], scale[pages],
        (near, np.empty(near[-1], np.uint16), np.empty(near[-1], links.amounts.dtype)),
        (far, np.empty(far[-1], np.uint32), np.empty(far[-1], links.amounts.dtype)),
    )  # fmt: skip
    outside = base * scale
    columns = (links.amounts, outside, blocks.base, *blocks.near, *blocks.far)
    team.each(lambda r: _fill_near(*r, *shape, *columns), ranges)
    return blocks


@kernel
def _block_cuts(offsets, pages, max_links, max_pages):  # type: ignore[no-untyped-def]
    cuts = [0]
    n_links = 0
    for i in range(len(pages)):
        degree = offsets[pages[i] + 1] - offsets[pages[i]]
        if i > cuts[-1] and (n_links + degree > max_links or i - cuts[-1] >= max_pages):
            cuts.append(i)
            n_links = 0
        n_links += degree
    if len(pages):
        cuts.append(len(pages))
    return np.array(cuts)


@kernel
def _count_near(first, stop, cuts, pages, rank, offsets, sources, near, far):  # type: ignore[no-untyped-def]
    for block in range(first, stop):
        lo, hi = cuts[block], cuts[block + 1]
        for i in range(lo, hi):
            n_near = n_far = 0
            for k in range(offsets[pages[i]], offsets[pages[i] + 1]):
                r = rank[sources[k]]
                if r >= lo and r < hi:
                    n_near += 1
                elif r != NOT_SWEPT:
                    n_far += 1
            near[i + 1], far[i + 1] = n_near, n_far


@kernel
def _fill_near(  # type: ignore[no-untyped-def]
    first, stop, cuts, pages, rank, offsets, sources, amounts, outside, base,
    near_offsets, near_sources, near_amounts, far_offsets, far_sources, far_amounts,
):  # fmt: skip
    for block in range(first, stop):
        lo, hi = cuts[block], cuts[block + 1]
        for i in range(lo, hi):
            near, far = near_offsets[i], far_offsets[i]
            for k in range(offsets[pages[i]], offsets[pages[i] + 1]):
                r = rank[sources[k]]
                if r >= lo and r < hi:
                    near_sources[near], near_amounts[near] = r - lo, amounts[k]
                    near += 1
                elif r != NOT_SWEPT:
                    far_sources[far], far_amounts[far] = r, amounts[k]
                    far += 1
                else:
                    base[i] += amounts[k] * outside[sources[k]]
