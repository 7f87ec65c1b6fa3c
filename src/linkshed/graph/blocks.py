"""Cutting an in-link CSR into blocks whose links among themselves fit the processor's cache."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import F64, I64, U32, Floats, InLinks
from linkshed.graph.kernel import kernel, row
from linkshed.graph.shelf import Shelf

BLOCK_PAGES = 1 << 14  # local sources must fit two bytes, and a block's vector the second cache
BLOCK_LINKS = 1 << 18
WINDOW = 1 << 11  # pages that are ordered by the lengths of their rows
LENGTHS = 64  # that are told apart; longer rows are as one
MOST_ABREAST = 16  # blocks of a wave: the most threads that can help
NOT_SWEPT = np.uint32(0xFFFFFFFF)


@dataclass(frozen=True)
class Team:
    """Threads that sweep blocks side by side."""

    pool: ThreadPoolExecutor
    size: int

    def each(self, work: Callable[[Any], object], parts: Sequence[Any]) -> None:
        if len(parts) == 1:
            work(parts[0])
            return
        for _ in self.pool.map(work, parts):
            pass

    def ranges(self, n: int, least: int = 1) -> list[tuple[int, int]]:
        """Even parts, none smaller than ``least`` unless it is all."""
        n_parts = max(min(4 * self.size, n // least), 1)
        cuts = np.linspace(0, n, n_parts + 1).astype(int).tolist()
        return list(pairwise(cuts))


@dataclass(frozen=True)
class Edges:
    """Links of blocks. Row i of block b is ``sources[first[b] + offsets[i + b]:...[i + b + 1]]``.

    Row borders are counted from the block's first link, in four bytes.
    """

    first: I64
    offsets: U32
    sources: NDArray[Any]
    amounts: Floats

    def columns(self) -> tuple[NDArray[Any], ...]:
        return self.first, self.offsets, self.sources, self.amounts


@dataclass(frozen=True)
class Blocks:
    """The pages that are swept, renumbered without gaps.

    Block b holds ``cuts[b]:cuts[b + 1]``. Wave w holds blocks ``waves[w]:waves[w + 1]``, which lie
    evenly apart in the graph and are swept side by side, after the waves before. Within a block
    pages stand in windows of ``WINDOW``, in each by how many links lead to them from afar and then
    from near: rows of one length after another cost no mispredicted branches, and windows keep what
    is near in key order near.

    ``near`` are links between pages of one block, whose sources are counted from its first page;
    ``far`` are links from other blocks. A far source stands as its number when its wave comes
    before that of the target, and otherwise as its number plus the number of all pages: the first
    are read as they leave the sweep, the others as they entered it.
    """

    pages: U32
    cuts: I64
    waves: I64
    base: F64
    scale: F64
    near: Edges
    far: Edges

    @property
    def n_blocks(self) -> int:
        return len(self.cuts) - 1


def cut_blocks(links: InLinks, base: F64, scale: F64, team: Team, shelf: Shelf) -> Blocks:
    """Blocks of the pages that have out-links; the rest are sinks. Of pages with a scale of 0 that
    have links all the same, these carry nothing.

    Links are read and laid on the shelf block by block, in order.
    """
    pages = np.flatnonzero(scale > 0).astype(np.uint32)
    given_cuts = _block_cuts(links.offsets, pages, BLOCK_LINKS, BLOCK_PAGES)
    order, waves = _in_waves(len(given_cuts) - 1)
    starts, cuts = given_cuts[order], np.append(0, np.cumsum(np.diff(given_cuts)[order]))
    firsts, lasts = pages[starts], pages[given_cuts[order + 1] - 1]
    ranges = team.ranges(len(order))
    near, far = (np.zeros(len(pages) + len(order), np.uint32) for _ in range(2))
    rank = np.full(links.n_pages, NOT_SWEPT)
    lists = (links.offsets, links.sources)
    own = (np.empty_like(pages), np.empty(len(pages)), np.empty(len(pages)))
    given = (starts, pages, *lists, base, scale)
    team.each(lambda r: _order(*r, cuts, firsts, lasts, *given, near, far, rank, *own), ranges)
    kind = links.amounts.dtype
    blocks = Blocks(
        own[0], cuts, waves, *own[1:],
        _empty_edges(near, cuts, np.dtype(np.uint16), kind, shelf),
        _empty_edges(far, cuts, np.dtype(np.uint32), kind, shelf),
    )  # fmt: skip
    edges = (*blocks.near.columns(), *blocks.far.columns())
    earlier = np.repeat(cuts[waves[:-1]], np.diff(waves))
    team.each(
        lambda r: _fill(*r, cuts, firsts, lasts, earlier, rank, *lists, links.amounts, *edges),
        ranges,
    )
    return blocks


def _in_waves(n_blocks: int) -> tuple[I64, I64]:
    """The blocks in the order of their waves, and where each wave begins and the last ends."""
    n_waves = max(-(-n_blocks // MOST_ABREAST), min(8, -(-n_blocks // 2)))
    waves = [np.arange(w, n_blocks, n_waves) for w in range(n_waves)]
    borders = np.cumsum([0, *map(len, waves)])
    return np.concatenate([np.empty(0, np.int64), *waves]), borders


def _empty_edges(
    offsets: U32, cuts: I64, source: np.dtype[Any], amount: np.dtype[Any], shelf: Shelf
) -> Edges:
    first = np.zeros(len(cuts), np.int64)
    np.cumsum(offsets[cuts[1:] + np.arange(len(cuts) - 1)], out=first[1:])
    n_links = int(first[-1])
    return Edges(first, offsets, shelf.empty(n_links, source), shelf.empty(n_links, amount))


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
def _order(  # type: ignore[no-untyped-def]
    start, stop, cuts, firsts, lasts, starts, pages, offsets, sources, base, scale,
    near_offsets, far_offsets, rank, own_pages, own_base, own_scale,
):  # fmt: skip
    """Place the pages of blocks, note their ranks, and where the rows of their links end."""
    near, far = np.empty(WINDOW, np.uint32), np.empty(WINDOW, np.uint32)
    as_given, once, order = (
        np.arange(WINDOW),
        np.empty(WINDOW, np.int64),
        np.empty(WINDOW, np.int64),
    )
    for block in range(start, stop):
        lo, hi = cuts[block], cuts[block + 1]
        n_near = n_far = 0
        for window in range(lo, hi, WINDOW):
            n = min(WINDOW, hi - window)
            given = pages[starts[block] + window - lo :][:n]
            _count(given, firsts[block], lasts[block], offsets, sources, near, far)
            _longest_first(near, as_given[:n], once)
            _longest_first(far, once[:n], order)
            for i in range(n):
                page = own_pages[window + i] = given[order[i]]
                rank[page] = window + i
                own_base[window + i], own_scale[window + i] = base[page], scale[page]
                n_near, n_far = n_near + near[order[i]], n_far + far[order[i]]
                near_offsets[window + i + block + 1] = n_near
                far_offsets[window + i + block + 1] = n_far


@kernel
def _count(pages, first, last, offsets, sources, near, far):  # type: ignore[no-untyped-def]
    """Links into each page from pages ``first`` to ``last``, its block, and from others."""
    width = np.uint32(last - first)
    for i in range(len(pages)):
        lo, hi = offsets[pages[i]], offsets[pages[i] + 1]
        n_near = np.uint32(0)
        for k in range(np.uint64(lo), np.uint64(hi)):
            n_near += np.uint32(np.uint32(sources[k] - first) <= width)
        near[i], far[i] = n_near, hi - lo - n_near


@kernel
def _longest_first(lengths, before, after):  # type: ignore[no-untyped-def]
    """What ``before`` lists, by falling length, equals as they stood: a counting sort."""
    ends = np.zeros(LENGTHS + 1, np.int64)
    for i in before:
        ends[LENGTHS - min(lengths[i], LENGTHS - 1)] += 1
    for length in range(LENGTHS):
        ends[length + 1] += ends[length]
    for i in before:
        slot = LENGTHS - 1 - min(lengths[i], LENGTHS - 1)
        after[ends[slot]] = i
        ends[slot] += 1


@kernel
def _fill(  # type: ignore[no-untyped-def]
    start, stop, cuts, firsts, lasts, earlier, rank, offsets, sources, amounts,
    near_first, near_offsets, near_sources, near_amounts,
    far_first, far_offsets, far_sources, far_amounts,
):  # fmt: skip
    """Places are counted without sign: a third of the time would go into asking for it."""
    one, n_pages = np.uint64(1), np.uint32(cuts[-1])
    for block in range(start, stop):
        before = np.uint32(earlier[block])
        lo, first, width = np.uint32(cuts[block]), firsts[block], lasts[block] - firsts[block]
        for page in range(first, lasts[block] + 1):
            i = rank[page]
            if i == NOT_SWEPT:
                continue
            near = np.uint64(near_first[block]) + near_offsets[i + block]
            far = np.uint64(far_first[block]) + far_offsets[i + block]
            for k in row(offsets, page):
                r, amount = rank[sources[k]], amounts[k]
                if r == NOT_SWEPT:
                    r, amount = lo, np.float32(0)
                if np.uint32(sources[k] - first) <= np.uint32(width):
                    near_sources[near], near_amounts[near] = r - lo, amount
                    near += one
                else:
                    far_sources[far] = r if r < before else r + n_pages
                    far_amounts[far] = amount
                    far += one
