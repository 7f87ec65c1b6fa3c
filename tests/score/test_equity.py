"""Equity: the account adds up on any web, and what the model promises holds."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest
from arrays import Web, plain_nodes, random_web, seeds, web_of, webs
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from linkshed.graph.walk import Solution
from linkshed.schema import CLICKABLE, Indexability, LinkKind, Rel, Resolution
from linkshed.score.equity import Equity
from linkshed.score.nodes import nodes_of
from linkshed.score.surfer import Weights

D = 0.85
quick = settings(deadline=None, max_examples=80)


def carried(web: Web, weights: Weights, found: Equity) -> NDArray[np.float64]:
    """c_l of every link, recomputed in f64 from what is published."""
    source = web.links["source"]
    share = np.divide(
        weights.weight.astype(float), weights.out_weight[source],
        out=np.zeros(len(source)), where=weights.out_weight[source] > 0,
    )  # fmt: skip
    return D * found.solution.values[source] * share * weights.passes.astype(float)


@quick
@given(webs)
def test_every_ledger_sums_to_the_published_equity(web: Web) -> None:
    weights, found = web.settled()
    c = carried(web, weights, found)
    ends = web.nodes.lands[web.links["target"]]
    account = (1 - D) * web.nodes.base + np.bincount(ends, weights=c, minlength=web.n_pages)
    assert account == pytest.approx(found.solution.values, rel=1e-9, abs=0)


@quick
@given(webs)
def test_what_a_page_holds_stops_passes_or_is_lost(web: Web) -> None:
    weights, found = web.settled()
    source = web.links["source"]
    values = found.solution.values
    passed = np.bincount(source, weights=carried(web, weights, found), minlength=web.n_pages)
    lost_share = weights.weight.astype(float) * (1 - weights.passes.astype(float))
    lost = np.bincount(source, weights=lost_share, minlength=web.n_pages)
    lost = (
        D
        * values
        * np.divide(
            lost, weights.out_weight, out=np.ones(web.n_pages), where=weights.out_weight > 0
        )
    )
    assert (1 - D) * values + passed + lost == pytest.approx(values, rel=1e-9, abs=0)


@quick
@given(webs)
def test_the_whole_balances(web: Web) -> None:
    balance = dict(web.settled()[1].balance)
    assert balance["base"] == pytest.approx(
        sum(v for k, v in balance.items() if k not in ("base", "gap")), rel=1e-9
    )
    assert abs(balance["gap"]) <= 1e-9 * max(balance["base"], 1)


@quick
@given(webs)
def test_link_equity_is_null_only_where_nothing_can_be_clicked(web: Web) -> None:
    weights, found = web.settled()
    can_be = np.isin(web.links["kind"], CLICKABLE)
    assert (np.ma.getmaskarray(found.carried) == ~can_be).all()
    assert found.carried.compressed() == pytest.approx(
        carried(web, weights, found)[can_be], rel=1e-6, abs=1e-30
    )


@pytest.mark.parametrize("seed", range(5))
def test_classic_is_textbook_pagerank(seed: int) -> None:
    """All links alike, parallel links counted: networkx's PageRank of the multigraph."""
    rng = np.random.default_rng(seed)
    source, target = rng.integers(0, 80, 600), rng.integers(0, 80, 600)
    distinct = source != target
    source, target = source[distinct], target[distinct]
    web = web_of(source, target, plain_nodes(80), "classic")
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(80))
    graph.add_edges_from(zip(source.tolist(), target.tolist(), strict=True))
    rank = nx.pagerank(graph, tol=1e-14, max_iter=1000)
    values = web.settled()[1].solution.values
    assert values / values.sum() == pytest.approx([rank[i] for i in range(80)], abs=1e-8)


@quick
@given(seeds, st.data())
def test_a_new_followed_link_never_lowers_its_target(seed: int, data: st.DataObject) -> None:
    web = random_web(seed, 12, 50, "classic")
    nodes = np.flatnonzero(web.nodes.is_node)
    page, target = data.draw(st.sampled_from(nodes.tolist())), data.draw(st.sampled_from(nodes))
    before = web.settled()[1].solution.values[target]
    after = _with_link(web, page, int(target)).settled()[1].solution.values[target]
    assert after >= before * (1 - 1e-9)


