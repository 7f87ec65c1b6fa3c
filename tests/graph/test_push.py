"""Residual push against dense linear algebra, within its own bound."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from linkshed.graph.csr import InLinks
from linkshed.graph.push import NO_PATCH, Patch, spread_back, spread_out, turned

D = 0.85
F64 = NDArray[np.float64]


def random_graph(rng: np.random.Generator, n: int) -> tuple[InLinks, F64, F64]:
    """In-links with amounts, d / A, and the dense d P they stand for."""
    amounts = np.where(rng.random((n, n)) < 0.3, rng.random((n, n)), 0.0)
    whole = amounts.sum(axis=1) * rng.uniform(1.0, 2.0, n)
    scale = np.divide(D, whole, out=np.zeros(n), where=whole > 0)
    targets, sources = np.nonzero(amounts.T)
    offsets = np.searchsorted(targets, np.arange(n + 1)).astype(np.int64)
    links = InLinks(offsets, sources.astype(np.uint32), amounts[sources, targets])
    return links, scale, amounts * scale[:, None]


def random_patch(rng: np.random.Generator, n: int, dense: F64) -> Patch:
    """New rows for some pages; ``dense`` is changed to match."""
    pages = np.flatnonzero(rng.random(n) < 0.3)
    rows = np.where(rng.random((len(pages), n)) < 0.4, rng.random((len(pages), n)), 0.0)
    rows *= D / np.maximum(rows.sum(axis=1, keepdims=True), 1.0)
    dense[pages] = rows
    owner, targets = np.nonzero(rows)
    offsets = np.searchsorted(owner, np.arange(len(pages) + 1)).astype(np.int64)
    return Patch(pages, offsets, targets.astype(np.uint32), rows[owner, targets])


@settings(deadline=None)
@given(seed=st.integers(0, 2**31), n=st.integers(1, 25), patched=st.booleans(),
       floor=st.sampled_from([1e-2, 1e-5, 1e-12]))  # fmt: skip
def test_both_directions_agree_with_the_inverse(
    seed: int, n: int, patched: bool, floor: float
) -> None:
    rng = np.random.default_rng(seed)
    links, scale, dense = random_graph(rng, n)
    patch = random_patch(rng, n, dense) if patched else NO_PATCH
    pages = rng.integers(0, n, 3)
    amounts = rng.normal(size=3)
    start = np.bincount(pages, weights=amounts, minlength=n)
    inverse = np.linalg.inv(np.eye(n) - dense)
    out = spread_out(turned(links), scale, pages, amounts, floor=floor, patch=patch)
    error = inverse.T @ start - out.at(np.arange(n))
    rest = np.zeros(n)
    rest[out.pages] = out.rest
    assert np.abs(rest).max() <= floor
    assert np.allclose(error, inverse.T @ rest, atol=1e-12)
    back = spread_back(links, scale, pages, amounts, floor=floor, patch=patch)
    assert np.abs(inverse @ start - back.at(np.arange(n))).max() <= floor / (1 - D) + 1e-12


def test_only_what_is_reached_is_touched() -> None:
    links = InLinks(np.array([0, 0, 1, 1, 2]), np.array([0, 2], np.uint32), np.ones(2))
    found = spread_out(turned(links), np.full(4, D), [0], [1.0], floor=1e-9)
    assert found.pages.tolist() == [0, 1]
    assert found.values.tolist() == [1.0, D]
    assert found.rest.tolist() == [0.0, 0.0]
