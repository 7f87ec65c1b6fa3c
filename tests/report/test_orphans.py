"""Orphans against a search in plain Python, and verdicts against what was read."""

from __future__ import annotations

from pathlib import Path

import pytest
from plain import Plain, Row

from linkshed.api import Linkshed
from snapshots import random_text, scored_web


def cause(plain: Plain, reached: set[int], page: Row) -> str | None:
    links = plain.inner(page)
    if not page["is_node"] or page["key"].endswith(")/"):
        return None
    if not links:
        return "no internal link"
    if page["id"] not in reached and not any(link["source"] in reached for link in links):
        return "links from orphans only"
    return None if any(link["is_followed"] for link in links) else "nofollow links only"


@pytest.mark.parametrize("seed", range(6))
def test_they_are_those_a_search_from_the_home_pages_leaves_out(seed: int, tmp_path: Path) -> None:
    snapshot = scored_web(random_text(seed, n=60, n_links=110), tmp_path)
    plain = Plain(snapshot)
    reached = plain.reached()
    expected = {page["url"]: why for page in plain.pages if (why := cause(plain, reached, page))}
    rows = Linkshed(snapshot).orphans("*", select="*", enough=0, each=0).to_dicts()
    assert {row["url"]: row["cause"] for row in rows} == expected
    pages = {page["url"]: page for page in plain.pages}
    for row in rows:
        page = pages[row["url"]]
        assert row["n_links"] == len(plain.inner(page))
        assert row["stake"] == page["equity"]
        homes = [home for home in plain.pages if home["key"] == page["key"].split(")")[0] + ")/"]
        is_sure = bool(homes) and all(seen["status"] is not None for seen in (page, *homes))
        assert (row["verdict"] == "orphan") == is_sure


def test_nothing_is_certain_where_pages_were_not_read(tmp_path: Path) -> None:
    text = """
    a.com/ -> a.com/1 one
    a.com/2 -> a.com/ home
    a.com/1 status=429
    b.com/ -> b.com/1 one
    b.com/2 -> b.com/ home
    b.com/1 status=404
    c.com/1 -> c.com/ home
    x.com/ -> b.com/3 three
    """
    web = Linkshed(scored_web(text, tmp_path))
    rows = {row["url"]: row for row in web.orphans("*", select="*", enough=0.7).to_dicts()}
    assert rows["https://a.com/2"]["reason"] == "1 of 3 known pages of its domain not read"
    assert rows["https://b.com/2"]["reason"] is None
    assert rows["https://b.com/2"]["verdict"] == "orphan"
    assert rows["https://b.com/3"]["reason"] == "the page itself was never read"
    assert rows["https://b.com/3"]["known_by"] == "backlink"
    assert rows["https://c.com/1"]["reason"] == "no home page of its domain was read"
    strict = web.orphans("b.com", select="url,verdict,coverage").to_dicts()
    assert {row["verdict"] for row in strict} == {"inconclusive"}
    assert {row["coverage"] for row in strict} == {0.75}


def test_the_strongest_link_to_it_is_shown(tmp_path: Path) -> None:
    text = """
    a.com/ -> a.com/1 one
    a.com/2 -> a.com/ home
    x.com/ -> a.com/2 strong path=main>a
    x.com/ -> y.com/ other footer
    y.com/ -> a.com/2 weak footer
    y.com/ -> x.com/ other
    """
    found = Linkshed(scored_web(text, tmp_path)).orphans("a.com/2", select="*").to_dicts()
    assert [(row["source_url"], row["anchor"], row["placement"], row["path"]) for row in found] == [
        ("https://x.com/", "strong", "content", "main>a")
    ]
