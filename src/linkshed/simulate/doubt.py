"""How far off what a spread found may be.

What is left over, r, would still make an error of ``e_j = sum of r_u Z_uj`` at j, Z = (I - d P)^-1.
Two things bound it. Since ``E_j = (1-d) sum of b_u Z_uj``, a share of E_j itself:

    |e_j| <= E_j max |r_u| / ((1-d) b_u)    and, for r at pages of no base,   sum |r_u| / (1-d^2)

And, whatever E_j is, the sum of what is left over, those above 0 and those below apart:

    |e_j| <= max(sum of r_u > 0, sum of -r_u > 0) / (1-d^2)

because Z_uj <= Z_jj, and who leaves a page comes back with probability d^2 at most: no page links
to itself, so it takes two links. The first is the lower one for ordinary pages, the second for the
strongest of a large web.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linkshed.graph.csr import F64


@dataclass(frozen=True)
class Doubt:
    """Of values y with ``y = r + (d P)^T y``: off by at most the ``share`` of E plus ``unbased``,
    by at most ``most``, and all together by at most ``total``. A page of base 1 is off by at most
    the share ``relative`` of its E.
    """

    share: float
    unbased: float
    relative: float
    most: float
    total: float

    def at(self, held: F64) -> F64:
        """How far off values are that make pages hold ``held``."""
        if self.share >= 1:
            return np.full(len(held), self.most)
        return np.minimum(self.share / (1 - self.share) * held + self.unbased, self.most)


def doubt_of(rest: F64, base: F64, damping: float) -> Doubt:
    """The doubt when ``rest`` is left over at pages of such base."""
    size, has_base = np.abs(rest), base > 0
    most = float((size[has_base] / base[has_base]).max(initial=0.0))
    above = float(rest.sum(where=rest > 0))
    return doubt_from(most, float(size[~has_base].sum()), above, float(size.sum()) - above, damping)


def doubt_from(most: float, unbased: float, above: float, below: float, damping: float) -> Doubt:
    """The doubt when at most ``most`` of its base is left over at any page, ``unbased`` at pages of
    no base, and at all pages ``above`` 0 and ``below`` it.
    """
    returning, passing = 1 / (1 - damping**2), 1 / (1 - damping)
    share, unbased = most * passing, unbased * returning
    return Doubt(
        share,
        unbased,
        share + unbased * passing,
        max(above, below) * returning,
        (above + below) * passing,
    )
