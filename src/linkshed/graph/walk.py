"""The equity solver: ``x = base + sum over in-links of amount * q[source]``, ``q = scale * x``.

With ``scale_i = d / A_i`` this is ``E = (1-d) b + d P^T E`` for a sub-stochastic P, the linear
form of PageRank; amounts are attention times pass factor, ``A_i`` the attention of all links of i.

Method. Pages are cut, in the order given, into blocks of at most 2^14 pages. A block gathers what
reaches it from other blocks once, then relaxes its own links several times (Gauss-Seidel) while
they stay in the processor's cache, with two-byte local sources. Pages in key order keep most links
inside a block, so a sweep over all blocks does the work of several ordinary sweeps. Inside a block
pages stand by the lengths of their rows, which saves a third of the time of a pass. Pages without
out-links are left out until the end. Sweeps are combined by Anderson's extrapolation of the last
few.

Determinism. Blocks and the waves they run in depend on the graph alone. A block reads what earlier
waves of the same sweep made, and of all others what entered the sweep; so any number of threads
gives the same bits.

Bound. ``r = base + d P^T y - y`` of the published y gives ``|y - E|_1 <= |r|_1 / (1 - d)``, since
the columns of ``d P^T`` sum to at most d.

Sources: Gauss-Seidel PageRank, Arasu et al., WWW 2002; block structure of the web, Kamvar et al.,
2003; Walker and Ni, Anderson acceleration for fixed-point iterations, SIAM J. Numer. Anal. 2011.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from linkshed.graph.blocks import Blocks, Team, cut_blocks
from linkshed.graph.csr import F64, I64, InLinks
from linkshed.graph.exact import last_step
from linkshed.graph.kernel import kernel
from linkshed.graph.shelf import Shelf
from linkshed.machine import n_cores

MAX_RELAXATIONS = 6
FAR_COST = 3.0  # of a link between blocks; a pass over one inside a block costs 1
ENOUGH = 0.2  # a block stops relaxing when its change has fallen to this share of the first
LEAST_FALL = 0.12  # the next change falls by as much as the last did, but no more than to this
RESIDUAL = 0.5  # and what the mix leaves over is about this share of it
LEAST_PART = 1 << 16  # pages of a vector for which another thread is worth its wait
# What a sweep notes of each block; the last five are inner products of Anderson's least squares.
TALLY = ("change", "total", "worst", "relaxations", "a0", "a1", "l00", "l01", "l11")


@dataclass(frozen=True)
class Solution:
    """The published vector and how good it is.

    ``residual`` bounds ``|r|_1 / |values|_1``; ``page_residual`` is the largest share by which the
    last step changed a value, and without a floor no ``|r_j| / values_j`` is larger;
    ``error_bound`` bounds ``|values - exact|_1 / |values|_1``. ``sweeps`` are passes over all
    blocks, ``relaxations`` the mean number of passes over a block's own links in a sweep.
    """

    values: F64
    residual: float
    page_residual: float
    error_bound: float
    sweeps: int
    relaxations: float
    is_converged: bool

    def record(self) -> dict[str, float | int | bool]:
        """Everything but the vector, for a manifest."""
        return {name: value for name, value in vars(self).items() if name != "values"}


def solve(
    links: InLinks,
    base: F64,
    scale: F64,
    *,
    damping: float = 0.85,
    tolerance: float = 1e-9,
    page_tolerance: float = np.inf,
    page_floor: float = 0.0,
    threads: int | None = None,
    start: F64 | None = None,
    max_sweeps: int = 1000,
    shelf: Shelf | None = None,
) -> Solution:
    """Solve the system to ``residual <= tolerance`` and ``page_residual <= page_tolerance``.

    ``base`` must not be negative, ``scale`` is 0 where a page has no out-links, ``damping`` is the
    largest column sum of the matrix and serves the error bound alone. ``start`` is a first guess.
    Pages are compared with ``page_floor`` where they hold less: needed where most base is 0.
    The result depends on ``start``, never on ``threads``. ``is_converged`` is False when
    ``max_sweeps`` were not enough or rounding does not allow the tolerance.

    Links may be memory-mapped. With a ``shelf`` their blocks leave memory too, once they pass its
    budget; each sweep then reads them in order. About 100 bytes a page always stay in memory.
    """
    with ThreadPoolExecutor(n_threads := threads or n_cores()) as pool:
        team = Team(pool, n_threads)
        sweeper = _Sweeper(
            cut_blocks(links, base, scale, team, shelf or Shelf()), team, page_floor, start
        )
        goal = 1.0
        while True:
            sweeper.run(goal * tolerance, goal * page_tolerance, max_sweeps)
            found = _publish(sweeper, links, base, scale, damping)
            missed = max(found.residual / tolerance, found.page_residual / page_tolerance)
            if missed <= 1 or sweeper.n_sweeps >= max_sweeps or goal < 1e-4:
                return _checked(found, missed <= 1)
            goal *= 0.4


def _checked(found: Solution, is_converged: bool) -> Solution:
    return Solution(**{**vars(found), "is_converged": is_converged})


@dataclass
class _Sweeper:
    """The iteration: ``x`` enters a sweep, ``out`` leaves it. ``q`` is what blocks see of each
    other: first of all pages as they leave the sweep, then of all as they entered it. Of two sweeps
    before, what they changed and by how much their results differ suffices in four bytes.
    """

    blocks: Blocks
    team: Team
    page_floor: float
    start: F64 | None = None
    n_sweeps: int = 0
    n_relaxations: float = 0
    x: F64 = field(init=False)
    q: F64 = field(init=False)

    def __post_init__(self) -> None:
        b = self.blocks
        self.x = b.base.copy() if self.start is None else self.start[b.pages].astype(np.float64)
        n = len(self.x)
        self.q = np.empty(2 * n)
        np.multiply(self.x, b.scale, out=self.q[n:])
        self.out, self.past_out = np.full((2, n), 0.0)
        self.past_turn, self.past_steps = np.full(n, np.float32(0)), np.full((2, n), np.float32(0))
        self.tally = np.zeros((b.n_blocks, len(TALLY)))
        self.tally[:, TALLY.index("relaxations")] = MAX_RELAXATIONS / 2
        self.width = int(np.diff(b.cuts).max(initial=0))

    def run(self, tolerance: float, page_tolerance: float, max_sweeps: int) -> None:
        """Sweep until what is published should be good enough; ``x`` is then the last result."""
        last_change = 0.0
        is_done = not len(self.x)
        while not is_done and self.n_sweeps < max_sweeps:
            self._sweep()
            change, total, worst = (self._sum("change"), self._sum("total"), self._worst())
            is_falling = change < last_change
            falls_to = max(change / last_change, LEAST_FALL) if is_falling else 1.0
            is_done = (
                RESIDUAL * falls_to * change <= tolerance * total
                and falls_to * worst <= page_tolerance
            )
            self._extrapolate(is_trusted=is_falling)
            last_change = change

    def _sum(self, name: str) -> float:
        return float(self.tally[:, TALLY.index(name)].sum())

    def _worst(self) -> float:
        return float(self.tally[:, TALLY.index("worst")].max())

    def _sweep(self) -> None:
        b = self.blocks
        self.out, self.past_out = self.past_out, self.out
        edges = (*b.near.columns(), *b.far.columns())
        state = (self.q, self.x, self.out, self.past_steps, self.tally, self.width,
                 self.page_floor)  # fmt: skip
        for parts in self._shares():
            self.team.each(
                lambda part: _relax(part, b.cuts, b.base, b.scale, *edges, *state), parts
            )
        self.n_sweeps += 1
        self.n_relaxations += self._sum("relaxations")

    def _shares(self) -> list[list[I64]]:
        """The blocks of each wave, dealt to the threads by what they cost in the sweep before."""
        b, relaxations = self.blocks, self.tally[:, TALLY.index("relaxations")]
        cost = FAR_COST * np.diff(b.far.first) + relaxations * np.diff(b.near.first)
        waves = (np.arange(*wave) for wave in pairwise(b.waves.tolist()))
        return [_dealt(wave, cost, self.team.size) for wave in waves]

    def _extrapolate(self, *, is_trusted: bool) -> None:
        """Anderson's step of depth two: the mix of the last results with the least change."""
        mix = self._best_mix() if is_trusted else np.zeros(2)
        older = (self.n_sweeps - 1) % 2
        past = (self.past_out, self.past_turn, self.past_steps[older])
        state = (self.x, self.out, *past, self.q[len(self.x) :], self.blocks.scale)
        shares = (mix[1 - older], mix[older])
        ranges = self.team.ranges(len(self.x), LEAST_PART)
        self.team.each(lambda r: _mix(*r, *shares, *state), ranges)

    def _best_mix(self) -> F64:
        """Shares of the two past results, from least squares over the noted inner products."""
        a0, a1, l00, l01, l11 = self.tally[:, TALLY.index("a0") :].sum(axis=0)
        known = slice(0, min(self.n_sweeps - 1, 2))
        mix = np.zeros(2)
        matrix, along = np.array([[l00, l01], [l01, l11]]), np.array([a0, a1])
        mix[known] = np.linalg.lstsq(matrix[known, known], along[known], rcond=1e-12)[0]
        return mix


