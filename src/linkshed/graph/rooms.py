"""Working memory of local solving, kept between calls, and the loops that run in it.

A room holds one number of each kind per page, but a call pays only for the pages it reaches: they
are noted, and cleaned behind it. What is asked of a page at every link, whether it was reached,
waits or has other rows, is one byte.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import F64, I64
from linkshed.graph.kernel import kernel

STEP = 0.1  # each threshold as a share of the one before
START = 0.5  # the first as a share of the largest disturbance
REACHED, WAITING, PATCHED, ENTERED = 1, 2, 4, 8


class Room:
    """What pages have left over and what they handed on; all 0 between calls."""

    def __init__(self, n: int) -> None:
        self.left, self.passed = np.zeros(n), np.zeros(n)
        self.marks = np.zeros(n, np.uint8)
        self.reached, self.queue = np.empty(n, np.uint32), np.empty(n + 1, np.uint32)
        self.n_reached = 0

    def disturb(self, pages: Any, amounts: Any) -> None:
        """Leave amounts at pages, which may repeat."""
        ids, sums = self._summed(np.asarray(pages, np.int64), amounts)
        self.left[ids] = sums
        self.marks[ids] |= REACHED
        self.reached[: len(ids)] = ids
        self.n_reached = len(ids)

    def _summed(self, pages: I64, amounts: Any) -> tuple[I64, F64]:
        """Pages, ascending, and the sum of their amounts; without sorting when there are many."""
        if len(pages) > len(self.left):
            sums = np.bincount(pages, weights=amounts, minlength=len(self.left))
            ids = np.flatnonzero(sums)
            return np.asarray(ids, np.int64), np.asarray(sums[ids], np.float64)
        ids, at = np.unique(pages, return_inverse=True)
        sums = np.bincount(at, weights=amounts, minlength=len(ids))
        return np.asarray(ids, np.int64), np.asarray(sums, np.float64)

    def state(self) -> tuple[Any, ...]:
        """What the loops work on."""
        return self.left, self.passed, self.marks, self.reached, self.n_reached, self.queue

    def found(self) -> tuple[I64, F64, F64]:
        """Pages reached, ascending, what they handed on and what they have left."""
        pages = np.sort(self.reached[: self.n_reached]).astype(np.int64)
        return pages, self.passed[pages], self.left[pages]

    def reach_all(self) -> None:
        """Note every page that has or handed on something as reached."""
        self.marks[self.reached[: self.n_reached]] = 0
        pages = np.flatnonzero((self.left != 0) | (self.passed != 0))
        self.reached[: len(pages)] = pages
        self.n_reached = len(pages)

    def clean(self) -> None:
        """Forget the pages reached."""
        _clean(self.reached, self.n_reached, self.left, self.passed, self.marks)


class Rooms:
    """Rooms for a graph of ``n`` pages: as many as there were calls at the same time."""

    def __init__(self, n: int) -> None:
        self.n = n
        self._free: list[Room] = []

    @contextmanager
    def one(self, patched: NDArray[Any], entered: NDArray[Any]) -> Iterator[Room]:
        """A clean room in which the pages that have, and that are ends of, other rows are marked.

        A room in which a call failed is given up.
        """
        try:
            room = self._free.pop()
        except IndexError:
            room = Room(self.n)
        room.marks[patched] |= PATCHED
        room.marks[entered] |= ENTERED
        yield room
        room.clean()
        room.marks[patched] = room.marks[entered] = 0
        self._free.append(room)


@kernel
def _clean(reached, n_reached, left, passed, marks):  # type: ignore[no-untyped-def]
    for n in range(n_reached):
        page = reached[n]
        left[page] = passed[page] = 0.0
        marks[page] = 0


@kernel
def _most(left, reached, n_reached):  # type: ignore[no-untyped-def]
    most = 0.0
    for n in range(n_reached):
        most = max(most, abs(left[reached[n]]))
    return most


@kernel
def _enqueue(left, marks, reached, n_reached, queue, threshold):  # type: ignore[no-untyped-def]
    n_waiting = 0
    for n in range(n_reached):
        page = reached[n]
        if abs(left[page]) > threshold:
            queue[n_waiting] = page
            marks[page] |= WAITING
            n_waiting += 1
    return n_waiting


@kernel
def _take(page, left, passed, marks):  # type: ignore[no-untyped-def]
    amount = left[page]
    left[page] = 0.0
    passed[page] += amount
    marks[page] &= ~WAITING
    return amount


@kernel
def _note(pages, lo, hi, left, marks, reached, n_reached, queue, end, threshold):  # type: ignore[no-untyped-def]
    """Pages that were given something are reached, and wait when they have too much left."""
    for k in range(lo, hi):
        page = pages[k]
        mark = marks[page]
        if not mark & REACHED:
            mark |= REACHED
            marks[page] = mark
            reached[n_reached] = page
            n_reached += 1
        if abs(left[page]) > threshold and not mark & WAITING:
            marks[page] = mark | WAITING
            queue[end] = page
            end = end + 1 if end + 1 < len(queue) else 0
    return n_reached, end


@kernel
def out(  # type: ignore[no-untyped-def]
    offsets, targets, amounts, scale, patch_pages, patch_offsets, patch_targets, patch_shares,
    left, passed, marks, reached, n_reached, queue, floor, most_visits,
):  # fmt: skip
    """Push along links until nobody has more than ``floor`` left, or ``most_visits`` links were
    visited; how many pages were reached, and whether it is done.
    """
    visits = 0
    most = _most(left, reached, n_reached)
    threshold = max(most * START, floor)
    while most > floor:
        head, end = 0, _enqueue(left, marks, reached, n_reached, queue, threshold)
        while head != end:
            if visits > most_visits:
                return n_reached, False
            page = queue[head]
            head = head + 1 if head + 1 < len(queue) else 0
            amount = _take(page, left, passed, marks)
            if marks[page] & PATCHED:
                row = np.searchsorted(patch_pages, page)
                lo, hi = patch_offsets[row], patch_offsets[row + 1]
                visits += hi - lo
                for k in range(lo, hi):
                    left[patch_targets[k]] += amount * patch_shares[k]
                n_reached, end = _note(
                    patch_targets, lo, hi, left, marks, reached, n_reached, queue, end, threshold
                )
            else:
                amount *= scale[page]
                lo, hi = offsets[page], offsets[page + 1]
                visits += hi - lo
                for k in range(lo, hi):
                    left[targets[k]] += amount * amounts[k]
                n_reached, end = _note(
                    targets, lo, hi, left, marks, reached, n_reached, queue, end, threshold
                )
        most = _most(left, reached, n_reached)
        threshold = max(threshold * STEP, floor)
    return n_reached, True


@kernel
def back(  # type: ignore[no-untyped-def]
    offsets, sources, amounts, scale, patch_into, patch_offsets, patch_sources, patch_shares,
    left, passed, marks, reached, n_reached, queue, floor, most_visits,
):  # fmt: skip
    """The same against links."""
    visits = 0
    most = _most(left, reached, n_reached)
    threshold = max(most * START, floor)
    while most > floor:
        head, end = 0, _enqueue(left, marks, reached, n_reached, queue, threshold)
        while head != end:
            if visits > most_visits:
                return n_reached, False
            page = queue[head]
            head = head + 1 if head + 1 < len(queue) else 0
            amount = _take(page, left, passed, marks)
            lo, hi = offsets[page], offsets[page + 1]
            visits += hi - lo
            for k in range(lo, hi):
                source = sources[k]
                if not marks[source] & PATCHED:
                    left[source] += amount * amounts[k] * scale[source]
            n_reached, end = _note(
                sources, lo, hi, left, marks, reached, n_reached, queue, end, threshold
            )
            if marks[page] & ENTERED:
                row = np.searchsorted(patch_into, page)
                lo, hi = patch_offsets[row], patch_offsets[row + 1]
                visits += hi - lo
                for k in range(lo, hi):
                    left[patch_sources[k]] += amount * patch_shares[k]
                n_reached, end = _note(
                    patch_sources, lo, hi, left, marks, reached, n_reached, queue, end, threshold
                )
        most = _most(left, reached, n_reached)
        threshold = max(threshold * STEP, floor)
    return n_reached, True
