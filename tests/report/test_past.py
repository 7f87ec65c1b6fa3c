"""Domains, words and pages with the links they lost, counted again from the links one by one."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from linkshed.api import Linkshed
from report.test_newlost import NOW, THEN, two, worded

GONE = ("lost", "unseen")
SCOPES = ("s1.com", "s2.com/3", "s1.com, s3.com")


@pytest.fixture(scope="module", params=[1, 2])
def webs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Linkshed, Linkshed]:
    folder = tmp_path_factory.mktemp("past")
    return two(folder, worded(request.param, again=False), worded(request.param, again=True))


def links(webs: tuple[Linkshed, Linkshed], scope: str) -> list[dict[str, Any]]:
    """Every link that stands, or stood, and what became of it."""
    before, after = webs
    return after.newlost(scope, since=before.snapshot, standing=True, select="*").to_dicts()


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize(
    ("name", "key", "of_link"),
    [("refdomains", "domain", "source_domain"), ("anchors", "anchor", "anchor")],
)
def test_rows_sum_the_links_of_both_snapshots(
    webs: tuple[Linkshed, Linkshed], name: str, key: str, of_link: str, scope: str
) -> None:
    before, after = webs
    mine = defaultdict(list)
    for link in links(webs, scope):
        mine[link[of_link]].append(link)
    rows = after.report(name, scope, since=before.snapshot, select="*").to_dicts()
    assert {row[key] for row in rows} == set(mine)
    for row in rows:
        group = mine[row[key]]
        assert row["links"] == len(group)
        assert row["linked_pages"] == len({link["target_url"] for link in group})
        pages = row["linking_pages"] if name == "refdomains" else row["refpages"]
        assert pages == len({link["source_url"] for link in group})
        assert row["new_links"] == sum(link["event"] == "new" for link in group)
        assert row["lost_links"] == sum(link["event"] == "lost" for link in group)
        kept = [link for link in group if link["event"] not in GONE]
        days = [link["day"] for link in group if link["event"] == "lost"]
        assert row["lost_at"] == (None if kept or not days else max(days))
        equity = sum(link["equity_after"] or 0 for link in kept)
        assert row["equity"] == pytest.approx(equity, rel=1e-6, abs=1e-12)
        if name == "anchors":
            assert row["refdomains"] == len({link["source_domain"] for link in group})


@pytest.mark.parametrize("scope", SCOPES)
def test_pages_tell_what_they_won_and_lost(webs: tuple[Linkshed, Linkshed], scope: str) -> None:
    before, after = webs
    mine = defaultdict(list)
    for link in links(webs, scope):
        mine[link["target_url"]].append(link)
    rows = after.pages(scope, since=before.snapshot, select="*").to_dicts()
    assert [r["url"] for r in rows] == [r["url"] for r in after.pages(scope).to_dicts()]
    for row in rows:
        group = mine[row["url"]]
        assert row["new_links"] == sum(link["event"] == "new" for link in group)
        assert row["lost_links"] == sum(link["event"] == "lost" for link in group)
        kept = [link for link in group if link["event"] not in GONE]
        days = [link["day"] for link in group if link["event"] == "lost"]
        assert row["lost_at"] == (None if kept or not days else max(days))


def test_what_is_gone_altogether_tells_when(tmp_path: Path) -> None:
    before, after = two(
        tmp_path, "x.com/ -> a.com/ tea\ny.com/ -> a.com/ pot",
        "x.com/ status=200\nz.com/ -> a.com/b cup",
    )  # fmt: skip
    since = before.snapshot
    lost = datetime.fromtimestamp(NOW, UTC).replace(tzinfo=None)
    columns = "links,new_links,lost_links,lost_at"
    found = {}
    for name, key in (("refdomains", "domain"), ("anchors", "anchor"), ("pages", "url")):
        chosen = f"{key},{columns.replace('links', 'n_backlinks', name == 'pages')}"
        rows = after.report(name, "a.com", since=since, select=chosen).to_dicts()
        found[name] = {row.pop(key): tuple(row.values()) for row in rows}
    assert found["refdomains"] == {
        "x.com": (1, 0, 1, lost), "y.com": (1, 0, 0, None), "z.com": (1, 0, 0, None)
    }  # fmt: skip
    assert found["anchors"] == {
        "tea": (1, 0, 1, lost), "pot": (1, 0, 0, None), "cup": (1, 0, 0, None)
    }  # fmt: skip
    assert found["pages"]["https://a.com/"] == (1, 0, 1, None)
    assert found["pages"]["https://a.com/b"] == (1, 0, 0, None)
    ratings = after.refdomains("a.com", since=since, select="domain,domain_rating").to_dicts()
    assert all(row["domain_rating"] is not None for row in ratings)


@pytest.mark.parametrize("name", ["refdomains", "anchors", "pages"])
def test_without_an_earlier_snapshot_the_past_is_not_known(
    webs: tuple[Linkshed, Linkshed], name: str
) -> None:
    columns = "new_links,lost_links,lost_at"
    for row in webs[1].report(name, "s1.com", select=columns).to_dicts():
        assert set(row.values()) == {None}


def test_a_day_leaves_out_what_was_lost_before_it(webs: tuple[Linkshed, Linkshed]) -> None:
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    assert datetime.fromtimestamp(THEN, UTC).year == 2023
    rows = webs[1].refdomains("s1.com", since=today, select="domain,lost_links").to_dicts()
    assert all(row["lost_links"] == 0 for row in rows)
    assert {row["domain"] for row in rows} == {
        row["domain"] for row in webs[1].refdomains("s1.com").to_dicts()
    }


@pytest.mark.parametrize("grouping", ["similar", "domain"])
def test_new_and_lost_links_can_be_grouped_like_backlinks(
    webs: tuple[Linkshed, Linkshed], grouping: str
) -> None:
    parts = {
        "similar": ("source_domain", "target_url", "placement"), "domain": ("source_domain",)
    }[grouping]  # fmt: skip
    counts: dict[Any, int] = defaultdict(int)
    for link in links(webs, "s1.com"):
        counts[tuple(link[part] for part in parts)] += 1
    rows = webs[1].newlost(
        "s1.com", since=webs[0].snapshot, standing=True, grouping=grouping, select="*"
    )
    found = {tuple(row[part] for part in parts): row["links_in_group"] for row in rows.to_dicts()}
    assert found == counts
    assert len(rows.to_dicts()) == len(counts)