def _dealt(wave: I64, cost: F64, n_workers: int) -> list[I64]:
    """The blocks of a wave, dealt to workers so that all have about the same work."""
    shares: list[list[int]] = [[] for _ in range(n_workers)]
    load = np.zeros(n_workers)
    for block in wave[np.argsort(-cost[wave], kind="stable")].tolist():
        least = int(load.argmin())
        shares[least].append(block)
        load[least] += cost[block]
    return [np.array(share) for share in shares if share]


def _publish(sweeper: _Sweeper, links: InLinks, base: F64, scale: F64, damping: float) -> Solution:
    swept, state = np.zeros(links.n_pages), (sweeper.blocks.pages, sweeper.x)
    ranges = sweeper.team.ranges(len(sweeper.x), LEAST_PART)
    sweeper.team.each(lambda r: _lay(*r, *state, swept), ranges)
    values, change, page_residual = last_step(
        links, base, scale, swept, sweeper.page_floor, sweeper.team
    )
    residual = damping * change
    return Solution(
        values=values,
        residual=residual,
        page_residual=page_residual,
        error_bound=residual / (1 - damping),
        sweeps=sweeper.n_sweeps,
        relaxations=sweeper.n_relaxations / max(sweeper.n_sweeps * len(sweeper.tally), 1),
        is_converged=False,
    )