def _with_link(web: Web, source: int, target: int, rel: int = 0) -> Web:
    links: dict[str, Any] = {k: np.ma.append(v, v[:1]) for k, v in web.links.items()}
    links["rel"][-1], links["kind"][-1] = rel, LinkKind.TEXT
    links["source"][-1], links["target"][-1] = source, target
    source_column, target_column = links.pop("source"), links.pop("target")
    return web_of(
        source_column, target_column, web.nodes, web.profile.name,
        **{k: v if k == "n_block" else np.ma.getdata(v) for k, v in links.items()},
    )  # fmt: skip


def test_a_nofollow_link_may_lower_its_target() -> None:
    """0 links to 1; a second, nofollow link takes attention from the first."""
    web = web_of([0, 1], [1, 0], plain_nodes(2), "classic")
    before = web.settled()[1].solution.values[1]
    after = _with_link(web, 0, 1, Rel.NOFOLLOW).settled()[1].solution.values[1]
    assert after < before


def test_a_redirect_costs_nothing() -> None:
    """Linking to a page that redirects is the same as linking to where it leads."""
    receiver = np.array([0, 1, 3, 3])
    how = np.array([0, 0, Resolution.REDIRECT, 0])
    final = np.array([1, 1, Indexability.REDIRECTED, 1])
    nodes = nodes_of(receiver, how, final, np.zeros(4, bool))
    through = web_of([0, 0, 1, 3], [2, 1, 2, 0], nodes).settled()[1].solution.values
    direct = web_of([0, 0, 1, 3], [3, 1, 3, 0], nodes).settled()[1].solution.values
    assert through.tolist() == direct.tolist()
    assert through[2] == 0


def test_roles_of_pages() -> None:
    """Page 0 links to a broken page, a noindex page and a page never fetched."""
    how = np.array([0, Resolution.DEAD, 0, 0])
    final = np.array([1, Indexability.CLIENT_ERROR, Indexability.NOINDEX_META, 0])
    nodes = nodes_of(np.arange(4), how, final, np.ma.array([0, 0, 0, 0], mask=[0, 0, 0, 1]))
    web = web_of([0, 0, 0, 2], [1, 2, 3, 3], nodes, "classic")
    values = web.settled()[1].solution.values
    third = D * 0.15 / 3
    assert values == pytest.approx([0.15, 0, third, 0.15 + third])
    balance = web.settled()[1].balance
    assert balance["broken"] == pytest.approx(third)
    assert balance["noindex"] == pytest.approx(D * third)
    assert balance["no_links"] == pytest.approx(D * (0.15 + third))


def test_a_disjoint_web_moves_nobody() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.integers(0, 40, (2, 300)), rng.integers(40, 90, (2, 400))
    alone = web_of(*a, plain_nodes(40)).settled()[1].solution.values
    both = web_of(*np.hstack((a, b)), plain_nodes(90)).settled()[1].solution.values
    assert both[:40] == pytest.approx(alone, rel=1e-9)


def test_page_order_moves_nobody() -> None:
    rng = np.random.default_rng(2)
    source, target = rng.integers(0, 60, (2, 500))
    to = rng.permutation(60)
    plain = web_of(source, target, plain_nodes(60)).settled()[1].solution.values
    moved = web_of(to[source], to[target], plain_nodes(60)).settled()[1].solution.values
    assert moved[to] == pytest.approx(plain, rel=1e-9)


@pytest.mark.parametrize("profile", ["reasonable-v1", "classic", "uniform-position", "hint"])
def test_extremes(profile: str) -> None:
    """No links; one page linking to itself; every link nofollow."""
    empty = web_of([], [], plain_nodes(3), profile).settled()[1].solution
    own = web_of([0], [0], plain_nodes(1), profile).settled()[1].solution
    assert isinstance(empty, Solution)
    assert empty.values.tolist() == pytest.approx([0.15] * 3)
    assert own.values.tolist() == pytest.approx([0.15])
    closed = web_of([0, 1], [1, 0], plain_nodes(2), profile, rel=np.full(2, Rel.SPONSORED))
    assert closed.settled()[1].solution.values.tolist() == pytest.approx([0.15] * 2)
