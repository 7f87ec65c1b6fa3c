"""The vicinity of a scope: nothing is lost where all is shown, and what is cut is told."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from linkshed import api
from linkshed.api import Linkshed
from linkshed.report.around import MOST
from serve.served import DOMAIN, make


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Linkshed:
    return api.open(make(tmp_path_factory.mktemp("around")))


def test_pairs_carry_what_pages_hold_beyond_their_own(web: Linkshed) -> None:
    rows = web.around(DOMAIN, nodes=MOST, select="*").to_dicts()
    brought: defaultdict[str, float] = defaultdict(float)
    for row in rows:
        brought[row["target"]] += row["equity"]
    assert len(brought) >= 3
    for url, equity in brought.items():
        account = web.explain(url)
        assert equity == pytest.approx(account["equity"] - account["base"])
        assert {row["target_equity"] for row in rows if row["target"] == url} == {account["equity"]}


def test_domains_sum_their_pages(web: Linkshed) -> None:
    pages = web.around(DOMAIN, nodes=MOST, select="*").to_dicts()
    sums: defaultdict[tuple[str, str], float] = defaultdict(float)
    for row in pages:
        if row["source_domain"] != row["target_domain"]:
            sums[row["source_domain"], row["target_domain"]] += row["equity"]
    domains = web.around(DOMAIN, by="domain", nodes=MOST).to_dicts()
    assert {(row["source"], row["target"]): row["equity"] for row in domains} == pytest.approx(sums)


def test_the_nearest_and_strongest_are_taken_first(web: Linkshed) -> None:
    found = web.around(DOMAIN, nodes=6, select="*")
    rows = found.to_dicts()
    ends = {(row[end], row[f"{end}_distance"]) for row in rows for end in ("source", "target")}
    assert len(ends) <= 6
    inside = {name for name, distance in ends if distance == 0}
    assert all(DOMAIN in name for name in inside)
    assert "6 of the" in found.remarks[0]


def test_a_graph_places_the_ends_of_its_links(web: Linkshed) -> None:
    graph = web.graph(DOMAIN, nodes=20)
    nodes, links = graph["nodes"], graph["links"]
    assert len({len(values) for values in nodes.values()}) == 1
    assert nodes["equity"] == sorted(nodes["equity"], reverse=True)
    named = [
        (nodes["name"][a], nodes["name"][b])
        for a, b in zip(links["source"], links["target"], strict=True)
    ]
    rows = web.around(DOMAIN, nodes=20).to_dicts()
    assert named == [(row["source"], row["target"]) for row in rows]
    assert web.graph("never.example")["nodes"]["name"] == []


def test_a_scope_without_pages_has_no_vicinity(web: Linkshed, tmp_path: Path) -> None:
    assert web.around("never.example").total == 0
