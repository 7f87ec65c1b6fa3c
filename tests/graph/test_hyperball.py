"""Harmonic centrality against algebra, networkx, scipy on a real graph, and itself."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from linkshed.graph.blocks import Team
from linkshed.graph.csr import InLinks, transpose
from linkshed.graph.distance import harmonic_exact
from linkshed.graph.hyperball import hyperball, size_bytes, standard_error

SIZES = (2, 3, 10, 40)
Edges = NDArray[np.int64]


@pytest.fixture(scope="module")
def team() -> Iterator[Team]:
    with ThreadPoolExecutor(2) as pool:
        yield Team(pool, 2)


def links_of(n: int, edges: Edges) -> InLinks:
    """CSR by target of (source, target) rows."""
    source, target = np.asarray(edges, np.int64).reshape(-1, 2).T
    order = np.argsort(target, kind="stable")
    offsets = np.searchsorted(target[order], np.arange(n + 1)).astype(np.int64)
    return InLinks(offsets, source[order].astype(np.uint32), np.ones(len(order), np.float32))


def random_edges(seed: int, n: int, n_links: int) -> Edges:
    return np.random.default_rng(seed).integers(0, n, (n_links, 2))


def by_networkx(n: int, edges: Edges) -> list[float]:
    graph = nx.DiGraph((s, t) for s, t in edges.tolist() if s != t)
    graph.add_nodes_from(range(n))
    found = nx.harmonic_centrality(graph)
    return [found[i] for i in range(n)]


@pytest.mark.parametrize("n", SIZES)
def test_chain_cycle_clique_and_star(team: Team, n: int) -> None:
    steps = 1 / np.arange(1, n)
    chain = harmonic_exact(links_of(n, np.array([(i, i + 1) for i in range(n - 1)])), team)
    assert chain == pytest.approx([0, *np.cumsum(steps)], rel=1e-15)
    cycle = harmonic_exact(links_of(n, np.array([(i, (i + 1) % n) for i in range(n)])), team)
    assert cycle == pytest.approx(steps.sum(), rel=1e-15)
    pairs = np.array([(i, j) for i in range(n) for j in range(n) if i != j])
    assert harmonic_exact(links_of(n, pairs), team).tolist() == [n - 1] * n
    star = harmonic_exact(links_of(n, np.array([(i, 0) for i in range(1, n)])), team)
    assert star.tolist() == [n - 1] + [0] * (n - 1)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**31), st.integers(1, 60), st.integers(0, 200))
def test_exact_is_networkx(seed: int, n: int, n_links: int) -> None:
    edges = random_edges(seed, n, n_links)
    with ThreadPoolExecutor(1) as pool:
        found = harmonic_exact(links_of(n, edges), Team(pool, 1))
    assert found == pytest.approx(by_networkx(n, edges), rel=1e-12, abs=1e-12)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**31), st.data())
def test_a_new_link_never_takes_anyone_further_away(seed: int, data: st.DataObject) -> None:
    n = 20
    edges = random_edges(seed, n, 40)
    new = data.draw(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)))
    with ThreadPoolExecutor(1) as pool:
        team = Team(pool, 1)
        before = harmonic_exact(links_of(n, edges), team)
        after = harmonic_exact(links_of(n, np.vstack((edges, [new]))), team)
    assert (after >= before - 1e-12).all()


@pytest.mark.parametrize("log2m", [4, 6, 8, 10, 12])
def test_estimates_keep_their_stated_error(team: Team, log2m: int) -> None:
    """Over many hashes: all together, and every node with company; and nobody is favoured."""
    n, error = 400, standard_error(log2m)
    links = links_of(n, random_edges(1, n, 900))
    exact = harmonic_exact(links, team)
    runs = np.array([hyperball(links, log2m, team, seed).centrality for seed in range(60)])
    off = (runs - exact) / (exact + 1)
    assert np.sqrt((off**2).mean()) < error
    assert np.sqrt((off[:, exact > 5] ** 2).mean(axis=0)).max() < 1.3 * error
    assert abs(off.mean()) < error / 3


def test_more_registers_are_more_exact(team: Team) -> None:
    links = links_of(2000, random_edges(2, 2000, 6000))
    exact = harmonic_exact(links, team)
    off = [
        np.mean([np.abs(hyperball(links, m, team, s).centrality - exact) for s in range(5)])
        for m in (4, 6, 8, 10)
    ]
    assert (np.diff(off) < 0).all()
    assert standard_error(10) == pytest.approx(standard_error(8) / 2)
    assert size_bytes(1000, 8) == 512_000


def test_same_bits_at_any_thread_count() -> None:
    links = links_of(3000, random_edges(3, 3000, 9000))
    found = set()
    for size in (1, 2, 5):
        with ThreadPoolExecutor(size) as pool:
            found.add(hyperball(links, 6, Team(pool, size)).centrality.tobytes())
            assert len({harmonic_exact(links, Team(pool, size)).tobytes(), b""}) == 2
    assert len(found) == 1


def test_a_long_chain_ends_after_its_length(team: Team) -> None:
    n = 3000
    found = hyperball(links_of(n, np.array([(i, i + 1) for i in range(n - 1)])), 8, team)
    assert n - 200 <= found.n_steps <= n
    assert found.centrality[0] == 0
    assert found.centrality[-1] == pytest.approx((1 / np.arange(1, n)).sum(), rel=0.2)


def test_nobody_and_nothing(team: Team) -> None:
    empty, alone = links_of(3, np.empty((0, 2))), links_of(1, np.array([(0, 0)]))
    for links in (empty, alone):
        assert not harmonic_exact(links, team).any()
        assert not hyperball(links, 4, team).centrality.any()


def test_real_graph(team: Team, shared_data: Path) -> None:
    """325,557 pages of one Italian site; the truth of some of them by scipy."""
    edges = np.load(shared_data / "graphs/cnr-2000/cnr-2000-edges.npz")
    n = int(edges["n"])
    links = links_of(n, np.column_stack((edges["src"], edges["dst"])))
    some = np.random.default_rng(0).integers(0, n, 30)
    against = csr_matrix(
        (np.ones(len(links.sources), np.int8), links.sources, links.offsets), shape=(n, n)
    )
    distance = dijkstra(against, unweighted=True, indices=some)
    distance[distance == 0] = np.inf
    exact = (1 / distance).sum(axis=1)
    found = hyperball(links, 6, team).centrality[some]
    off = (found - exact) / (exact + 1)
    assert np.sqrt((off**2).mean()) < 2 * standard_error(6)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**31), st.integers(1, 30), st.integers(0, 90))
def test_transposed_twice_is_the_same(seed: int, n: int, n_links: int) -> None:
    links = links_of(n, random_edges(seed, n, n_links))
    turned = transpose(links)
    pairs = [(s, t) for t in range(n) for s in row(links, t)]
    assert sorted(pairs) == [(s, t) for s in range(n) for t in row(turned, s)]
    again = transpose(turned)
    assert again.offsets.tolist() == links.offsets.tolist()
    assert [row(again, t) for t in range(n)] == [sorted(row(links, t)) for t in range(n)]


def row(links: InLinks, node: int) -> list[int]:
    return [int(x) for x in links.sources[links.offsets[node] : links.offsets[node + 1]]]
