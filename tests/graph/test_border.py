"""Links inside a part of a graph and links into it, against a few lines of plain Python."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from linkshed.graph.border import entering, inner_rows

seeds = st.integers(0, 2**31)


@settings(max_examples=50, deadline=None)
@given(seed=seeds, n=st.integers(1, 12), n_links=st.integers(0, 60))
def test_inner_rows_are_the_rows_without_what_leads_out(seed: int, n: int, n_links: int) -> None:
    rng = np.random.default_rng(seed)
    offsets, ends = _rows(rng, n, n_links)
    amounts, scale = rng.random(n_links, np.float32), rng.random(n)
    part = np.flatnonzero(rng.random(n) < 0.5)
    place = {page: at for at, page in enumerate(part.tolist())}
    found = inner_rows(offsets, ends, amounts, part, scale)
    told = [
        [(place[ends[k]], amounts[k] * scale[page])
         for k in range(offsets[page], offsets[page + 1]) if ends[k] in place]
        for page in part
    ]  # fmt: skip
    assert np.diff(found.offsets).tolist() == [len(row) for row in told]
    flat = [link for row in told for link in row]
    assert list(zip(found.sources.tolist(), found.amounts.tolist(), strict=True)) == flat


@settings(max_examples=50, deadline=None)
@given(seed=seeds, n=st.integers(1, 12), n_links=st.integers(0, 60))
def test_what_enters_comes_from_outside_and_carries_something(
    seed: int, n: int, n_links: int
) -> None:
    rng = np.random.default_rng(seed)
    offsets, sources = _rows(rng, n, n_links)
    weight, passes = rng.integers(0, 3, (2, n_links)).astype(np.float32)
    equity, scale, is_inside = rng.random(n), rng.random(n), rng.random(n) < 0.5
    pages = np.flatnonzero(rng.random(n) < 0.5)
    links = offsets.astype(np.uint64), sources, weight, passes
    found = entering(*links, (equity, scale), is_inside, pages)
    told = [
        (k, page, equity[sources[k]] * scale[sources[k]] * (weight[k] * passes[k]))
        for page in pages.tolist()
        for k in range(offsets[page], offsets[page + 1])
        if not is_inside[sources[k]] and weight[k] * passes[k] > 0
    ]
    assert list(zip(*(column.tolist() for column in found), strict=True)) == told


def _rows(
    rng: np.random.Generator, n: int, n_links: int
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    keys = np.sort(rng.integers(0, n, n_links))
    ends = rng.integers(0, n, n_links).astype(np.uint32)
    return np.searchsorted(keys, np.arange(n + 1)), ends
