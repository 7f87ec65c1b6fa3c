"""Places in the plane for the nodes of a small graph: linked ones near, others apart.

First by landmarks: the steps from a few nodes far from one another, reduced to two dimensions
(pivot MDS). Then by forces: linked nodes pull, near nodes push, ever less far in each round; pushes
are counted only between neighbouring cells of a grid, so that a round costs about n + links. The
same graph gives the same places.

Sources: Brandes and Pich, Eigensolver methods for progressive multidimensional scaling, GD 2006;
Fruchterman and Reingold, Graph drawing by force-directed placement, 1991 (its grid variant).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import F64
from linkshed.graph.kernel import kernel

PIVOTS = 24
ROUNDS = 120
WARMTH = 0.08
"""How far a node may move in the first round, as a share of the picture."""
PUSHING = 48
"""Nodes of a cell that push a node; of more every few, each for several."""
Ids = NDArray[np.int64]


def places(n: int, sources: Ids, targets: Ids, rounds: int = ROUNDS) -> F64:
    """A row (x, y) for each of ``n`` nodes, about 0, most within -1 and 1."""
    if n < 2 or not len(sources):
        return _circle(n)
    offsets, ends = _both_ways(n, sources, targets)
    found = _by_landmarks(n, offsets, ends)
    found += np.random.default_rng(n).normal(0, 0.5 / np.sqrt(n), found.shape)
    for round_ in range(rounds):
        _push_and_pull(found, offsets, ends, WARMTH * (1 - round_ / rounds))
    found -= found.mean(axis=0)
    return np.asarray(found / max(float(np.abs(found).max()), 1e-12))


def _circle(n: int) -> F64:
    angle = 2 * np.pi * np.arange(n) / max(n, 1)
    return np.column_stack((np.cos(angle), np.sin(angle)))


def _both_ways(n: int, sources: Ids, targets: Ids) -> tuple[Ids, Ids]:
    """Each node's neighbours, whichever way the link leads."""
    starts = np.concatenate((sources, targets))
    ends = np.concatenate((targets, sources))
    order = np.argsort(starts, kind="stable")
    offsets = np.concatenate(([0], np.cumsum(np.bincount(starts, minlength=n))))
    return offsets.astype(np.int64), ends[order].astype(np.int64)


def _by_landmarks(n: int, offsets: Ids, ends: Ids) -> F64:
    steps = np.empty((min(PIVOTS, n), n), np.float64)
    nearest = np.full(n, np.inf)
    pivot = int(np.argmax(np.diff(offsets)))
    for row in steps:
        _steps(offsets, ends, pivot, row)
        reached = row < np.inf
        row[~reached] = row[reached].max() + 2
        nearest = np.minimum(nearest, row)
        pivot = int(np.argmax(nearest))
    square = steps**2
    square -= square.mean(axis=0) + square.mean(axis=1)[:, None] - square.mean()
    _, vectors = np.linalg.eigh(square @ square.T)
    found = -0.5 * square.T @ vectors[:, -2:] if len(steps) > 1 else square.T.repeat(2, axis=1)
    spread = np.abs(found).max(axis=0)
    return np.asarray(found / np.where(spread > 0, spread, 1))


@kernel
def _steps(offsets, ends, start, steps):  # type: ignore[no-untyped-def]
    steps[:] = np.inf
    steps[start] = 0.0
    queue = np.empty(len(steps), np.int64)
    queue[0], n_queued, at = start, 1, 0
    while at < n_queued:
        node = queue[at]
        at += 1
        for k in range(offsets[node], offsets[node + 1]):
            other = ends[k]
            if steps[other] == np.inf:
                steps[other] = steps[node] + 1
                queue[n_queued] = other
                n_queued += 1


def _push_and_pull(found: F64, offsets: Ids, ends: Ids, warmth: float) -> None:
    """One round: every node moves by the forces on it, no further than ``warmth``."""
    n = len(found)
    low, high = found.min(axis=0), found.max(axis=0)
    room = float(np.sqrt(max(float(np.prod(high - low)), 1e-9) / n))
    wide = max(int(np.ceil(float((high - low).max()) / (2 * room))), 1)
    cells = np.minimum(((found - low) / (2 * room)).astype(np.int64), wide - 1)
    cell = cells[:, 0] * wide + cells[:, 1]
    order = np.argsort(cell, kind="stable").astype(np.int64)
    borders = np.searchsorted(cell[order], np.arange(wide * wide + 1)).astype(np.int64)
    moves = np.zeros_like(found)
    _pushes(found, cells, wide, order, borders, room, moves)
    _pulls(found, offsets, ends, room, moves)
    moves -= found * room
    length = np.maximum(np.hypot(moves[:, 0], moves[:, 1]), 1e-12)
    found += moves * (np.minimum(length, warmth) / length)[:, None]


@kernel
def _pushes(found, cells, wide, order, borders, room, moves):  # type: ignore[no-untyped-def]
    for i in range(len(found)):
        for a in range(max(cells[i, 0] - 1, 0), min(cells[i, 0] + 2, wide)):
            for b in range(max(cells[i, 1] - 1, 0), min(cells[i, 1] + 2, wide)):
                lo, hi = borders[a * wide + b], borders[a * wide + b + 1]
                each = max((hi - lo) // PUSHING, 1)
                for k in range(lo + i % each, hi, each):
                    j = order[k]
                    if i != j:
                        dx, dy = found[i, 0] - found[j, 0], found[i, 1] - found[j, 1]
                        square = max(dx * dx + dy * dy, 1e-9)
                        if square < 4 * room * room:
                            push = each * room * room / square
                            moves[i, 0] += dx * push
                            moves[i, 1] += dy * push


@kernel
def _pulls(found, offsets, ends, room, moves):  # type: ignore[no-untyped-def]
    for i in range(len(found)):
        for k in range(offsets[i], offsets[i + 1]):
            j = ends[k]
            dx, dy = found[j, 0] - found[i, 0], found[j, 1] - found[i, 1]
            pull = np.sqrt(dx * dx + dy * dy) / room
            moves[i, 0] += dx * pull
            moves[i, 1] += dy * pull
