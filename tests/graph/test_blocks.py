"""Blocks hold the links of the graph they are cut from, rows of one length together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from linkshed.graph.blocks import LENGTHS, WINDOW, Blocks, Edges, Team, cut_blocks
from linkshed.graph.csr import F64, InLinks
from linkshed.graph.shelf import Shelf


def some_links(seed: int, n: int, per_page: int) -> InLinks:
    """Links mostly to near pages; some pages have none, some very many."""
    rng = np.random.default_rng(seed)
    count = rng.poisson(per_page * rng.pareto(1.2, n)).clip(0, 4 * LENGTHS)
    target = np.repeat(np.arange(n), count)
    step = rng.geometric(0.02, len(target)) * rng.choice((-1, 1), len(target))
    anywhere = rng.random(len(target)) < 0.2
    source = np.where(anywhere, rng.integers(0, n, len(target)), (target + step) % n)
    offsets = np.concatenate(([0], np.cumsum(count)))
    amounts = rng.random(len(target)).astype(np.float32)
    return InLinks(offsets, source.astype(np.uint32), amounts)


def cut(links: InLinks, scale: F64, threads: int = 2) -> Blocks:
    with ThreadPoolExecutor(threads) as pool:
        return cut_blocks(links, np.full(links.n_pages, 0.15), scale, Team(pool, threads), Shelf())


def rows(found: Blocks, edges: Edges, is_near: bool) -> list[tuple[int, int, float]]:
    """Target, source and amount of every link, as pages of the graph."""
    all_rows = []
    for block in range(found.n_blocks):
        lo, hi = found.cuts[block], found.cuts[block + 1]
        for i in range(lo, hi):
            start, stop = edges.first[block] + edges.offsets[i + block : i + block + 2]
            for k in range(int(start), int(stop)):
                source = int(edges.sources[k]) + (int(lo) if is_near else 0)
                source %= len(found.pages)
                amount = float(edges.amounts[k])
                all_rows.append((int(found.pages[i]), int(found.pages[source]), amount))
    return all_rows


@given(seed=st.integers(0, 10_000), n=st.integers(1, 400), per_page=st.integers(0, 12))
@settings(max_examples=30, deadline=None)
def test_every_link_between_swept_pages_is_in_one_block(seed: int, n: int, per_page: int) -> None:
    links = some_links(seed, n, per_page)
    scale = np.where(np.random.default_rng(seed).random(n) < 0.8, 0.5, 0.0)
    found = cut(links, scale)
    is_swept = scale > 0
    assert sorted(found.pages.tolist()) == np.flatnonzero(is_swept).tolist()
    target = np.repeat(np.arange(n), np.diff(links.offsets))
    inside = is_swept[target] & is_swept[links.sources]
    columns = (target[inside], links.sources[inside], links.amounts[inside])
    expected = sorted(zip(*(column.tolist() for column in columns), strict=True))
    cut_rows = rows(found, found.near, True) + rows(found, found.far, False)
    assert sorted(row for row in cut_rows if row[2] > 0) == expected
    n_idle = np.count_nonzero(is_swept[target] & ~is_swept[links.sources])
    assert len(cut_rows) == len(expected) + n_idle
    assert np.array_equal(found.base, np.full(len(found.pages), 0.15))
    assert np.array_equal(found.scale, scale[found.pages])


def test_rows_of_one_length_follow_one_another_in_windows_of_a_block() -> None:
    links = some_links(1, 60_000, 4)
    found = cut(links, np.full(links.n_pages, 0.5))
    assert found.n_blocks > 2
    for block in range(found.n_blocks):
        lo, hi = (int(cut) for cut in found.cuts[block : block + 2])
        ends = slice(lo + block, hi + block + 1)
        lengths = [np.diff(edges.offsets[ends].astype(int)) for edges in (found.far, found.near)]
        far, near = (np.minimum(each, LENGTHS - 1) for each in lengths)
        for window in range(0, hi - lo, WINDOW):
            part = slice(window, window + WINDOW)
            keys = list(zip(-far[part], -near[part], found.pages[lo:hi][part], strict=True))
            assert keys == sorted(keys)


def test_far_sources_are_read_as_new_where_their_wave_comes_before() -> None:
    links = some_links(3, 300_000, 4)
    found = cut(links, np.full(links.n_pages, 0.5))
    n = len(found.pages)
    assert found.waves.tolist() == sorted({*found.waves.tolist()})
    assert (found.waves[0], found.waves[-1]) == (0, found.n_blocks)
    wave_of_block = np.repeat(np.arange(len(found.waves) - 1), np.diff(found.waves))
    wave_of_page = np.repeat(wave_of_block, np.diff(found.cuts))
    for block in range(found.n_blocks):
        sources = found.far.sources[found.far.first[block] : found.far.first[block + 1]]
        is_earlier = wave_of_page[sources % n] < wave_of_block[block]
        assert np.array_equal(sources < n, is_earlier)
    assert 0 < np.count_nonzero(found.far.sources < n) < len(found.far.sources)


def test_blocks_do_not_depend_on_the_threads() -> None:
    links = some_links(2, 80_000, 4)
    scale = np.full(links.n_pages, 0.5)
    one, many = cut(links, scale, 1), cut(links, scale, 5)
    assert one.n_blocks > 2
    for name in ("pages", "cuts", "waves", "base", "scale"):
        assert np.array_equal(getattr(one, name), getattr(many, name))
    for edges in ("near", "far"):
        for a, b in zip(getattr(one, edges).columns(), getattr(many, edges).columns(), strict=True):
            assert np.array_equal(a, b)
