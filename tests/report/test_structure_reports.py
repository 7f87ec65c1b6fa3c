"""Weak pages, hubs and depth against sums in plain Python."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from statistics import median

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain import Plain

from linkshed.api import Linkshed
from linkshed.report.answers.parts import section_of
from linkshed.snapshot.tables import Snapshot
from snapshots import random_text, scored_web

SEEDS = range(4)


def made(seed: int, folder: Path) -> tuple[Snapshot, Plain, Linkshed]:
    snapshot = scored_web(random_text(seed, n=60, n_links=800), folder)
    return snapshot, Plain(snapshot), Linkshed(snapshot)


@pytest.mark.parametrize("seed", SEEDS)
def test_weak_pages_get_less_than_a_share_of_the_median_of_their_domain(
    seed: int, tmp_path: Path
) -> None:
    _, plain, web = made(seed, tmp_path)
    brought, links, groups = {}, {}, {}
    for page in plain.pages:
        indexable = page["final_indexability"] == 1
        if page["is_node"] and indexable and (page["depth"] or 0) > 0:
            inner = [link for link in plain.inner(page) if link["is_followed"]]
            brought[page["url"]] = sum(link["equity"] for link in inner)
            links[page["url"]] = len(inner)
            groups.setdefault(page["domain"], []).append(page["url"])
    expected = {}
    for urls in groups.values():
        middle = median(brought[url] for url in urls)
        expected |= {
            url: middle - brought[url] for url in urls if links[url] and brought[url] < middle
        }
    rows = {row["url"]: row for row in web.weak("*", select="*", below=1.0, each=99).to_dicts()}
    assert rows.keys() == expected.keys()
    assert expected
    for name, row in rows.items():
        assert row["stake"] == pytest.approx(expected[name], rel=1e-5)
        assert row["brought"] == pytest.approx(brought[name], rel=1e-5)
        assert row["n_links"] == links[name]
        assert row["gain"] > 0
        assert row["source_url"] is not None


@pytest.mark.parametrize("seed", SEEDS)
def test_what_hubs_get_and_give_adds_up(seed: int, tmp_path: Path) -> None:
    snapshot, plain, web = made(seed, tmp_path)
    rows = {row["url"]: row for row in web.hubs("*", select="*").to_dicts()}
    assert rows.keys() == {page["url"] for page in plain.pages if page["is_node"]}
    gives, fed = Counter(), {}
    for link in plain.links:
        if link["is_inner"] and link["end"]["is_node"] and link["from"]["is_node"]:
            gives[link["from"]["url"]] += link["equity"]
            fed.setdefault(link["from"]["url"], set()).add(link["end"]["url"])
    for name, row in rows.items():
        assert row["gives"] == pytest.approx(gives[name], rel=1e-5, abs=1e-9)
        assert row["n_fed"] == len(fed.get(name, ()))
    damping = 0.85
    for page in plain.pages:
        if not page["is_node"]:
            continue
        row = rows[page["url"]]
        base = (1 - damping) * (page["final_indexability"] in (0, 1))
        arrived = base + row["brought"] + row["from_outside"]
        assert row["equity"] == pytest.approx(arrived, rel=1e-4)
        if page["out_weight"]:
            spent = row["gives"] + row["leaves"] + row["lost"]
            assert spent == pytest.approx(damping * row["equity"], rel=1e-5)
    assert sum(row["share"] for row in rows.values()) == pytest.approx(1)
    assert snapshot.n_pages >= len(rows)


@pytest.mark.parametrize("seed", SEEDS)
def test_depth_counts_every_living_page_once(seed: int, tmp_path: Path) -> None:
    _, plain, web = made(seed, tmp_path)
    alive = [page for page in plain.pages if page["is_node"]]
    levels = web.depth("*", select="*").to_dicts()
    assert {row["depth"]: row["pages"] for row in levels} == Counter(p["depth"] for p in alive)
    for row in levels:
        level = [page for page in alive if page["depth"] == row["depth"]]
        assert row["equity"] == pytest.approx(sum(page["equity"] for page in level))
        assert row["n_read"] == sum(page["status"] is not None for page in level)
        assert row["n_links"] == sum(len(plain.inner(page)) for page in level)
        assert row["n_backlinks"] == sum(page["n_backlinks"] for page in level)
        assert row["url"] in {
            page["url"] for page in level if page["equity"] == max(p["equity"] for p in level)
        }


@given(
    st.lists(st.text("ab", max_size=2), max_size=4), st.text("a/?b", max_size=4), st.integers(0, 3)
)
def test_a_section_is_the_host_and_its_first_folders(
    parts: list[str], query: str, folders: int
) -> None:
    address = "/".join(["https://a.com", *parts, ""]) + f"?{query}"
    path = address.partition("://")[2].partition("?")[0].split("/")
    found = section_of(pa.array([address]), folders)[0].as_py()
    assert found == "/".join([path[0], *path[1:-1][:folders], ""])


@pytest.mark.parametrize(
    ("folders", "names"),
    [
        (0, ["a.com/", "shop.a.com/"]),
        (1, ["a.com/", "a.com/b/", "shop.a.com/"]),
        (2, ["a.com/", "a.com/b/", "a.com/b/c/", "shop.a.com/"]),
    ],
)
def test_sections_of_a_site_are_told_by_host_and_folders(
    folders: int, names: list[str], tmp_path: Path
) -> None:
    text = """
    a.com/ -> a.com/x?y=/z/ tea
    a.com/ -> a.com/b/ tea
    a.com/ -> a.com/b/c/d tea
    a.com/ -> shop.a.com/?q=1 tea
    """
    rows = Linkshed(scored_web(text, tmp_path)).sections("a.com", folders=folders).to_dicts()
    assert sorted(row["section"] for row in rows) == names
