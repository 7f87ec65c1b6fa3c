"""What a spread is said to be off by, against dense algebra, wherever it stopped."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from linkshed.graph.csr import InLinks
from linkshed.graph.push import spreading_out, turned
from linkshed.simulate.doubt import doubt_of

D = 0.85
ROUNDING = 1e-12


@settings(deadline=None)
@given(seed=st.integers(0, 2**31), n=st.integers(2, 40), floor=st.sampled_from([1e-1, 1e-3, 1e-8]))
def test_no_page_is_off_by_more_than_is_said(seed: int, n: int, floor: float) -> None:
    rng = np.random.default_rng(seed)
    amounts = rng.random((n, n)) * (rng.random((n, n)) < 0.2)
    np.fill_diagonal(amounts, 0)
    whole = amounts.sum(axis=1) * rng.uniform(1, 1.5, n)
    scale = np.divide(D, whole, out=np.zeros(n), where=whole > 0)
    targets, sources = np.nonzero(amounts.T)
    offsets = np.searchsorted(targets, np.arange(n + 1)).astype(np.int64)
    links = InLinks(offsets, sources.astype(np.uint32), amounts[sources, targets])
    base = rng.choice([0.0, 0.05, 1.0], n)
    inverse = np.linalg.inv(np.eye(n) - amounts * scale[:, None])
    given_at = rng.normal(size=n) * (rng.random(n) < 0.3)
    with spreading_out(turned(links), scale, np.arange(n), given_at) as spread:
        spread.to(10 * floor)
        found = spread.to(floor)
    exact, held = given_at @ inverse, (1 - D) * base @ inverse
    answer, rest = np.zeros(n), np.zeros(n)
    answer[found.pages], rest[found.pages] = found.values, found.rest
    off, doubt = np.abs(answer - exact), doubt_of(rest, base, D)
    assert (off <= np.minimum(doubt.share * held + doubt.unbased, doubt.most) + ROUNDING).all()
    assert off.sum() <= doubt.total + ROUNDING
    is_whole = base == 1
    assert (off[is_whole] <= doubt.relative * held[is_whole] + ROUNDING).all()
    near = np.maximum(held + rng.choice([-1, 1], n) * off, 0)
    assert (off <= doubt.at(near) + ROUNDING).all()
