"""Working memory of local solving, kept between calls.

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
from linkshed.graph.kernel import fetch, kernel
from linkshed.snapshot.distinct import numbered

REACHED, WAITING, PATCHED, ENTERED = 1, 2, 4, 8
AHEAD = 16  # pages whose numbers are fetched while others are read


class Room:
    """What pages have left over and what they handed on; all 0 between calls."""

    def __init__(self, n: int) -> None:
        self.left, self.passed = np.zeros(n), np.zeros(n)
        self.marks = np.zeros(n, np.uint8)
        self.reached, self.queue = np.empty(n, np.uint32), np.zeros(n + 1, np.uint32)
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
        ids, at = numbered(pages)
        sums = np.bincount(at, weights=amounts, minlength=len(ids))
        return np.asarray(ids, np.int64), np.asarray(sums, np.float64)

    def state(self) -> tuple[Any, ...]:
        """What the loops work on."""
        return self.left, self.passed, self.marks, self.reached, self.n_reached, self.queue

    def found(self) -> tuple[I64, F64, F64]:
        """Pages reached, ascending, what they handed on and what they have left."""
        reached = self.reached[: self.n_reached]
        ascends = bool((reached[1:] > reached[:-1]).all())
        pages = (reached if ascends else np.sort(reached)).astype(np.int64)
        passed, left = np.empty(len(pages)), np.empty(len(pages))
        _read(pages, self.passed, self.left, passed, left)
        return pages, passed, left

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
def _read(pages, all_passed, all_left, passed, left):  # type: ignore[no-untyped-def]
    last = len(pages) - 1
    for n in range(len(pages)):
        later, page = pages[min(n + AHEAD, last)], pages[n]
        fetch(all_passed, later)
        fetch(all_left, later)
        passed[n], left[n] = all_passed[page], all_left[page]


@kernel
def _clean(reached, n_reached, left, passed, marks):  # type: ignore[no-untyped-def]
    for n in range(n_reached):
        later, page = reached[min(n + AHEAD, n_reached - 1)], reached[n]
        fetch(left, later)
        fetch(passed, later)
        fetch(marks, later)
        left[page] = passed[page] = 0.0
        marks[page] = 0
