"""Local solving: how a disturbance spreads over a graph that is already solved.

    outwards    y = r + (d P)^T y      what every page gains when the pages of r gain
    backwards   z = g + d P z          what one unit of equity at every page is worth to the goal g

Method: residual push (Gauss-Southwell). Whoever has more left over than a threshold hands it on
along its links; the threshold falls to the ``floor`` asked for. Only pages that are reached cost
anything, so a small change of a large graph takes milliseconds. A spread that has visited half as
many links as there are is ended by whole sweeps (``sweeps``), which cost less per link.

Bound. With r what is left over and ``Z = (I - d P)^-1``, the error at page j is ``sum of r_u Z_uj``
outwards. Since ``E_j = (1-d) sum of b_u Z_uj``, pages with base 1 and no more than ``floor`` left
make an error of at most ``floor / (1-d)`` of E_j itself, at every page, however many there are.
Backwards the error is at most ``floor / (1-d)``, because rows of Z sum to at most 1 / (1-d).

Sources: Berkhin, Bookmark-coloring algorithm for personalized PageRank computing, 2006; Andersen,
Chung, Lang, Local graph partitioning using PageRank vectors, FOCS 2006.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from linkshed.graph.csr import F64, I64, U32, Floats, InLinks, transpose
from linkshed.graph.pushes import back, out
from linkshed.graph.reading import end
from linkshed.graph.rooms import Room, Rooms
from linkshed.graph.sweeps import finish, sweep_back, sweep_out

MOST_PUSHED = 0.5  # visits as a share of all links, before whole sweeps take over
SWEPT = 0.3  # what a link costs in a sweep, as a share of what it costs when pushed
Columns = tuple[Any, ...]
Loops = tuple[Callable[..., Any], Callable[..., float]]


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
        return values_at(pages, self.pages, self.values)


def values_at(wanted: Any, pages: I64, values: F64) -> F64:
    """The values of wanted pages, given at ``pages``, ascending; 0 for all others."""
    if not len(pages):
        return np.zeros(len(wanted))
    found = np.minimum(np.searchsorted(pages, wanted), len(pages) - 1)
    return np.where(pages[found] == wanted, values[found], 0.0)


def turned(links: InLinks) -> OutLinks:
    """The same links by source."""
    rows = transpose(links)
    return OutLinks(rows.offsets, rows.sources, rows.amounts)


class Spreading:
    """A spread under way. ``visits`` is what it has cost so far, in links visited."""

    def __init__(self, loops: Loops, graph: Columns, patch: Patch, rows: Columns, room: Room):
        self._push, self._finish = loops
        self._graph, self._patch, self._rows, self._room = graph, patch, rows, room
        self._swept = SWEPT * len(graph[1])
        self.visits = 0.0

    def to(self, floor: float) -> Spread:
        """Go on until no page has more than ``floor`` left, and read what was found."""
        self.go(floor)
        return self.found()

    def found(self) -> Spread:
        """What was found so far."""
        return Spread(*self._room.found())

    def go(self, floor: float) -> None:
        """Go on until no page has more than ``floor`` left."""
        room, limit = self._room, MOST_PUSHED * len(self._graph[1]) - self.visits
        room.n_reached, visits, is_done = self._push(
            *self._graph, *self._rows, *room.state(), floor, limit
        )
        self.visits += visits
        if not is_done:
            self._sweep(floor)

    def _sweep(self, floor: float) -> None:
        """Go on by whole sweeps, in which pages with other rows have none of the graph's."""
        *links, scale = self._graph
        scale = scale.copy()
        scale[self._patch.pages] = 0.0
        room = self._room
        n_sweeps = finish(self._finish, (*links, scale), self._rows, room.passed, room.left, floor)
        self.visits += n_sweeps * self._swept
        room.reach_all()


class Outwards(Spreading):
    """Along links. What is left over stays where pages hand nothing on."""

    def found(self) -> Spread:
        found = super().found()
        end(found.pages, found.values, found.rest, self._graph[0], self._rows)
        return found


@contextmanager
def spreading_out(
    links: OutLinks,
    scale: F64,
    pages: Any,
    amounts: Any,
    *,
    patch: Patch = NO_PATCH,
    rooms: Rooms | None = None,
) -> Iterator[Spreading]:
    """The spread of the disturbance ``amounts`` at ``pages``, to be taken as far as is needed.

    Pages without links hand nothing on and have nothing left. ``rooms`` spares many calls on one
    graph the making of their working memory.
    """
    graph = (links.offsets, links.targets, links.amounts, scale)
    rows = (patch.pages, patch.offsets, patch.targets, patch.shares)
    with (rooms or Rooms(len(scale))).one(patch.pages, NO_PATCH.pages) as room:
        room.disturb(pages, amounts)
        yield Outwards((out, sweep_out), graph, patch, rows, room)


def spread_out(
    links: OutLinks,
    scale: F64,
    pages: Any,
    amounts: Any,
    *,
    floor: float,
    patch: Patch = NO_PATCH,
    rooms: Rooms | None = None,
) -> Spread:
    """The same until no page has more than ``floor`` left."""
    with spreading_out(links, scale, pages, amounts, patch=patch, rooms=rooms) as spread:
        return spread.to(floor)


def spread_back(
    links: InLinks,
    scale: F64,
    pages: Any,
    amounts: Any,
    *,
    floor: float,
    patch: Patch = NO_PATCH,
    rooms: Rooms | None = None,
) -> Spread:
    """The same against the direction of links, for the goal ``amounts`` at ``pages``."""
    order = np.argsort(patch.targets, kind="stable")
    into, first = np.unique(patch.targets[order], return_index=True)
    borders = np.append(first, len(order)).astype(np.int64)
    graph = (links.offsets, links.sources, links.amounts, scale)
    inward = (into, borders, patch.pages[patch.rows()[order]], patch.shares[order])
    with (rooms or Rooms(len(scale))).one(patch.pages, into) as room:
        room.disturb(pages, amounts)
        loops = back, partial(sweep_back, np.zeros(len(scale)))
        return Spreading(loops, graph, patch, inward, room).to(floor)
