"""Audits of links that lead nowhere, of twins, sitemaps and heads, against known answers."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from plain import Plain, Row

from linkshed.api import Linkshed
from linkshed.report.answers.heads import is_code
from linkshed.report.answers.site import strongest
from linkshed.schema import Indexability
from snapshots import random_text, scored_web


def asked(text: str, folder: Path, name: str, **options: Any) -> list[dict[str, Any]]:
    return Linkshed(scored_web(text, folder)).report(name, "*", select="*", **options).to_dicts()


def kind_of(plain: Plain, page: Row) -> str | None:
    links = plain.inner(page)
    followed = [link for link in links if link["is_followed"]]
    kept = (Indexability.INDEXABLE, Indexability.UNKNOWN)
    if not links or not page["is_node"]:
        return None
    if not followed:
        return "nofollow links only"
    if not any(link["from"]["final_indexability"] in kept for link in followed):
        return "links from noindex pages only"
    return "nofollow and followed links" if len(followed) < len(links) else None


@pytest.mark.parametrize("seed", range(4))
def test_unfollowed_pages_are_those_counted_link_by_link(seed: int, tmp_path: Path) -> None:
    snapshot = scored_web(random_text(seed, n=60, n_links=200), tmp_path)
    plain = Plain(snapshot)
    expected = {page["url"]: kind for page in plain.pages if (kind := kind_of(plain, page))}
    rows = Linkshed(snapshot).report("unfollowed", "*", select="*", each=0).to_dicts()
    assert {row["url"]: row["kind"] for row in rows} == expected
    assert {row["url"]: row["n_links"] for row in rows} == {
        p["url"]: len(plain.inner(p)) for p in plain.pages if p["url"] in expected
    }


def test_the_gain_of_following_links_is_that_of_the_what_if(tmp_path: Path) -> None:
    web = Linkshed(
        scored_web(
            "a.com/ -> a.com/1 one nofollow\na.com/ -> a.com/2 two\na.com/1 -> a.com/ home\na.com/2 -> a.com/ home",
            tmp_path,
        )
    )
    [row] = web.unfollowed("a.com").to_dicts()
    moved = web.whatif(
        "a.com", edits="follow https://a.com/ -> https://a.com/1", select="*"
    ).to_dicts()
    assert row["gain"] == pytest.approx(
        next(m["gain"] for m in moved if m["url"] == row["url"]), rel=1e-6
    )


def test_the_same_script_link_on_many_pages_is_one_finding_with_reach(tmp_path: Path) -> None:
    text = "\n".join(
        f"a.com/{n} -> a.com/ home\na.com/ -> a.com/{n} n\na.com/{n} dead script javascript:x Menu nav"
        for n in range(1, 5)
    )
    [row] = asked(text, tmp_path, "uncrawlable")
    assert (row["n_places"], row["n_pages"], row["reach"]) == (4, 4, pytest.approx(4 / 5))
    assert row["way"] == f"https://a.com/ > {row['source_url']}"


def test_links_of_another_scope_do_not_count(tmp_path: Path) -> None:
    web = Linkshed(
        scored_web(
            "a.com/ dead script javascript:x Menu\nb.com/ dead script javascript:x Menu", tmp_path
        )
    )
    assert web.uncrawlable("a.com").to_dicts()[0]["n_pages"] == 1


@pytest.mark.parametrize(
    ("other", "differs"),
    [
        ("http://a.com/x", "scheme"),
        ("www.a.com/x", "www"),
        ("a.com/x/", "slash"),
        ("a.com/X", "case"),
        ("http://www.a.com/X/", "scheme, www, slash, case"),
    ],
)
def test_two_addresses_of_one_page_are_told_with_their_difference(
    other: str, differs: str, tmp_path: Path
) -> None:
    text = f"a.com/ -> a.com/x one\na.com/ -> a.com/x two\na.com/ -> {other} three\na.com/x -> a.com/ home\n{other} -> a.com/ home"
    [row] = [row for row in asked(text, tmp_path, "variants") if row["state"] == "separate"]
    assert (row["kept_url"], row["differs_by"], row["verdict"]) == (
        "https://a.com/x",
        differs,
        "certain",
    )
    assert row["gain"] is not None


def test_a_dead_twin_hands_nothing_on(tmp_path: Path) -> None:
    text = "a.com/ -> a.com/Docs/ one\na.com/ -> a.com/docs/ two\na.com/Docs/ status=404\na.com/docs/ -> a.com/ home"
    [row] = asked(text, tmp_path, "variants")
    assert (row["state"], row["kept_url"]) == ("dead", "https://a.com/docs/")
    assert row["repair"] == "link to the other address, and redirect this one there"


def test_the_same_query_in_other_letters_is_another_page(tmp_path: Path) -> None:
    text = "a.com/ -> a.com/x?q=A one\na.com/ -> a.com/x?q=a two\na.com/x?q=A status=200\na.com/x?q=a status=200"
    assert asked(text, tmp_path, "variants") == []


def test_a_sitemap_that_names_what_is_there_finds_nothing(tmp_path: Path) -> None:
    text = (
        "a.com/ -> a.com/x one\na.com/x -> a.com/ home\na.com/ known sitemap\na.com/x known sitemap"
    )
    assert asked(text, tmp_path, "sitemaps") == []


@pytest.mark.parametrize(
    ("code", "sound"),
    [
        ("de", True),
        ("de-AT", True),
        ("zh-Hant-TW", True),
        ("x-default", True),
        ("es-419", True),
        ("en-UK", False),
        ("english", False),
        ("jp", False),
        ("de_AT", False),
    ],
)
def test_codes_of_languages(code: str, sound: bool) -> None:
    assert is_code(code) is sound


def test_a_whole_set_of_languages_has_no_fault(tmp_path: Path) -> None:
    urls = ("a.com/en", "a.com/de", "a.com/fr")
    text = "\n".join(f"{one} -> {other} {other[-2:]} hreflang" for one in urls for other in urls)
    assert asked(text, tmp_path, "headlinks") == []


def test_the_strongest_of_each_key_is_the_last_of_the_largest() -> None:
    keys, values = np.array([0, 1, 0, 1, 3]), np.array([1.0, 5.0, 2.0, 5.0, 0.0])
    assert strongest(keys, values, 5).tolist() == [2, 3, -1, 4, -1]


@pytest.mark.parametrize("seed", range(3))
def test_every_way_is_a_shortest_one_of_real_links(seed: int, tmp_path: Path) -> None:
    snapshot = scored_web(random_text(seed, n=60, n_links=200), tmp_path)
    plain = Plain(snapshot)
    steps = {(link["from"]["url"], link["to"]["url"]) for link in plain.links}
    depth = {page["url"]: page["depth"] for page in plain.pages}
    rows = Linkshed(snapshot).findings("*", select="*").to_dicts()
    ways = [
        (row["source_url"], row["way"].split(" > "))
        for row in rows
        if row["way"] and row["source_url"]
    ]
    assert ways
    for source, way in ways:
        assert way[-1] == source
        assert len(way) == depth[source] + 1
        assert all(pair in steps for pair in itertools.pairwise(way))


def test_gains_at_a_sitemap_are_those_of_the_same_repair_elsewhere(tmp_path: Path) -> None:
    text = """
    a.com/ -> a.com/gone one
    a.com/ -> a.com/hid two
    a.com/ -> a.com/moved three
    a.com/hid -> a.com/ home
    a.com/alone -> a.com/ home
    a.com/hid noindex
    a.com/gone status=404
    a.com/moved redirect a.com/
    """
    names = ("gone", "hid", "alone", "moved")
    text += "\n".join(f"a.com/{name} known sitemap" for name in names)
    web = Linkshed(scored_web(text, tmp_path))
    found = {row["url"][14:]: row for row in web.sitemaps("a.com", select="*").to_dicts()}
    waste = {row["url"][14:]: row["gain"] for row in web.waste("a.com").to_dicts() if row["url"]}
    (alone,) = web.orphans("a.com", select="*").to_dicts()
    assert found["gone"]["gain"] == pytest.approx(waste["gone"])
    assert found["hid"]["gain"] == pytest.approx(waste["hid"])
    assert found["alone"]["gain"] == pytest.approx(alone["scope_gain"])
    assert found["moved"]["gain"] == found[""]["gain"] == 0.0
    untried = web.sitemaps("a.com", select="*", each=0).to_dicts()
    assert {row["kind"] for row in untried if row["gain"] is None} == {
        "dead",
        "noindex",
        "no way leads there",
    }
