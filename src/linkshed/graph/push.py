"""Local solving: how a disturbance spreads over a graph that is already solved.

    outwards    y = r + (d P)^T y      what every page gains when the pages of r gain
    backwards   z = g + d P z          what one unit of equity at every page is worth to the goal g

Method: residual push (Gauss-Southwell). Whoever has more left over than a threshold hands it on
along its links; the threshold falls to the ``floor`` asked for. Only pages that are reached cost
anything, so a small change of a large graph takes milliseconds.

Bound. With r what is left over and ``Z = (I - d P)^-1``, the error at page j is ``sum of r_u Z_uj``
outwards. Since ``E_j = (1-d) sum of b_u Z_uj``, pages with base 1 and no more than ``floor`` left
make an error of at most ``floor / (1-d)`` of E_j itself, at every page, however many there are.
Backwards the error is at most ``floor / (1-d)``, because rows of Z sum to at most 1 / (1-d).

Sources: Berkhin, Bookmark-coloring algorithm for personalized PageRank computing, 2006; Andersen,
Chung, Lang, Local graph partitioning using PageRank vectors, FOCS 2006.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import F64, I64, U32, Floats, InLinks
from linkshed.graph.kernel import kernel

STEP = 0.1  # each threshold as a share of the one before
START = 0.5  # the first as a share of the largest disturbance


@dataclass(frozen=True)
class OutLinks:
    """Out-link CSR: page i links to ``targets[k]`` with amount ``amounts[k]``, k in row i."""

    offsets: I64
    targets: U32
    amounts: Floats


@dataclass(frozen=True)
class Patch:
    """Rows of d P that replace those of the graph: page ``pages[n]`` hands ``shares[k]`` of what it
    gets to ``targets[k]``, k in ``offsets[n]:offsets[n + 1]``. Pages ascend and differ.
    """

    pages: I64
    offsets: I64
    targets: U32
    shares: F64

    def rows(self) -> I64:
        """The place in ``pages`` of each entry of ``targets``."""
        return np.repeat(np.arange(len(self.pages)), np.diff(self.offsets))


NO_PATCH = Patch(np.empty(0, np.int64), np.zeros(1, np.int64), np.empty(0, np.uint32), np.empty(0))


@dataclass(frozen=True)
class Spread:
    """``values[n]`` is the result at ``pages[n]``, ascending, 0 elsewhere; ``rest[n]`` what is left
    over there.
    """

    pages: I64
    values: F64
    rest: F64

    def at(self, pages: Any) -> F64:
        """The values of some pages."""
        if not len(self.pages):
            return np.zeros(len(pages))
        found = np.minimum(np.searchsorted(self.pages, pages), len(self.pages) - 1)
        return np.where(self.pages[found] == pages, self.values[found], 0.0)


def turned(links: InLinks) -> OutLinks:
    """The same links by source."""
    offsets = np.zeros(len(links.offsets), np.int64)
    np.cumsum(np.bincount(links.sources, minlength=links.n_pages), out=offsets[1:])
    targets = np.empty(len(links.sources), np.uint32)
    amounts = np.empty_like(links.amounts)
    _turn(links.offsets, links.sources, links.amounts, offsets[:-1].copy(), targets, amounts)
    return OutLinks(offsets, targets, amounts)


def spread_out(
    links: OutLinks,
    scale: F64,
    pages: Any,
    amounts: Any,
    *,
    floor: float,
    patch: Patch = NO_PATCH,
) -> Spread:
    """Spread the disturbance ``amounts`` at ``pages`` until no page has more than ``floor`` left.

    Pages without links hand nothing on and have nothing left.
    """
    state = _State(len(scale), pages, amounts)
    slot = _slots(patch.pages, len(scale))
    graph = (links.offsets, links.targets, links.amounts, scale)
    _out(*graph, slot, patch.offsets, patch.targets, patch.shares, *state.arrays(), floor)
    return state.spread(is_end=lambda pages: _ends(links, patch, slot, pages))


def spread_back(
    links: InLinks, scale: F64, pages: Any, amounts: Any, *, floor: float, patch: Patch = NO_PATCH
) -> Spread:
    """The same against the direction of links, for the goal ``amounts`` at ``pages``."""
    state = _State(len(scale), pages, amounts)
    order = np.argsort(patch.targets, kind="stable")
    into, first = np.unique(patch.targets[order], return_index=True)
    borders = np.append(first, len(order)).astype(np.int64)
    is_patched = _slots(patch.pages, len(scale))
    graph = (links.offsets, links.sources, links.amounts, scale)
    inward = (_slots(into, len(scale)), borders, patch.pages[patch.rows()[order]])
    _back(*graph, is_patched, *inward, patch.shares[order], *state.arrays(), floor)
    return state.spread(is_end=lambda pages: np.zeros(len(pages), np.bool_))


def _ends(links: OutLinks, patch: Patch, slot: NDArray[np.int32], pages: I64) -> NDArray[np.bool_]:
    """Whether pages hand nothing on."""
    counts = links.offsets[pages + 1] - links.offsets[pages]
    rows = slot[pages] - 1
    patched = rows >= 0
    counts[patched] = np.diff(patch.offsets)[rows[patched]]
    return np.asarray(counts == 0)


class _State:
    """What is left over and what was handed on; memory is touched only where a page is reached."""

    def __init__(self, n: int, pages: Any, amounts: Any) -> None:
        ids, at = np.unique(np.asarray(pages, np.int64), return_inverse=True)
        self.left, self.passed = np.zeros(n), np.zeros(n)
        self.left[ids] = np.bincount(at, weights=amounts, minlength=len(ids))
        self.reached = np.empty(n, np.uint32)
        self.reached[: len(ids)] = ids
        self.is_reached = np.zeros(n, np.bool_)
        self.is_reached[ids] = True
        self.n_reached = np.array([len(ids)])
        self.queue, self.is_waiting = np.empty(n, np.uint32), np.zeros(n, np.bool_)

    def arrays(self) -> tuple[NDArray[Any], ...]:
        return (
            self.left, self.passed, self.reached, self.is_reached, self.n_reached, self.queue,
            self.is_waiting,
        )  # fmt: skip

    def spread(self, is_end: Callable[[I64], NDArray[np.bool_]]) -> Spread:
        pages = np.sort(self.reached[: self.n_reached[0]]).astype(np.int64)
        passed, rest = self.passed[pages], self.left[pages]
        kept = is_end(pages)
        passed[kept] += rest[kept]
        rest[kept] = 0.0
        return Spread(pages, passed, rest)


def _slots(pages: Any, n: int) -> NDArray[np.int32]:
    slot = np.zeros(n, np.int32)
    slot[pages] = np.arange(1, len(pages) + 1)
    return slot


@kernel
def _turn(in_offsets, sources, in_amounts, at, targets, amounts):  # type: ignore[no-untyped-def]
    for j in range(len(in_offsets) - 1):
        for k in range(in_offsets[j], in_offsets[j + 1]):
            place = at[sources[k]]
            at[sources[k]] += 1
            targets[place] = j
            amounts[place] = in_amounts[k]


@kernel
def _most(left, reached, n_reached):  # type: ignore[no-untyped-def]
    most = 0.0
    for n in range(n_reached[0]):
        most = max(most, abs(left[reached[n]]))
    return most


@kernel
def _enqueue(left, reached, n_reached, queue, is_waiting, threshold):  # type: ignore[no-untyped-def]
    n_waiting = 0
    for n in range(n_reached[0]):
        page = reached[n]
        if abs(left[page]) > threshold:
            queue[n_waiting] = page
            is_waiting[page] = True
            n_waiting += 1
    return n_waiting


@kernel
def _give(page, amount, left, reached, is_reached, n_reached, queue, is_waiting, end, threshold):  # type: ignore[no-untyped-def]
    """Add to a page; 1 when it has to wait for its turn now, else 0."""
    if not is_reached[page]:
        is_reached[page] = True
        reached[n_reached[0]] = page
        n_reached[0] += 1
    left[page] += amount
    if abs(left[page]) > threshold and not is_waiting[page]:
        is_waiting[page] = True
        queue[end % len(queue)] = page
        return 1
    return 0


@kernel
def _out(  # type: ignore[no-untyped-def]
    offsets, targets, amounts, scale, slot, patch_offsets, patch_targets, patch_shares,
    left, passed, reached, is_reached, n_reached, queue, is_waiting, floor,
):  # fmt: skip
    most = _most(left, reached, n_reached)
    threshold = max(most * START, floor)
    while most > floor:
        head, end = 0, _enqueue(left, reached, n_reached, queue, is_waiting, threshold)
        while head < end:
            page = queue[head % len(queue)]
            head += 1
            is_waiting[page] = False
            amount = left[page]
            left[page] = 0.0
            passed[page] += amount
            row = slot[page] - 1
            if row >= 0:
                for k in range(patch_offsets[row], patch_offsets[row + 1]):
                    end += _give(
                        patch_targets[k], amount * patch_shares[k], left, reached, is_reached,
                        n_reached, queue, is_waiting, end, threshold,
                    )  # fmt: skip
            else:
                amount *= scale[page]
                for k in range(offsets[page], offsets[page + 1]):
                    end += _give(
                        targets[k], amount * amounts[k], left, reached, is_reached,
                        n_reached, queue, is_waiting, end, threshold,
                    )  # fmt: skip
        most = _most(left, reached, n_reached)
        threshold = max(threshold * STEP, floor)


@kernel
def _back(  # type: ignore[no-untyped-def]
    offsets, sources, amounts, scale, is_patched, slot, patch_offsets, patch_sources, patch_shares,
    left, passed, reached, is_reached, n_reached, queue, is_waiting, floor,
):  # fmt: skip
    most = _most(left, reached, n_reached)
    threshold = max(most * START, floor)
    while most > floor:
        head, end = 0, _enqueue(left, reached, n_reached, queue, is_waiting, threshold)
        while head < end:
            page = queue[head % len(queue)]
            head += 1
            is_waiting[page] = False
            amount = left[page]
            left[page] = 0.0
            passed[page] += amount
            for k in range(offsets[page], offsets[page + 1]):
                source = sources[k]
                if is_patched[source] == 0:
                    end += _give(
                        source, amount * amounts[k] * scale[source], left, reached, is_reached,
                        n_reached, queue, is_waiting, end, threshold,
                    )  # fmt: skip
            row = slot[page] - 1
            if row >= 0:
                for k in range(patch_offsets[row], patch_offsets[row + 1]):
                    end += _give(
                        patch_sources[k], amount * patch_shares[k], left, reached, is_reached,
                        n_reached, queue, is_waiting, end, threshold,
                    )  # fmt: skip
        most = _most(left, reached, n_reached)
        threshold = max(threshold * STEP, floor)
