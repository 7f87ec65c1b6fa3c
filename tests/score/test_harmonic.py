"""Harmonic centrality of real snapshots."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from requested import again, column, on_domain, on_page, requested

from linkshed.errors import MissingScore, ParameterError, ResourceError, UnknownName
from linkshed.graph.csr import InLinks
from linkshed.graph.hyperball import standard_error
from linkshed.score.domains import domain_links
from linkshed.score.harmonic import centrality
from linkshed.score.nodes import read_nodes
from linkshed.score.run import score, score_on_request
from linkshed.snapshot.tables import Snapshot
from snapshots import built, random_text

LITTLE = """
    a.com/ -> b.com/
    b.com/ -> old.com/
    b.com/ -> d.com/ words nofollow
    old.com/ redirect c.com/
    c.com/ -> c.com/x
    c.com/ -> gone.com/
    gone.com/ status=404
"""


def test_pages_and_domains_of_a_little_web(tmp_path: Path) -> None:
    """A chain a, b, c (behind a redirect), c/x; nofollow links and dead pages are no way."""
    found = requested(LITTLE, tmp_path, "harmonic")
    pages = ("a.com/", "b.com/", "c.com/", "c.com/x", "d.com/", "old.com/", "gone.com/")
    told = [on_page(found, page, "harmonic") for page in pages]
    assert told[:5] == [0, 1, 1.5, pytest.approx(1 + 1 / 2 + 1 / 3), 0]
    assert told[5:] == [None, None]
    domains = [on_domain(found, f"{name}.com", "harmonic") for name in "abcd"]
    assert domains == [0, 1, 1.5, 0]
    record = found.manifest.scores["harmonic"]
    assert record["pages"] == {"method": "exact", "standard_error": 0.0}
    assert {c["name"] for c in record["columns"]} == {"harmonic"}


@pytest.mark.parametrize("seed", range(4))
def test_pages_of_a_random_web_against_networkx(tmp_path: Path, seed: int) -> None:
    found = requested(random_text(seed), tmp_path, "harmonic", "reasonable-v1")
    nodes = read_nodes(found)
    names = ("source", "target", "weight", "passes")
    rows = zip(*(found.array("links", name).tolist() for name in names), strict=True)
    graph = nx.DiGraph()
    graph.add_nodes_from(range(found.n_pages))
    graph.add_edges_from((s, int(nodes.lands[t])) for s, t, a, p in rows if a * p > 0)
    truth = nx.harmonic_centrality(graph)
    told = column(found, "pages", "harmonic")
    assert (np.isnan(told) == ~nodes.is_node).all()
    for page in np.flatnonzero(nodes.is_node):
        assert told[page] == pytest.approx(truth[page], rel=1e-12)


def test_domains_of_a_random_web_against_networkx(tmp_path: Path) -> None:
    found = requested(random_text(5), tmp_path, "harmonic")
    links = domain_links(found)
    target = np.repeat(np.arange(links.n_pages), np.diff(links.offsets))
    graph = nx.DiGraph(zip(links.sources.tolist(), target.tolist(), strict=True))
    graph.add_nodes_from(range(links.n_pages))
    truth = nx.harmonic_centrality(graph)
    assert column(found, "domains", "harmonic") == pytest.approx(
        [truth[i] for i in range(links.n_pages)], rel=1e-12
    )


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Snapshot]:
    folder = tmp_path_factory.mktemp("harmonic")
    store, bare = built(random_text(6), folder)
    return folder, score(store, bare)


def test_hyperball_is_near_the_exact_values(scored: tuple[Path, Snapshot]) -> None:
    folder, snapshot = scored
    exact = again(snapshot, folder, "harmonic", method="exact")
    near = again(snapshot, folder, "harmonic", method="hyperball", log2m=12)
    truth, told = (column(s, "pages", "harmonic") for s in (exact, near))
    known = ~np.isnan(truth)
    assert (np.abs(told - truth)[known] <= 5 * standard_error(12) * (truth[known] + 1)).all()
    assert near.manifest.scores["harmonic"]["pages"]["standard_error"] == standard_error(12)
    assert exact.manifest.scores["harmonic"]["params"]["method"] == "exact"


def test_wrong_parameters(scored: tuple[Path, Snapshot]) -> None:
    folder, snapshot = scored
    for options in ({"log2m": 3}, {"log2m": 17}, {"log2m": "8"}, {"method": "fast"}, {"seed": 1}):
        with pytest.raises(ParameterError, match="allowed"):
            again(snapshot, folder, "harmonic", **options)
    with pytest.raises(UnknownName, match="harmonic"):
        again(snapshot, folder, "equity")


def test_large_graphs_are_estimated_unless_asked_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Page 0 has 99 sources: one search, of a page and 99 links."""
    offsets = np.concatenate(([0], np.full(100, 99)))
    star = InLinks(offsets, np.arange(1, 100, dtype=np.uint32), np.ones(99, np.float32))
    module = import_module("linkshed.score.harmonic")
    for work, method in ((100, "exact"), (99, "hyperball")):
        monkeypatch.setattr(module, "EXACT_WORK", work)
        assert centrality(star, {})[1]["method"] == method
        assert centrality(star, {"method": "exact"})[1]["method"] == "exact"


def test_too_little_memory_says_what_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("linkshed.score.harmonic"), "MEMORY_SHARE", 1e-12)
    nothing = InLinks(np.zeros(100, np.int64), np.empty(0, np.uint32), np.empty(0, np.float32))
    with pytest.raises(ResourceError, match="smaller --log2m"):
        centrality(nothing, {"method": "hyperball"})


def test_an_unscored_snapshot_is_refused(tmp_path: Path) -> None:
    store, bare = built("a.com/ -> b.com/", tmp_path)
    with pytest.raises(MissingScore, match="linkshed score"):
        score_on_request(store, bare, "harmonic", {})


def test_scoring_again_drops_what_was_asked_for(tmp_path: Path) -> None:
    store, bare = built(random_text(7), tmp_path)
    more = score_on_request(store, score(store, bare), "harmonic", {})
    assert more.has("pages", "harmonic")
    assert more.has("pages", "equity")
    assert not score(store, more, "classic").has("pages", "harmonic")
