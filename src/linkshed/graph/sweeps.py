"""Whole sweeps: the end of a spread that has reached most of a graph.

A sweep takes all pages in order and lets each hand on what it has left, so that links are read one
after the other: several times faster per link than pushing page by page from a queue, once most
pages have something. What is left over is affine in what was passed, so any mix of past states with
weights that sum to 1 is a state too; after each sweep the mix with the least squares left over goes
on (Anderson's extrapolation). What a state says is left over is exact, so the bound of ``push``
holds as it does there.

Sources: Walker and Ni, Anderson acceleration for fixed-point iterations, SIAM J. Numer. Anal. 2011.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from linkshed.graph.csr import F64
from linkshed.graph.kernel import fetch, kernel, row

EARLIER = 2  # states that are mixed with that of now
MOST_MIXED = 60  # sweeps alone end too, however the mixes behave
AHEAD = 96  # links whose other ends are fetched while others are followed


class _States:
    """The states before the last: what pages passed, and what they have left. ``products`` are the
    inner products of what is left over in each of them and, last, in the state of now.
    """

    def __init__(self, n: int) -> None:
        self.passed, self.left = np.empty((EARLIER, n)), np.empty((EARLIER, n))
        self.products = np.zeros((EARLIER + 1, EARLIER + 1))
        self.n_seen = 0

    def mix(self, passed: F64, left: F64) -> None:
        """Replace a state by the best mix of it and those before; it is kept as it was."""
        n_known, oldest = min(self.n_seen, EARLIER), self.n_seen % EARLIER
        self.products[-1] = self.products[:, -1] = _with_each(left, self.left, n_known)
        weights = self._weights(n_known)
        _blend(weights, 1 - weights.sum(), oldest, passed, left, self.passed, self.left)
        self.products[oldest] = self.products[-1]
        self.products[:, oldest] = self.products[:, -1]
        self.products[oldest, oldest] = self.products[-1, -1]
        self.n_seen += 1

    def _weights(self, n_known: int) -> F64:
        """Weights of states before from least squares over their differences from that of now."""
        p = self.products
        with_now = p[:n_known, -1]
        matrix = p[:n_known, :n_known] - with_now - with_now[:, None] + p[-1, -1]
        return np.asarray(np.linalg.lstsq(matrix, p[-1, -1] - with_now, rcond=1e-12)[0])


def finish(sweep: Callable[..., float], graph: tuple[Any, ...], rows: tuple[Any, ...],
           passed: F64, left: F64, floor: float) -> int:  # fmt: skip
    """Sweep until no page has more than ``floor`` left; ``passed`` and ``left`` are changed.
    Returns how many sweeps it took.

    ``sweep`` is ``sweep_out``, or ``sweep_back`` with room for what pages gain; ``graph`` and
    ``rows`` are what it takes first, with a scale of 0 at the pages that have other rows.
    """
    states, n_sweeps = _States(len(left)), 1
    while sweep(*graph, *rows, left, passed, floor / 2) > floor:
        n_sweeps += 1
        if states.n_seen < MOST_MIXED:
            states.mix(passed, left)
    return n_sweeps


@kernel
def _with_each(left, all_left, n_known):  # type: ignore[no-untyped-def]
    """The inner products of what is left over with that of the known states, and with itself."""
    sums = np.zeros(len(all_left) + 1)
    for page in range(len(left)):
        for state in range(n_known):
            sums[state] += left[page] * all_left[state, page]
        sums[-1] += left[page] * left[page]
    return sums


@kernel
def _blend(weights, own, oldest, passed, left, all_passed, all_left):  # type: ignore[no-untyped-def]
    """The mix takes the place of the state of now, and that the place of the oldest."""
    for page in range(len(left)):
        now, rest = passed[page], left[page]
        both, both_rest = own * now, own * rest
        for state in range(len(weights)):
            both += weights[state] * all_passed[state, page]
            both_rest += weights[state] * all_left[state, page]
        all_passed[oldest, page], all_left[oldest, page] = now, rest
        passed[page], left[page] = both, both_rest


@kernel
def _most(left):  # type: ignore[no-untyped-def]
    most = 0.0
    for page in range(len(left)):
        most = max(most, abs(left[page]))
    return most


@kernel
def sweep_out(  # type: ignore[no-untyped-def]
    offsets, targets, amounts, scale, keys, borders, patch_targets, patch_shares, left, passed,
    floor,
):  # fmt: skip
    """Every page with more than ``floor`` left hands it on along links; the most left afterwards.

    ``keys`` are the pages that have other rows, ascending.
    """
    at, ahead, last = 0, np.uint64(AHEAD), np.uint64(max(len(targets) - 1, 0))
    for page in range(len(left)):
        amount = left[page]
        if abs(amount) <= floor:
            continue
        left[page] = 0.0
        passed[page] += amount
        scaled = amount * scale[page]
        if scaled != 0:
            for k in row(offsets, page):
                fetch(left, targets[min(k + ahead, last)])
                left[targets[k]] += scaled * amounts[k]
        while at < len(keys) and keys[at] < page:
            at += 1
        if at < len(keys) and keys[at] == page:
            for k in row(borders, at):
                left[patch_targets[k]] += amount * patch_shares[k]
    return _most(left)


@kernel
def sweep_back(  # type: ignore[no-untyped-def]
    gained, offsets, sources, amounts, scale, keys, borders, patch_sources, patch_shares, left,
    passed, floor,
):  # fmt: skip
    """The same against links; ``keys`` are the pages that other rows lead to, ascending.

    ``gained``, 0 before and after, is what pages get through links, before their own scale: one
    place is looked for at each link, not two.
    """
    at, ahead, last = 0, np.uint64(AHEAD), np.uint64(max(len(sources) - 1, 0))
    for page in range(len(left)):
        amount = left[page] + gained[page] * scale[page]
        gained[page] = 0.0
        left[page] = amount
        if abs(amount) <= floor:
            continue
        left[page] = 0.0
        passed[page] += amount
        for k in row(offsets, page):
            fetch(gained, sources[min(k + ahead, last)])
            gained[sources[k]] += amount * amounts[k]
        while at < len(keys) and keys[at] < page:
            at += 1
        if at < len(keys) and keys[at] == page:
            for k in row(borders, at):
                left[patch_sources[k]] += amount * patch_shares[k]
    for page in range(len(left)):
        left[page] += gained[page] * scale[page]
        gained[page] = 0.0
    return _most(left)
