"""The exact step that ends the work of the solver: over every link once, and it proves itself.

    z = base + d P^T y          r_j = |z_j - y_j| for pages with out-links, else 0

What z misses its own equation by is ``d P^T (z - y)``, so in all at most ``d |r|_1``; and for each
page at most ``e z_j`` if ``r_i <= e z_i`` for all pages. Pages with the same in-links get the same
bits.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from linkshed.graph.blocks import Team
from linkshed.graph.csr import F64, InLinks
from linkshed.graph.kernel import kernel, row

PARTS = 64  # sums are added in this many parts, so that they do not depend on the threads


def last_step(
    links: InLinks, base: F64, scale: F64, swept: F64, floor: float, team: Team
) -> tuple[F64, float, float]:
    """``base + sum over in-links of amount * scale * swept`` of the source, for every page.

    Then the sum of ``r`` as a share of the sum of these values, and its largest share of a page;
    pages with less than ``floor`` are compared with that. What is given for pages with a ``scale``
    of 0, which have no out-links, does not matter.
    """
    parts, values = _even_parts(links), np.empty(links.n_pages)
    shown, tally = np.empty(links.n_pages), np.zeros((PARTS, 3))

    def show(part: tuple[int, int]) -> None:
        cut = slice(*part)
        np.multiply(swept[cut], scale[cut], out=shown[cut])

    team.each(show, parts)
    state = (links.offsets, links.sources, links.amounts, base, scale, swept, shown, floor)
    team.each(lambda n: _step(*parts[n], *state, values, tally[n]), range(PARTS))
    change, total = tally[:, :2].sum(axis=0)
    return values, float(change / (total or 1.0)), float(tally[:, 2].max())


def _even_parts(links: InLinks) -> list[tuple[int, int]]:
    """Ranges of pages into which about as many links lead."""
    evenly = np.linspace(0, len(links.sources), PARTS + 1)[1:-1]
    return list(pairwise([0, *np.searchsorted(links.offsets, evenly).tolist(), links.n_pages]))


@kernel
def _step(  # type: ignore[no-untyped-def]
    lo, hi, offsets, sources, amounts, base, scale, swept, shown, floor, values, tally
):
    changed = total = worst = 0.0
    for page in range(lo, hi):
        value = base[page]
        for k in row(offsets, page):
            value += amounts[k] * shown[sources[k]]
        values[page] = value
        total += value
        if scale[page] > 0:
            change, against = abs(value - swept[page]), max(value, floor)
            changed += change
            if change > worst * against:
                worst = change / against if against > 0 else worst
    tally[0], tally[1], tally[2] = changed, total, worst
