"""Redirects against chains followed in plain Python, and gains against the waste report."""

from __future__ import annotations

from pathlib import Path

import pytest
from plain import Plain, Row

from linkshed.api import Linkshed
from snapshots import random_text, scored_web


def kind(plain: Plain, page: Row) -> str | None:
    """What becomes of a page, by following it hop by hop."""
    way = [page]
    while way[-1]["next"] != way[-1]["id"] and way[-1]["resolution"] != 3:
        way.append(plain.pages[way[-1]["next"]])
        if way[-1] in way[:-1]:
            return "loop"
        if len(way) > 11:
            return "too many hops"
    if len(way) == 1:
        if page["resolution"] == 3:
            return "canonical"
        return "refused canonical" if page["canonical"] > 1 and page["resolution"] == 0 else None
    if way[-1]["resolution"] == 4:
        return "dead end"
    return "chain" if page["n_hops"] > 1 else "redirect"


@pytest.mark.parametrize("seed", range(6))
def test_they_are_those_that_hand_on(seed: int, tmp_path: Path) -> None:
    snapshot = scored_web(random_text(seed, n=70, n_links=350), tmp_path)
    plain = Plain(snapshot)
    carried = snapshot.array("links", "equity")
    expected = {}
    for page in plain.pages:
        said = kind(plain, page)
        links = [link for link in plain.links if link["to"] is page and link["counts"]]
        if said is not None and (links or said == "refused canonical"):
            near = sum(link["from"]["domain"] == page["domain"] for link in links)
            expected[page["url"]] = (said, near, len(links) - near)
    rows = Linkshed(snapshot).redirects("*", select="*", each=0).to_dicts()
    assert {r["url"]: (r["kind"], r["n_links"], r["n_backlinks"]) for r in rows} == expected
    for row in rows:
        page = next(page for page in plain.pages if page["url"] == row["url"])
        through = sum(carried[n] for n, link in enumerate(plain.links)
                      if link["to"] is page and link["is_clickable"])  # fmt: skip
        if row["gain"] == 0.0:
            assert row["stake"] == pytest.approx(through, rel=1e-5)
            assert row["ends_at"] == plain.pages[page["lands"]]["url"]
        if row["kind"] == "refused canonical":
            assert row["stake"] == page["equity"]


@pytest.mark.parametrize("seed", range(4))
def test_into_a_page_lead_all_that_end_there(seed: int, tmp_path: Path) -> None:
    snapshot = scored_web(random_text(seed, n=70, n_links=350), tmp_path)
    plain, web = Plain(snapshot), Linkshed(snapshot)
    found = 0
    for target in plain.pages:
        expected = {page["url"] for page in plain.pages
                    if page["lands"] == target["id"] and page is not target}  # fmt: skip
        found += len(expected)
        if expected or target["id"] < 5:
            rows = web.redirects(target["url"], mode="url", into=True, each=0).to_dicts()
            assert {row["url"] for row in rows} == expected
            assert {row["ends_at"] for row in rows} <= {target["url"]}
    assert found > 3


def test_what_is_lost_and_won_is_what_the_waste_report_says(tmp_path: Path) -> None:
    text = """
    a.com/ -> a.com/1 one
    a.com/ -> a.com/3 three
    a.com/ -> a.com/5 five
    a.com/ -> a.com/7 seven
    x.com/ -> a.com/ a
    a.com/1 redirect a.com/2
    a.com/2 redirect a.com/1
    a.com/3 redirect a.com/4
    a.com/4 status=404
    a.com/5 -> a.com/ home
    a.com/5 canonical a.com/6
    a.com/6 noindex
    a.com/7 redirect a.com/8
    a.com/8 -> a.com/ home
    """
    web = Linkshed(scored_web(text, tmp_path))
    waste = {row["url"]: row for row in web.waste("a.com").to_dicts()}
    rows = {row["kind"]: row for row in web.redirects("a.com", select="*").to_dicts()}
    for name in ("loop", "dead end", "refused canonical"):
        known = waste[rows[name]["url"]]
        assert rows[name]["stake"] == pytest.approx(known["loss"])
        assert rows[name]["gain"] == pytest.approx(known["gain"])
    assert rows["redirect"]["gain"] == 0.0
    assert rows["loop"]["chain"] == "https://a.com/1 -> https://a.com/2 -> https://a.com/1"


def test_a_chain_of_many_hops_is_shown_as_far_as_it_is_followed(tmp_path: Path) -> None:
    hops = "\n".join(f"a.com/{n} redirect a.com/{n + 1}" for n in range(14))
    web = Linkshed(scored_web(f"a.com/ -> a.com/0 far\n{hops}\na.com/14 -> a.com/ home", tmp_path))
    (row,) = web.redirects("a.com", select="*").to_dicts()
    assert (row["kind"], row["ends_at"]) == ("too many hops", None)
    assert row["chain"].split(" -> ") == [f"https://a.com/{n}" for n in range(12)]


def test_a_loop_is_told_with_its_real_length(tmp_path: Path) -> None:
    text = """
    a.com/ -> a.com/1 pair
    a.com/ -> a.com/self alone
    a.com/ -> a.com/in entry
    a.com/1 redirect a.com/2
    a.com/2 redirect a.com/1
    a.com/self redirect a.com/self
    a.com/in redirect a.com/1
    """
    web = Linkshed(scored_web(text, tmp_path))
    rows = {row["url"][14:]: row for row in web.redirects("a.com", select="*").to_dicts()}
    assert {row["kind"] for row in rows.values()} == {"loop"}
    assert {name: row["hops"] for name, row in rows.items()} == {"1": 2, "self": 1, "in": 3}
    assert "come back after 2 hops:" in rows["1"]["why"]
    losses = {row["url"][14:]: row["why"] for row in web.waste("a.com", select="*").to_dicts()}
    assert losses["1"] == "the redirects come back after 2 hops: nobody gets anywhere"


def test_a_way_that_is_too_long_is_no_loop(tmp_path: Path) -> None:
    hops = "\n".join(f"a.com/{n} redirect a.com/{n + 1}" for n in range(14))
    web = Linkshed(scored_web(f"a.com/ -> a.com/0 far\n{hops}\na.com/14 -> a.com/ home", tmp_path))
    (row,) = web.redirects("a.com", select="*").to_dicts()
    (lost,) = [r for r in web.waste("a.com", select="*").to_dicts() if r["url"] == row["url"]]
    assert (row["hops"], lost["kind"]) == (14, "too many redirects")
    assert lost["why"] == "14 hops, more than anybody follows: nobody gets anywhere"
