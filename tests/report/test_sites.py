"""Figures of several sites are those that the other reports give of each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from linkshed.api import Linkshed
from linkshed.errors import ParameterError, ScopeError
from linkshed.report.answers import sites
from snapshots import random_text, scored_web

SCOPES = ("s1.com", "s2.com/3", "https://s3.com/1", "*.s4.com", "nowhere.example", "s0.com/2*", "*")


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Linkshed:
    folder = tmp_path_factory.mktemp("sites")
    more = "\n".join(
        f"fan{k}.org/ -> s{1 + k % 2}.com/{k % 4 or ''} 'tea {k % 3}'" for k in range(20)
    )
    return Linkshed(scored_web(f"{random_text(4)}\n{more}", folder))


@pytest.mark.parametrize("scope", SCOPES)
def test_figures_agree_with_the_other_reports(web: Linkshed, scope: str) -> None:
    (row,) = web.compare(scope, select="*").to_dicts()
    told = {r["name"]: r["value"] for r in web.overview(scope).to_dicts()}
    for name, figure in (
        ("backlinks", "backlinks"), ("followed_links", "followed backlinks"),
        ("dead_links", "backlinks to dead pages"), ("refpages", "referring pages"),
        ("refdomains", "referring domains"),
        ("followed_refdomains", "referring domains, followed"),
        ("outgoing_links", "outgoing links"), ("linked_domains", "linked domains"),
        ("pages", "pages known"), ("read_pages", "pages read"), ("equity", "equity of all pages"),
        ("best_page_rating", "best page rating"), ("equity_from_outside", "equity from outside"),
    ):  # fmt: skip
        assert row[name] == (told[figure] if told[figure] is None else pytest.approx(told[figure]))
    if "domain rating" in told:
        assert row["domain_rating"] == told["domain rating"]
    assert row["unfollowed_links"] == row["backlinks"] - row["followed_links"]
    assert row["unfollowed_refdomains"] == row["refdomains"] - row["followed_refdomains"]
    linked = web.linkeddomains(scope, select="followed_links").to_dicts()
    assert row["followed_outgoing_links"] == sum(r["followed_links"] for r in linked)
    assert row["followed_linked_domains"] == sum(r["followed_links"] > 0 for r in linked)
    assert row["internal_links"] == web.internal(scope, grouping="all").total
    anchors = web.anchors(scope, limit=1, select="anchor,links")
    assert row["anchors"] == anchors.total
    by_place = {name: int(n) for name, n in (text.rsplit() for text in row["placements"])}
    assert sum(by_place.values()) == row["backlinks"]
    if row["backlinks"]:
        (first,) = anchors.to_dicts()
        assert row["top_anchor"] == first["anchor"]
        assert row["top_anchor_share"] == pytest.approx(first["links"] / row["backlinks"])
        assert row["content_share"] == pytest.approx(by_place.get("content", 0) / row["backlinks"])
    domains = web.refdomains(scope, select="equity", order_by="equity:desc").to_dicts()
    if row["equity_from_outside"]:
        top = sum(r["equity"] for r in domains[:3])
        assert row["largest_share"] == pytest.approx(top / row["equity_from_outside"])


@pytest.mark.parametrize("scope", ["s1.com", "s2.com"])
def test_the_robust_rating_is_that_without_the_three_largest(web: Linkshed, scope: str) -> None:
    (row,) = web.compare(scope, select="site_rating,robust_rating").to_dicts()
    lines = web.robustness(scope, select="without,rating,rating_loss").to_dicts()
    (three,) = [line for line in lines if line["without"] == "the 3 largest"]
    assert row["robust_rating"] == pytest.approx(three["rating"])
    assert row["site_rating"] == pytest.approx(three["rating"] + three["rating_loss"])


def test_with_fewer_domains_all_of_them_are_taken_away(tmp_path: Path) -> None:
    text = "a.org/ -> one.com/ tea\nb.org/ -> two.com/ tea\nc.org/ -> two.com/ tea\nnone.com/ x=1"
    web = Linkshed(scored_web(text.replace("x=1", "status=200"), tmp_path))
    rows = web.compare("one.com, two.com, none.com", select="site_rating,robust_rating").to_dicts()
    assert [row["robust_rating"] for row in rows] == pytest.approx([0, 0, 0], abs=1e-6)
    assert rows[1]["site_rating"] > rows[0]["site_rating"] > rows[2]["site_rating"]


def test_the_page_that_bears_the_name_is_rated(web: Linkshed) -> None:
    ratings = {r["url"]: r["rating"] for r in web.pages("*", select="url,rating").to_dicts()}
    rows = web.batch("s1.com, https://s3.com/1, *.s1.com", select="page_rating").to_dicts()
    of_page = [ratings["https://s1.com/"], ratings["https://s3.com/1"], ratings["https://s1.com/"]]
    assert [row["page_rating"] for row in rows] == of_page


def test_a_list_names_targets_with_their_modes(web: Linkshed) -> None:
    text = "# my sites\ns1.com\n\n  s1.com/2   url\ns2.com host\n"
    rows = web.batch("s3.com", targets=text, select="target,mode,backlinks").to_dicts()
    assert [(row["target"], row["mode"]) for row in rows] == [
        ("s3.com", "domain"), ("s1.com", "domain"), ("s1.com/2", "url"), ("s2.com", "host"),
    ]  # fmt: skip
    alone = web.report("backlinks", "s1.com/2", mode="url", grouping="all").total
    assert rows[2]["backlinks"] == alone
    with pytest.raises(ScopeError, match="nonsense"):
        web.batch("s3.com", targets="s1.com nonsense")


def test_only_the_rows_asked_for_are_counted(
    web: Linkshed, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = "\n".join(f"s{k % 5}.com/{k}" for k in range(300))
    found: Any = web.batch("s1.com", targets=many, limit=7, offset=3)
    assert (found.total, len(found.to_dicts())) == (301, 7)
    monkeypatch.setattr(sites, "MOST", 100)
    with pytest.raises(ParameterError, match="301 targets"):
        web.batch("s1.com", targets=many + "\n", limit=1)
