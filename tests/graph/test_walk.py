"""The equity solver against algebra, other libraries, a real graph and itself."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkshed.graph import blocks
from linkshed.graph.csr import InLinks
from linkshed.graph.walk import Solution, solve

D = 0.85
SIZES = (2, 3, 5, 50)
DAMPINGS = (0.5, 0.85, 0.99)


def in_links(n: int, edges: list[tuple[int, int]], weights: list[float] | None = None) -> InLinks:
    """CSR by target of (source, target) pairs."""
    values = np.array(weights or [1.0] * len(edges), np.float32)
    source, target = np.array(edges, np.int64).reshape(-1, 2).T
    order = np.argsort(target, kind="stable")
    offsets = np.searchsorted(target[order], np.arange(n + 1))
    return InLinks(offsets, source[order].astype(np.uint32), values[order])


def settle(links: InLinks, d: float = D, **options: object) -> Solution:
    out = np.bincount(links.sources, weights=links.amounts, minlength=links.n_pages)
    scale = np.divide(d, out, out=np.zeros(links.n_pages), where=out > 0)
    base = np.full(links.n_pages, 1 - d)
    options = {"tolerance": 1e-13, "page_tolerance": 1e-12} | options
    return solve(links, base, scale, damping=d, **options)  # type: ignore[arg-type]


def random_links(n: int, n_links: int, seed: int) -> InLinks:
    rng = np.random.default_rng(seed)
    edges = np.column_stack((rng.integers(0, n, n_links), rng.integers(0, n, n_links)))
    return in_links(n, edges.tolist(), rng.random(n_links).tolist())


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("d", DAMPINGS)
def test_cliques_and_cycles_hold_one_each(n: int, d: float) -> None:
    clique = [(i, j) for i in range(n) for j in range(n) if i != j]
    cycle = [(i, (i + 1) % n) for i in range(n)]
    for edges in (clique, cycle):
        assert settle(in_links(n, edges), d).values == pytest.approx(1.0, rel=1e-11)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("d", DAMPINGS)
def test_star(n: int, d: float) -> None:
    """Leaves hold 1-d; the hub without links holds (1-d)(1 + d(n-1)) and keeps it."""
    star = settle(in_links(n, [(i, 0) for i in range(1, n)]), d).values
    assert star[1:] == pytest.approx(1 - d)
    assert star[0] == pytest.approx((1 - d) * (1 + d * (n - 1)))


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("d", DAMPINGS)
def test_star_that_links_back(n: int, d: float) -> None:
    edges = [(i, 0) for i in range(1, n)] + [(0, i) for i in range(1, n)]
    values = settle(in_links(n, edges), d).values
    hub = (1 + d * (n - 1)) / (1 + d)
    assert values[0] == pytest.approx(hub)
    assert values[1:] == pytest.approx(1 - d + d * hub / (n - 1))


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("d", DAMPINGS)
def test_chain_is_a_geometric_series(n: int, d: float) -> None:
    values = settle(in_links(n, [(i, i + 1) for i in range(n - 1)]), d).values
    assert values == pytest.approx(1 - d ** np.arange(1, n + 1))


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("m", SIZES)
def test_two_sites_and_one_bridge(n: int, m: int) -> None:
    """A cycle of n sends half of one page's equity to a cycle of m; the sums are known."""
    edges = [(i, (i + 1) % n) for i in range(n)] + [(n + i, n + (i + 1) % m) for i in range(m)]
    values = settle(in_links(n + m, [*edges, (0, n)])).values
    bridge = D * values[0] / 2
    assert values[:n].sum() == pytest.approx(n - bridge / (1 - D))
    assert values[n:].sum() == pytest.approx(m + bridge / (1 - D))
    assert values[n] == pytest.approx(1 + bridge / (1 - D**m))


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 60), st.integers(0, 300), st.integers(0, 2**31))
def test_agrees_with_a_dense_solution(n: int, n_links: int, seed: int) -> None:
    links = random_links(n, n_links, seed)
    found = settle(links)
    matrix = np.zeros((n, n))
    target = np.repeat(np.arange(n), np.diff(links.offsets))
    out = np.bincount(links.sources, weights=links.amounts, minlength=n)
    np.add.at(matrix, (target, links.sources), D * links.amounts.astype(float) / out[links.sources])
    exact = np.linalg.solve(np.eye(n) - matrix, np.full(n, 1 - D))
    assert found.is_converged
    assert found.values == pytest.approx(exact, rel=1e-10)
    assert np.abs(found.values - exact).sum() / exact.sum() <= found.error_bound + 1e-14


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_networkx(seed: int) -> None:
    links = random_links(200, 1500, seed)
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(200))
    target = np.repeat(np.arange(200), np.diff(links.offsets))
    triples = zip(links.sources.tolist(), target.tolist(), links.amounts.tolist(), strict=True)
    graph.add_weighted_edges_from(triples)
    rank = nx.pagerank(graph, alpha=D, tol=1e-14, max_iter=1000)
    values = settle(links).values
    assert values / values.sum() == pytest.approx([rank[i] for i in range(200)], abs=1e-8)


