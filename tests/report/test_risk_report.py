"""Every view of a risk report, against the others and against what they rest on."""

from __future__ import annotations

from collections import defaultdict
from math import prod
from pathlib import Path
from typing import Any

import pytest

from linkshed.api import Linkshed
from linkshed.errors import MissingScore
from linkshed.simulate.risk.markers import MARKERS, SCOPE
from snapshots import built, random_text, scored_web

RANDOM = random_text(11, n=150, n_links=900)
LISTS = "\n".join(
    f"{site}.net/ -> t{k}.org/ 'it'\n{site}.net/ -> s0.com/{k} 'buy now' footer"
    for site in ("one", "two", "six")
    for k in range(12)
)
FANS = "\n".join(f"fan{k}.com/ -> s0.com/ 'good'" for k in range(12))
WORDS = """
b.org/ -> s0.com/1 '<script>alert(1)</script> best price' comments
paid.org/ -> s0.com/2 'tea' context_left='A sponsored  post:'
"""
Row = dict[str, Any]


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Linkshed:
    text = f"{RANDOM}\n{LISTS}\n{FANS}\n{WORDS}"
    return Linkshed(scored_web(text, tmp_path_factory.mktemp("risk")))


def rows(web: Linkshed, by: str, **asked: Any) -> list[Row]:
    found: list[Row] = web.risk("s0.com", by=by, select="*", limit=None, **asked).to_dicts()
    return found


def test_a_row_for_each_referring_domain(web: Linkshed) -> None:
    found = {row["domain"]: row for row in rows(web, "domain")}
    others = web.refdomains("s0.com", limit=None).to_dicts()
    assert {d: (r["links"], r["followed_links"]) for d, r in found.items()} == {
        row["domain"]: (row["links"], row["followed_links"]) for row in others
    }
    assert [row["risk"] for row in rows(web, "domain")] == sorted(
        (row["risk"] for row in found.values()), reverse=True
    )
    assert found["one.net"]["level"] == "high"


def test_risks_are_what_their_evidence_adds_up_to(web: Linkshed) -> None:
    parts: dict[str, dict[str, float]] = defaultdict(dict)
    for row in rows(web, "evidence"):
        if row["about"] != SCOPE:
            known = parts[row["domain"]]
            known[row["marker"]] = max(known.get(row["marker"], 0), row["part"])
    for row in rows(web, "domain"):
        added = parts[row["domain"]].values()
        assert row["risk"] == pytest.approx(1 - prod(1 - part for part in added), abs=1e-12)
        assert {text.split()[0] for text in row["markers"]} == set(parts[row["domain"]])
    assert {"outlink_clone", "comment_forum", "unqualified_paid"} <= {
        name for known in parts.values() for name in known
    }


def test_evidence_names_links_that_stand_there_and_domains_that_share(web: Linkshed) -> None:
    links = {
        (row["source_url"], row["target_url"], row["anchor"], row["placement"])
        for row in web.backlinks("s0.com", grouping="all", limit=None, select="*").to_dicts()
    }
    found = rows(web, "evidence", where='about = "link"')
    assert found
    for row in found:
        assert (row["source_url"], row["target_url"], row["anchor"], row["placement"]) in links
    clones = rows(web, "evidence", where='marker = "outlink_clone"')
    assert {(row["domain"], row["other_domain"], row["value"]) for row in clones} == {
        ("one.net", "six.net", 1.0), ("six.net", "one.net", 1.0), ("two.net", "one.net", 1.0)
    }  # fmt: skip


def test_links_are_those_on_which_a_marker_of_links_fires(web: Linkshed) -> None:
    pieces = rows(web, "evidence", where='about = "link"')
    ends = {(row["source_url"], row["target_url"], row["anchor"]) for row in pieces}
    found = rows(web, "link")
    assert {(row["source_url"], row["target_url"], row["anchor"]) for row in found} == ends
    assert all(row["risk"] > 0 and row["markers"] for row in found)


def test_the_whole_has_a_row_for_each_of_its_markers_known_or_not(web: Linkshed) -> None:
    found = rows(web, "marker")
    assert {row["about"] for row in found} == {SCOPE}
    assert sorted(row["marker"] for row in found) == sorted(
        m.name for m in MARKERS if m.about == SCOPE
    )
    for row in found:
        assert (row["value"] is None) == (row["reason"] is not None) == (row["part"] is None)


def test_what_is_asked_in_words_says_the_whole_and_that_it_is_no_verdict(web: Linkshed) -> None:
    said = " ".join(web.risk("s0.com").remarks)
    assert "Risk of the whole profile" in said
    assert "honest sites show some of them" in said
    assert "penal" not in said


def test_words_of_strangers_keep_no_power_in_files(web: Linkshed, tmp_path: Path) -> None:
    found = web.risk("s0.com", by="link", select="anchor", limit=None)
    assert "<script>alert(1)</script> best price" in {row["anchor"] for row in found.to_dicts()}


def test_a_snapshot_without_scores_says_what_to_do(tmp_path: Path) -> None:
    bare = Linkshed(built("a.com/ -> b.com/ 'tea'", tmp_path)[1])
    with pytest.raises(MissingScore) as raised:
        bare.risk("b.com")
    assert "linkshed score" in str(raised.value)


def test_a_scope_nobody_links_to_has_no_rows(web: Linkshed) -> None:
    for by in ("domain", "link", "evidence"):
        assert web.risk("one.net", by=by).to_dicts() == []
    assert all(row["value"] is None for row in web.risk("one.net", by="marker").to_dicts())


def test_each_view_shows_the_columns_that_its_rows_have(web: Linkshed) -> None:
    for by in ("domain", "link", "marker", "evidence"):
        found = web.risk("s0.com", by=by, limit=None).to_dicts()
        empty = {name for name in found[0] if all(row[name] is None for row in found)}
        assert not empty, by
