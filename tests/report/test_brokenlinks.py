"""Broken links against a count in plain Python, and against the audits that tell of the same."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from plain import Plain, Row

from linkshed import api
from linkshed.api import Linkshed
from linkshed.demo import archive
from linkshed.schema import Liveness, Resolution
from snapshots import random_text, scored_web

LOOPS = {Resolution.LOOP: "redirect loop", Resolution.TOO_MANY_HOPS: "too many redirects"}


def broken(web: Linkshed, scope: str = "*", **options: Any) -> list[dict[str, Any]]:
    return web.brokenlinks(scope, select="*", **options).to_dicts()


def fate(plain: Plain, page: Row) -> str | None:
    if page["resolution"] in LOOPS:
        return LOOPS[Resolution(page["resolution"])]
    if page["resolution"] == Resolution.DEAD:
        return "dead" if page["next"] == page["id"] else "dead after redirects"
    end = plain.pages[page["receiver"]]
    if end["liveness"] == Liveness.BLOCKED:
        return "turns robots away"
    is_open = end["liveness"] == Liveness.UNKNOWN and end["n_vain_looks"] is not None
    return "does not answer now" if is_open else None


def random_web(seed: int) -> str:
    lines = random_text(seed, n=60, n_links=300).splitlines()
    return "\n".join([*lines, "s0.com/3 status=403", "s1.com/4 status=503", "s2.com/5 status=429"])


def counted(plain: Plain) -> dict[tuple[str, bool], list[Row]]:
    found = defaultdict(list)
    for link in plain.links:
        if link["counts"] and fate(plain, link["to"]):
            is_near = link["from"]["domain"] == link["to"]["domain"]
            found[link["to"]["url"], is_near].append(link)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_they_are_those_counted_link_by_link(seed: int, tmp_path: Path) -> None:
    snapshot = scored_web(random_web(seed), tmp_path)
    plain, rows = Plain(snapshot), broken(Linkshed(snapshot), each=0)
    expected = counted(plain)
    assert {(row["url"], row["is_internal"]) for row in rows} == set(expected)
    for row in rows:
        links = expected[row["url"], row["is_internal"]]
        assert row["kind"] == fate(plain, links[0]["to"])
        assert row["n_links"] == len(links)
        assert row["n_followed"] == sum(link["is_followed"] for link in links)
        assert row["n_pages"] == len({link["source"] for link in links})
        assert row["source_url"] in {link["from"]["url"] for link in links}


@pytest.mark.parametrize("name", ["random", "demo"])
def test_every_audit_counts_the_same_links(name: str, tmp_path: Path) -> None:
    """What is lost at an address, and by how many links, is the same in each audit that tells it."""
    if name == "random":
        web = Linkshed(scored_web(random_text(7, n=60, n_links=350), tmp_path))
    else:
        archive.write(tmp_path / "demo.warc.gz")
        api.ingest("warc", [tmp_path / "demo.warc.gz"], store=tmp_path / "store")
        api.build(tmp_path / "store")
        api.score(tmp_path / "store")
        web = api.open(tmp_path / "store")
    told: defaultdict[str, dict[str, tuple[int, float]]] = defaultdict(dict)
    for row in broken(web, each=0):
        if row["verdict"] == "certain":
            n, stake = told[row["url"]].get("brokenlinks", (0, 0.0))
            told[row["url"]]["brokenlinks"] = n + row["n_links"], stake + row["stake"]
    for row in web.waste("*", each=0, select="*").to_dicts():
        if row["kind"] in ("broken page", *LOOPS.values()):
            told[row["url"]]["waste"] = row["links"], row["loss"]
    for row in web.redirects("*", each=0, select="*").to_dicts():
        if row["kind"] in ("dead end", "loop", "too many hops"):
            told[row["url"]]["redirects"] = row["n_links"] + row["n_backlinks"], row["stake"]
    assert any(len(by_audit) > 1 for by_audit in told.values())
    for by_audit in told.values():
        assert len({n for n, _ in by_audit.values()}) == 1
        first, *others = [lost for _, lost in by_audit.values()]
        assert others == pytest.approx([first] * len(others), rel=1e-5)
    plain = Plain(web._snapshot)
    for row in web.unfollowed("*", each=0, select="*").to_dicts():
        (page,) = [page for page in plain.pages if page["url"] == row["url"]]
        assert row["n_links"] == len(plain.inner(page))


def test_the_gain_is_that_of_the_what_if(tmp_path: Path) -> None:
    text = """
    a.com/ -> a.com/gone one
    a.com/ -> far.net/gone two
    a.com/ -> a.com/x three
    a.com/x -> a.com/ home
    a.com/gone status=404
    far.net/gone status=404
    """
    web = Linkshed(scored_web(text, tmp_path))
    edits = {"https://a.com/gone": "restore https://a.com/gone",
             "https://far.net/gone": "remove https://a.com/ -> https://far.net/gone"}  # fmt: skip
    for row in broken(web, "a.com"):
        moved = web.whatif("a.com", edits=edits[row["url"]], select="*").to_dicts()
        inside = [m["gain"] for m in moved if m["url"].startswith("https://a.com/")]
        assert row["gain"] == pytest.approx(sum(inside), rel=1e-5)


def test_what_is_not_certain_is_never_called_broken(tmp_path: Path) -> None:
    text = """
    a.com/ -> a.com/busy one
    a.com/ -> a.com/door two
    a.com/ -> far.net/ three
    a.com/busy status=503
    a.com/door status=403
    """
    web = Linkshed(scored_web(text, tmp_path))
    result = web.brokenlinks("a.com", select="*")
    rows = {row["url"]: row for row in result.to_dicts()}
    door, busy = rows["https://a.com/door"], rows["https://a.com/busy"]
    assert (door["verdict"], door["reason"]) == ("inconclusive", "it turns robots away: 403")
    assert (busy["verdict"], busy["reason"]) == ("to look at again", "503, 1 look in vain")
    assert {row["severity"] for row in rows.values()} == {None}
    assert {row["gain"] for row in rows.values()} == {None}
    assert "https://far.net/" not in rows
    assert result.remarks == (
        "1 address elsewhere was never looked at: linkshed crawl --check-external",
    )
    assert [row["findings"] for row in web.audit("a.com").to_dicts() if row["report"] ==
            "brokenlinks"] == [0]  # fmt: skip


def test_links_of_an_error_page_do_not_count(tmp_path: Path) -> None:
    text = "a.com/ -> a.com/gone one\na.com/gone status=404\na.com/gone -> a.com/lost two\na.com/lost status=404"
    assert [row["url"] for row in broken(Linkshed(scored_web(text, tmp_path)))] == [
        "https://a.com/gone"
    ]


def test_a_broken_link_of_a_template_is_one_finding_mended_once(tmp_path: Path) -> None:
    text = "a.com/gone status=404\n" + "\n".join(
        f"a.com/{n} -> a.com/gone Sale footer\na.com/ -> a.com/{n} n" for n in range(5)
    )
    (row,) = broken(Linkshed(scored_web(text, tmp_path)))
    assert (row["template"], row["n_links"], row["n_pages"]) == ("footer", 5, 5)
    assert row["reach"] == pytest.approx(5 / 6)
    assert row["repair"].endswith("; once, in the template (footer)")


def test_a_page_that_says_it_is_not_there_is_broken(tmp_path: Path) -> None:
    text = (
        "a.com/ -> a.com/x x\na.com/ -> a.com/y y\na.com/x indexability=10\na.com/y indexability=9"
    )
    rows = {row["url"][14:]: row for row in broken(Linkshed(scored_web(text, tmp_path)))}
    assert {name: row["kind"] for name, row in rows.items()} == {
        "x": "says that it is not there",
        "y": "empty",
    }