def test_agrees_with_igraph() -> None:
    igraph = pytest.importorskip("igraph")
    links = random_links(3000, 20000, 9)
    target = np.repeat(np.arange(3000), np.diff(links.offsets))
    graph = igraph.Graph(n=3000, edges=np.column_stack((links.sources, target)), directed=True)
    rank = graph.pagerank(damping=D, weights=links.amounts.astype(float).tolist())
    values = settle(links).values
    assert values / values.sum() == pytest.approx(rank, abs=1e-8)


def test_real_graph_agrees_with_its_reference(shared_data: Path) -> None:
    edges = np.load(shared_data / "graphs/cnr-2000/cnr-2000-edges.npz")
    reference = np.load(shared_data / "graphs/cnr-2000/pagerank-0.85-scipy.npy")
    order = np.argsort(edges["dst"], kind="stable")
    offsets = np.searchsorted(edges["dst"][order], np.arange(len(reference) + 1))
    links = InLinks(offsets, edges["src"][order], np.ones(len(order), np.float32))
    values = settle(links).values
    assert np.abs(values / values.sum() - reference).sum() < 1e-8


@given(
    n=st.integers(2, 60),
    n_links=st.integers(1, 300),
    seed=st.integers(0, 10_000),
    tolerance=st.sampled_from((1e-2, 1e-5, 1e-9)),
)
@settings(max_examples=60, deadline=None)
def test_no_equation_is_missed_by_more_than_it_says(
    n: int, n_links: int, seed: int, tolerance: float
) -> None:
    links = random_links(n, n_links, seed)
    found = settle(links, tolerance=tolerance, page_tolerance=10 * tolerance)
    out = np.bincount(links.sources, weights=links.amounts, minlength=n)
    shown = found.values * np.divide(D, out, out=np.zeros(n), where=out > 0)
    target = np.repeat(np.arange(n), np.diff(links.offsets))
    weights = links.amounts * shown[links.sources]
    missed = np.abs(1 - D + np.bincount(target, weights=weights, minlength=n) - found.values)
    assert found.is_converged
    assert found.residual <= tolerance
    assert missed.sum() <= found.residual * found.values.sum() + 1e-13 * n
    assert (missed <= found.page_residual * found.values + 1e-14).all()


def test_pages_with_the_same_links_get_the_same_bits() -> None:
    edges = [(i, j) for i in range(10, 60) for j in range(10)]
    edges += [(i, i + 10) for i in range(10)] + [(i, i - 1) for i in range(11, 60)]
    values = settle(in_links(60, edges), tolerance=1e-6).values
    assert len(set(values[:10].tolist())) == 1


def test_same_bits_at_any_thread_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK_PAGES", 64)
    links = random_links(5000, 40000, 3)
    found = {settle(links, threads=threads).values.tobytes() for threads in (1, 2, 3, 7, 20)}
    assert len(found) == 1


@pytest.mark.parametrize("pages_per_block", [1, 7, 64, 1000])
def test_blocks_do_not_change_the_answer(
    monkeypatch: pytest.MonkeyPatch, pages_per_block: int
) -> None:
    links = random_links(1000, 7000, 4)
    expected = settle(links).values
    monkeypatch.setattr(blocks, "BLOCK_PAGES", pages_per_block)
    assert settle(links).values == pytest.approx(expected, rel=1e-10)


def test_a_disjoint_graph_changes_nothing() -> None:
    links, other = random_links(300, 2000, 5), random_links(200, 900, 6)
    together = InLinks(
        np.concatenate((links.offsets, links.offsets[-1] + other.offsets[1:])),
        np.concatenate((links.sources, other.sources + np.uint32(300))),
        np.concatenate((links.amounts, other.amounts)),
    )
    assert settle(together).values[:300] == pytest.approx(settle(links).values, rel=1e-11)


def test_page_order_changes_nothing() -> None:
    rng = np.random.default_rng(7)
    edges = rng.integers(0, 300, (2000, 2))
    to = rng.permutation(300)
    plain = settle(in_links(300, edges.tolist())).values
    moved = settle(in_links(300, to[edges].tolist())).values
    assert moved[to] == pytest.approx(plain, rel=1e-11)


def test_a_first_guess_saves_sweeps_and_not_accuracy() -> None:
    links = random_links(3000, 20000, 8)
    cold = settle(links)
    warm = settle(links, start=cold.values)
    assert warm.sweeps < cold.sweeps
    assert warm.values == pytest.approx(cold.values, rel=1e-11)


def test_says_when_it_did_not_converge() -> None:
    found = settle(random_links(3000, 20000, 8), max_sweeps=1)
    assert not found.is_converged
    assert found.residual > 1e-13


@pytest.mark.parametrize("n", [0, 1, 5])
def test_no_links_at_all(n: int) -> None:
    assert settle(in_links(n, [])).values.tolist() == [1 - D] * n


def test_little_base_far_away_converges_against_a_floor() -> None:
    """All base at the start of a long chain: d^k at step k, until that is nothing."""
    n = 40_000
    chain = in_links(n, [(i, i + 1) for i in range(n - 1)])
    base = np.zeros(n)
    base[0] = 1
    scale = np.full(n, D)
    found = solve(chain, base, scale, tolerance=1e-12, page_tolerance=1e-11, page_floor=1e-6)
    assert found.is_converged
    assert found.values == pytest.approx(D ** np.arange(n), abs=1e-15)
