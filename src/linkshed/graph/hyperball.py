"""HyperBall: harmonic centrality of all nodes of a large graph at once, estimated.

    B_0(x) = {x}      B_t(x) = B_{t-1}(x) and all B_{t-1}(y) with a link y -> x
    H(x)   = sum over t >= 1 of (|B_t(x)| - |B_{t-1}(x)|) / t

``B_t`` are the nodes that lead to x in at most t steps. Each set is a HyperLogLog counter of
m = 2^log2m registers of a byte; the union of sets is the maximum of registers. A step looks only at
nodes with a link from a counter that has just changed, so long chains cost little. Two counters per
node are kept: 2 m bytes. Steps are synchronous: any number of threads gives the same bits.

Sizes are Ertl's estimate, which has no bias and no special ranges. Its relative standard error is
1.04 / sqrt(m), a little more below m = 128. Summed by parts, H + 1 is a sum of sizes with positive
factors, so the standard error of H is at most that share of H + 1.

Sources: Flajolet, Fusy, Gandouet, Meunier, HyperLogLog, 2007; Boldi and Vigna, In-core computation
of geometric centralities with HyperBall, 2013 (arXiv 1308.2144); Ertl, New cardinality estimation
algorithms for HyperLogLog sketches, 2017 (arXiv 1702.01284).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import log, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.blocks import Team
from linkshed.graph.csr import F64, InLinks, transpose
from linkshed.graph.kernel import kernel, row

LOG2M_LIMITS = (4, 16)
_SMALL_ERRORS = {4: 1.106, 5: 1.070, 6: 1.054}  # Flajolet et al.: beta_m where 1.04 is too little
_POWERS = 0.5 ** np.arange(65)


@dataclass(frozen=True)
class Estimate:
    """Harmonic centrality per node, and the steps it took until nothing changed."""

    centrality: F64
    n_steps: int


def standard_error(log2m: int) -> float:
    """Relative standard error of a counter's size."""
    return _SMALL_ERRORS.get(log2m, 1.04) / sqrt(2**log2m)


def size_bytes(n_nodes: int, log2m: int) -> int:
    """Memory of the counters."""
    return 2 * n_nodes << log2m


def hyperball(links: InLinks, log2m: int, team: Team, seed: int = 0) -> Estimate:
    """Estimate the harmonic centrality of every node; ``seed`` picks the hash of the nodes."""
    n = links.n_pages
    outlinks = transpose(links)
    now = np.zeros((n, 2**log2m), np.uint8)
    _begin(now, log2m, np.uint64(seed))
    after = now.copy()
    sizes, centrality = np.ones(n), np.zeros(n)
    has_changed = np.ones(n, np.uint8)
    n_steps = 0
    while has_changed.any():
        n_steps += 1
        grew = np.zeros(n, np.uint8)
        state = (links.offsets, links.sources, has_changed, now, after,
                 sizes, centrality, n_steps, _POWERS, grew)  # fmt: skip
        parts = np.array_split(_due(outlinks, has_changed), 4 * team.size)
        team.each(partial(_grow_part, state), parts)
        now, after, has_changed = after, now, grew
    return Estimate(centrality, n_steps)


def _grow_part(state: tuple[Any, ...], due: NDArray[Any]) -> None:
    _grow(due, *state)


def _due(outlinks: InLinks, has_changed: NDArray[np.uint8]) -> NDArray[Any]:
    """Nodes that may grow, and those that grew: their second counter is a step behind."""
    flags = has_changed.copy()
    _mark(np.flatnonzero(has_changed), outlinks.offsets, outlinks.sources, flags)
    return np.flatnonzero(flags)


@kernel
def _mark(nodes, offsets, targets, flags):  # type: ignore[no-untyped-def]
    for node in nodes:
        for k in row(offsets, node):
            flags[targets[k]] = 1


@kernel
def _begin(counters, log2m, seed):  # type: ignore[no-untyped-def]
    for node in range(len(counters)):
        z = np.uint64(node) + seed * np.uint64(0xD1B54A32D192ED03)
        for _ in range(2):  # splitmix64, twice
            z += np.uint64(0x9E3779B97F4A7C15)
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            z ^= z >> np.uint64(31)
        register = z & np.uint64((1 << log2m) - 1)
        rest, rank = z >> np.uint64(log2m), 1
        while rank <= 64 - log2m and rest & np.uint64(1) == 0:
            rest >>= np.uint64(1)
            rank += 1
        counters[node, register] = rank


@kernel
def _grow(  # type: ignore[no-untyped-def]
    due, offsets, sources, has_changed, now, after,
    sizes, centrality, step, powers, grew,
):  # fmt: skip
    m = now.shape[1]
    for node in due:
        mine, before = after[node], now[node]
        mine[:] = before
        for e in row(offsets, node):
            if has_changed[sources[e]]:
                theirs = now[sources[e]]
                for r in range(m):
                    mine[r] = max(mine[r], theirs[r])
        is_same = True
        for r in range(m):
            is_same &= mine[r] == before[r]
        if not is_same:
            size = _size(mine, powers)
            centrality[node] += (size - sizes[node]) / step
            sizes[node], grew[node] = size, 1


@kernel
def _size(registers, powers):  # type: ignore[no-untyped-def]
    """Ertl's improved raw estimate; with hashes of 64 bits no register is ever full."""
    m = len(registers)
    n_empty, total = 0, 0.0
    for value in registers:
        if value == 0:
            n_empty += 1
        else:
            total += powers[value]
    x, weight = n_empty / m, 1.0
    sigma, last = x, -1.0
    while sigma != last:
        x *= x
        last = sigma
        sigma += x * weight
        weight *= 2
    return m * m / (2 * log(2) * (m * sigma + total))
