"""Degrees, depth, folding and levels against a few lines of plain Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from linkshed.graph import csr, degrees
from linkshed.graph.distance import UNREACHED, depths
from linkshed.graph.levels import group_links, sum_by_group

Array = NDArray[Any]


@dataclass
class Rows:
    """Link rows sorted by target, then source, with their by-source order."""

    source: Array
    target: Array
    in_offsets: Array
    out_offsets: Array
    out_order: Array
    flags: Array
    group: Array

    def each(self) -> list[tuple[int, int, int, int, int]]:
        """(source, target, source's group, target's group, flags) of every row."""
        s, t, g = self.source, self.target, self.group
        columns = (s, t, g[s], g[t], self.flags)
        return list(zip(*(c.tolist() for c in columns), strict=True))


def random_rows(seed: int, n_pages: int, n_links: int) -> Rows:
    rng = np.random.default_rng(seed)
    source, target = rng.integers(0, n_pages, (2, n_links)).astype(np.uint32)
    order = np.lexsort((source, target))
    source, target = source[order], target[order]
    by_source = np.argsort(source, kind="stable").astype(np.uint32)
    steps = rng.random(n_pages) < 0.3
    steps[0] = False
    borders = np.arange(n_pages + 1)
    return Rows(
        source, target,
        np.searchsorted(target, borders).astype(np.uint64),
        np.searchsorted(source[by_source], borders).astype(np.uint64),
        by_source,
        rng.choice(np.array([0, 1, 3], np.uint8), n_links),
        np.cumsum(steps).astype(np.uint32),
    )  # fmt: skip


rows = st.builds(random_rows, st.integers(0, 2**31), st.integers(1, 25), st.integers(0, 150))
quick = settings(deadline=None, max_examples=80)


@quick
@given(rows)
def test_page_in_degrees(web: Rows) -> None:
    found = degrees.page_in_degrees(web.in_offsets, web.source, web.flags, web.group)
    for page in range(len(web.group)):
        into = [r for r in web.each() if r[1] == page and r[4]]
        back = [r for r in into if r[2] != r[3]]
        followed = [r for r in back if r[4] == 3]
        expected = (
            len(into), len(back), len(followed), len({r[0] for r in back}),
            len({r[2] for r in back}), len({r[2] for r in followed}),
        )  # fmt: skip
        assert tuple(found[name][page] for name in degrees.PAGE_IN) == expected


@quick
@given(rows)
def test_page_out_degrees(web: Rows) -> None:
    columns = (web.out_offsets, web.out_order, web.target, web.flags, web.group)
    found = degrees.page_out_degrees(*columns)
    for page in range(len(web.group)):
        out = [r for r in web.each() if r[0] == page and r[4]]
        away = [r for r in out if r[2] != r[3]]
        expected = (len(out), len(out) - len(away), len(away), len({r[3] for r in away}))
        assert tuple(found[name][page] for name in degrees.PAGE_OUT) == expected


@quick
@given(rows)
def test_group_degrees(web: Rows) -> None:
    columns = (web.out_offsets, web.out_order, web.target, web.flags, web.group)
    found = degrees.group_in_degrees(web.in_offsets, web.source, web.flags, web.group)
    found |= degrees.group_out_degrees(*columns)
    away = [r for r in web.each() if r[2] != r[3] and r[4]]
    for group in range(int(web.group[-1]) + 1):
        into, out = [r for r in away if r[3] == group], [r for r in away if r[2] == group]
        expected = (
            len({r[0] for r in into}), len({r[2] for r in into}),
            len({r[2] for r in into if r[4] == 3}),
            len({r[3] for r in out}), len({r[3] for r in out if r[4] == 3}),
        )  # fmt: skip
        names = (*degrees.GROUP_IN, *degrees.GROUP_OUT)
        assert tuple(found[name][group] for name in names) == expected


@quick
@given(rows, st.data())
def test_depth_is_the_shortest_path_inside_the_group(web: Rows, data: st.DataObject) -> None:
    n = len(web.group)
    roots = np.array(sorted(data.draw(st.sets(st.integers(0, n - 1)))), np.int64)
    is_step = web.flags > 0
    found = depths(web.out_offsets, web.out_order, web.target, is_step, web.group, roots)
    graph = nx.DiGraph([(r[0], r[1]) for r in web.each() if r[4] and r[2] == r[3]])
    graph.add_nodes_from(range(n))
    known = nx.multi_source_dijkstra_path_length(graph, set(roots.tolist())) if len(roots) else {}
    assert found.tolist() == [known.get(page, UNREACHED) for page in range(n)]


@quick
@given(rows, st.integers(0, 2**31))
def test_group_links_are_the_distinct_pairs(web: Rows, seed: int) -> None:
    n, rng = len(web.group), np.random.default_rng(seed)
    receiver = np.where(rng.random(n) < 0.3, rng.integers(0, n, n), np.arange(n)).astype(np.uint32)
    members = csr.members_of(receiver)
    n_groups = int(web.group[-1]) + 1
    links = group_links(web.in_offsets, web.source, web.flags == 3, members, web.group, n_groups)
    pairs = defaultdict(Counter[int])
    for source, target, _, _, flag in web.each():
        here, there = int(web.group[source]), int(web.group[receiver[target]])
        if flag == 3 and here != there:
            pairs[there][here] += 1
    for group in range(n_groups):
        part = slice(links.offsets[group], links.offsets[group + 1])
        row = zip(links.sources[part].tolist(), links.amounts[part].tolist(), strict=True)
        assert sorted(row) == sorted(pairs[group].items())


@quick
@given(rows, st.integers(0, 2**31))
def test_fold_moves_links_to_the_receiver(web: Rows, seed: int) -> None:
    n, rng = len(web.group), np.random.default_rng(seed)
    receiver = np.where(rng.random(n) < 0.3, rng.integers(0, n, n), np.arange(n)).astype(np.uint32)
    weight = rng.choice(np.array([0, 0.5, 1], np.float32), len(web.source))
    passes = rng.choice(np.array([0, 0.1, 1], np.float32), len(web.source))
    links = csr.fold(web.in_offsets, web.source, weight, passes, csr.members_of(receiver))
    dense = np.zeros((n, n))
    np.add.at(dense, (receiver[web.target], web.source), weight.astype(float) * passes)
    found = np.zeros((n, n))
    target = np.repeat(np.arange(n), np.diff(links.offsets))
    np.add.at(found, (target, links.sources), links.amounts)
    assert found == pytest.approx(dense, rel=1e-15)
    assert (links.amounts > 0).all()


def test_amounts_take_four_bytes_when_that_is_exact() -> None:
    one = np.ones(1, np.float32)
    members = csr.members_of(np.arange(2, dtype=np.uint32))
    rows = (np.array([0, 0, 1]), np.zeros(1, np.uint32))
    assert csr.fold(*rows, one, one, members).amounts.dtype == np.float32
    assert csr.fold(*rows, one, one / 10, members).amounts.dtype == np.float64


def test_members_lists_who_is_folded_into_whom() -> None:
    members = csr.members_of(np.array([2, 1, 2, 2], np.uint32))
    assert [members.of(page).tolist() for page in range(4)] == [[], [1], [0, 2, 3], []]


def test_sum_by_group() -> None:
    total = sum_by_group(np.array([1, 2, 3], np.uint32), np.array([0, 2, 2]), np.array([2, 2, 3]))
    assert total.tolist() == [3, 0, 3]
