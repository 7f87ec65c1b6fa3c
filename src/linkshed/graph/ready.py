"""Kernels compiled ahead of the first question, on a graph of two pages.

The first question after an installation would wait ten seconds for the compiler, and the first of
every process a second for what it compiled: a server does both while nobody waits.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.border import entering, inner_rows
from linkshed.graph.csr import InLinks, fold, grouped, members_of, repeat_factors_of_rows
from linkshed.graph.levels import group_links
from linkshed.graph.overlap import most_alike
from linkshed.graph.push import OutLinks, spread_back, spread_out, turned
from linkshed.graph.reading import NONE, held
from linkshed.graph.tally import FEW, ascending, n_different
from linkshed.graph.walk import solve


def ready() -> None:
    """Compile, or load, what questions about edits, risk and linksheds run. Arrays are of the kinds
    that a snapshot has: read-only where they lie in its files.
    """
    offsets, ends = _fixed(np.array([0, 1, 2])), _fixed(np.array([1, 0], np.uint32))
    weights = _fixed(np.full(2, 0.5, np.float32))
    alone = members_of(np.arange(2, dtype=np.uint32))
    for passes in (1.0, 0.5):
        fold(offsets, ends, weights, _fixed(np.full(2, passes, np.float32)), alone)
    domain = np.arange(2, dtype=np.uint32)
    turned(InLinks(offsets, ends, weights))
    turned(group_links(offsets, ends, np.ones(2, np.bool_), alone, domain, 2))
    grouped(np.zeros(2, np.int64), 1)
    repeat_factors_of_rows(np.arange(3), ends.copy(), weights.copy(), each=1.0, cap=1.0)
    most_alike(np.array([0, 1, 2]), np.zeros(2, np.int64), 1)
    scale, pages, amounts = np.full(2, 0.5), np.zeros(1, np.int64), np.ones(1)
    inner = inner_rows(offsets, ends, weights, np.arange(2), scale)
    solve(inner, np.ones(2), np.ones(2))
    held_of, nobody = (np.ones(2), scale), np.zeros(2, np.bool_)
    entering(offsets, ends, weights, weights, held_of, nobody, pages)
    for carried in (weights, weights.copy()):
        found = spread_out(OutLinks(offsets, ends, carried), scale, pages, amounts, floor=1e-6)
    told = found.pages, found.values, found.rest
    held(*told, np.ones(2), np.ones(2, np.bool_), np.ones(2), NONE)
    spread_back(InLinks(offsets, ends, weights), scale, pages, amounts, floor=1e-6)
    ascending(np.arange(FEW))
    n_different(np.zeros(2, np.int64), np.arange(2), 1)


def _fixed(values: NDArray[Any]) -> NDArray[Any]:
    values.setflags(write=False)
    return values
