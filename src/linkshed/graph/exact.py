"""One step of the equity equation over every link, and by how much values miss it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from linkshed.graph.blocks import Team
from linkshed.graph.csr import F64, InLinks
from linkshed.graph.kernel import kernel

PARTS = 64  # sums are added in this many parts, so that they do not depend on the threads


def step(links: InLinks, base: F64, shown: F64, team: Team) -> F64:
    """``base + sum over in-links of amount * shown[source]`` for every page."""
    values = np.empty(links.n_pages)
    state = (links.offsets, links.sources, links.amounts, base, shown, values)
    team.each(lambda part: _gather(*part, *state), _even_parts(links))
    return values


def misses(
    links: InLinks, base: F64, scale: F64, values: F64, floor: float, team: Team
) -> tuple[float, float]:
    """By how much values differ from ``step`` of themselves.

    First the sum of the differences as a share of the sum of the values, then the largest share of
    a page; pages with less than ``floor`` are compared with that.
    """
    parts = _even_parts(links)
    shown, tally = np.empty(links.n_pages), np.zeros((PARTS, 3))

    def show(part: tuple[int, int]) -> None:
        cut = slice(*part)
        np.multiply(values[cut], scale[cut], out=shown[cut])

    team.each(show, parts)
    state = (links.offsets, links.sources, links.amounts, base, shown, values, floor)
    team.each(lambda n: _compare(*parts[n], *state, tally[n]), range(PARTS))
    missed, total = tally[:, :2].sum(axis=0)
    return float(missed / (total or 1.0)), float(tally[:, 2].max())


def _even_parts(links: InLinks) -> list[tuple[int, int]]:
    """Ranges of pages into which about as many links lead."""
    evenly = np.linspace(0, len(links.sources), PARTS + 1)[1:-1]
    return list(pairwise([0, *np.searchsorted(links.offsets, evenly).tolist(), links.n_pages]))


@kernel
def _received(page, offsets, sources, amounts, base, shown):  # type: ignore[no-untyped-def]
    value = base[page]
    for k in range(offsets[page], offsets[page + 1]):
        value += amounts[k] * shown[sources[k]]
    return value


@kernel
def _gather(lo, hi, offsets, sources, amounts, base, shown, values):  # type: ignore[no-untyped-def]
    for page in range(lo, hi):
        values[page] = _received(page, offsets, sources, amounts, base, shown)


@kernel
def _compare(lo, hi, offsets, sources, amounts, base, shown, values, floor, tally):  # type: ignore[no-untyped-def]
    missed = total = worst = 0.0
    for page in range(lo, hi):
        value = values[page]
        error = abs(_received(page, offsets, sources, amounts, base, shown) - value)
        against = max(value, floor)
        missed += error
        total += value
        if error > worst * against:
            worst = error / against if against > 0 else worst
    tally[0], tally[1], tally[2] = missed, total, worst