@kernel
def _relax(  # type: ignore[no-untyped-def]
    wave, cuts, base, scale, near_first, near_offsets, near_sources, near_amounts,
    far_first, far_offsets, far_sources, far_amounts, q, x, out, past_steps, tally, width, floor,
):  # fmt: skip
    given, local, shown = np.empty(width), np.empty(width), np.empty(width)
    one = np.uint64(1)
    for block in wave:
        lo, n = np.uint64(cuts[block]), np.uint64(cuts[block + 1] - cuts[block])
        at, sources, amounts = (
            far_offsets[cuts[block] + block :],
            far_sources[far_first[block] :],
            far_amounts[far_first[block] :],
        )
        for i in range(n):
            value = base[lo + i]
            for k in range(at[i], at[i + one]):
                value += amounts[k] * q[sources[k]]
            given[i], local[i], shown[i] = value, x[lo + i], x[lo + i] * scale[lo + i]
        at, sources, amounts = (
            near_offsets[cuts[block] + block :],
            near_sources[near_first[block] :],
            near_amounts[near_first[block] :],
        )
        first_change = 0.0
        for relaxation in range(MAX_RELAXATIONS):
            change = 0.0
            for i in range(n):
                value = given[i]
                for k in range(at[i], at[i + one]):
                    value += amounts[k] * shown[sources[k]]
                change += abs(value - local[i])
                local[i] = value
                shown[i] = value * scale[lo + i]
            if relaxation == 0:
                first_change = change
            if change <= ENOUGH * first_change:
                break
        tally[block, 0], tally[block, 3] = first_change, relaxation + 1
        total = worst = a0 = a1 = l00 = l01 = l11 = 0.0
        for i in range(n):
            value = local[i]
            step = value - x[lo + i]
            turn0, turn1 = step - past_steps[0, lo + i], step - past_steps[1, lo + i]
            total += value
            against = max(value, floor)
            if abs(step) > worst * against:
                worst = abs(step) / against if against > 0 else worst
            a0, a1 = a0 + turn0 * step, a1 + turn1 * step
            l00, l01, l11 = l00 + turn0 * turn0, l01 + turn0 * turn1, l11 + turn1 * turn1
            out[lo + i], q[lo + i] = value, shown[i]
        tally[block, 1], tally[block, 2] = total, worst
        tally[block, 4], tally[block, 5] = a0, a1
        tally[block, 6], tally[block, 7], tally[block, 8] = l00, l01, l11


@kernel
def _mix(  # type: ignore[no-untyped-def]
    lo, hi, mix_last, mix_older, x, out, past_out, past_turn, past_step, q, scale
):
    """``past_turn`` is by how much the last result differs from the one before."""
    for i in range(lo, hi):
        value = out[i]
        turn = value - past_out[i]
        past_step[i] = value - x[i]
        x[i] = value - mix_last * turn - mix_older * (turn + past_turn[i])
        past_turn[i] = turn
        q[i] = x[i] * scale[i]


@kernel
def _lay(lo, hi, pages, x, swept):  # type: ignore[no-untyped-def]
    """Results at their places in the graph; a mix may have fallen below nothing."""
    for i in range(lo, hi):
        swept[pages[i]] = max(x[i], 0.0)
