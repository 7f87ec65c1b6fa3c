"""Every report keeps the contract, and its figures agree with SQL over the raw tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from linkshed.api import Linkshed
from linkshed.errors import ColumnError, FilterError, MissingScore, ParameterError
from linkshed.report import REPORTS
from linkshed.score.run import score
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot
from webs import FETCHED_AT, publish, rows, web

WEB = """
hub.com/ -> tea.com/ 'Tea shop'
hub.com/ -> tea.com/ 'tea'
hub.com/ -> tea.com/green 'green tea' nofollow footer
hub.com/2 -> tea.com/ 'Tea shop' sidebar
blog.hub.com/a -> tea.com/old 'old page'
news.org/ -> tea.com/gone 'gone'
news.org/ -> tea.com/ '' image alt='a cup'
news.org/x -> tea.com/moved 'moved page' ugc comments
news.org/x -> tea.com/canon '' canonical
news.org/x -> hub.com/ 'hub'
tea.com/ -> tea.com/green 'inside'
tea.com/ -> hub.com/ 'our hub' sponsored
tea.com/ -> www.tea.com/ 'www'
www.tea.com/ -> tea.com/ 'bare'
tea.com/moved redirect tea.com/green
tea.com/gone status=404
tea.com/green title='Green tea'
solo.net/ noindex
tea.com/gone known sitemap
tea.com/ dead script javascript:open() 'Menu' nav
tea.com/green -> tea.com/ 'en-UK' hreflang
www.tea.com/ -> tea.com/green 'again' nofollow
www.tea.com/ -> tea.com/gone 'no longer here' nofollow
tea.com/green text='Green tea is steamed at once and never roasted.'
hub.com/2 text='We drink green tea with friends all the time. There are cups.'
news.org/x text='Nothing at all is said about that here today.'
"""


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, Snapshot]:
    folder = tmp_path_factory.mktemp("reports")
    made = web(WEB, folder)
    return Store.open(folder / "store"), made


@pytest.fixture(scope="module")
def shed(bare: tuple[Store, Snapshot]) -> Linkshed:
    return Linkshed(score(*bare))


@pytest.fixture
def given(name: str, shed: Linkshed, bare: tuple[Store, Snapshot]) -> dict[str, Any]:
    """Options without which a report has nothing to answer."""
    if name == "whatif":
        return {"edits": "remove hub.com/ -> tea.com/"}
    if name in ("why", "newlost", "movers"):
        store, _ = bare
        other = publish(store.path.parent, rows("hub.com/ -> tea.com/ 'tea'", FETCHED_AT + 1))
        since = {"since": score(store, other).id}
        return since | ({"points": 0} if name == "movers" else {})
    if name == "suggest":
        return {"sources": "*", "floor": 0.0}
    if name == "optimise":
        return {"sources": "*", "floor": 0.0, "goals": "https://tea.com/green"}
    if name == "dilution":
        return {"links": 0}
    if name == "anchorissues":
        return {"names": 1}
    if name == "intersect":
        return {"rivals": "hub.com", "shared": True}
    if name == "competitors":
        return {"least": 1}
    if name == "weak":
        return {"below": 2.0}
    return {}


def links_sql(shed: Linkshed, condition: str) -> list[tuple[Any, ...]]:
    """Clickable links with keys and domains of both ends, by plain SQL."""
    path = {name: str(shed._snapshot.path_of(*name.split("."))) for name in
            ("links.target", "pages.key", "domains.domain")}  # fmt: skip
    query = f"""
        WITH p AS (SELECT file_row_number AS id, key
                   FROM read_parquet('{path["pages.key"]}', file_row_number = true)),
             d AS (SELECT * FROM read_parquet('{path["domains.domain"]}')),
             e AS (SELECT p.id, p.key, d.domain FROM p JOIN d ON p.id >= page_lo AND p.id < page_hi)
        SELECT s.key, s.domain, t.key, t.domain, l.anchor, l.rel
        FROM read_parquet('{path["links.target"]}') l JOIN e s ON s.id = l.source
        JOIN e t ON t.id = l.target WHERE l.kind IN (0, 1, 2) AND {condition}
    """
    return duckdb.sql(query).fetchall()


FROM_OUTSIDE = "t.domain = 'tea.com' AND s.domain <> 'tea.com'"


def test_backlinks_are_the_links_from_outside(shed: Linkshed) -> None:
    expected = links_sql(shed, FROM_OUTSIDE)
    found = shed.backlinks("tea.com", grouping="all", select="anchor,source_domain")
    assert found.total == len(expected) == 8
    rows = sorted((r["source_domain"], r["anchor"]) for r in found.to_dicts())
    assert rows == sorted((row[1], row[4]) for row in expected)


def test_links_inside_a_domain_are_no_backlinks_of_its_parts(shed: Linkshed) -> None:
    for scope, mode, own in (("tea.com", "host", "t.key LIKE 'com,tea,)%'"),
                             ("https://tea.com/", "url", "t.key = 'com,tea,)/'")):  # fmt: skip
        every = links_sql(shed, f"{own} AND s.domain <> 'tea.com'")
        inside = links_sql(shed, f"{own} AND s.domain = 'tea.com'")
        assert shed.backlinks(scope, mode=mode, grouping="all").total == len(every) > 0
        assert shed.internal(scope, mode=mode, grouping="all").total == len(inside) > 0


def test_grouping_keeps_every_link_in_its_counts(shed: Linkshed) -> None:
    whole = shed.backlinks("tea.com", grouping="all").total
    for grouping in ("similar", "domain"):
        found = shed.backlinks("tea.com", grouping=grouping, select="source_domain,links_in_group")
        assert sum(row["links_in_group"] for row in found.to_dicts()) == whole
    assert found.total == 2
    assert found.notes == {"links": whole, "domains": 2}
    assert [r["links_in_group"] for r in shed.backlinks(
        "tea.com", grouping="domain", order_by="links_in_group").to_dicts()] == [3, 5]  # fmt: skip
    with pytest.raises(FilterError, match="order by it"):
        shed.backlinks("tea.com", where="links_in_group > 1")


def test_the_best_links_are_followed_and_in_the_content(shed: Linkshed) -> None:
    found = shed.backlinks("tea.com", best=True, grouping="all", select="is_followed,placement")
    assert found.total == 5
    assert all(row == {"is_followed": True, "placement": "content"} for row in found.to_dicts())


def test_refdomains_agree_with_sql(shed: Linkshed) -> None:
    expected = links_sql(shed, FROM_OUTSIDE)
    found = {r["domain"]: r for r in shed.refdomains("tea.com", select="*").to_dicts()}
    assert set(found) == {row[1] for row in expected}
    for domain, row in found.items():
        mine = [e for e in expected if e[1] == domain]
        assert row["links"] == len(mine)
        assert row["followed_links"] == sum(e[5] & 7 == 0 for e in mine)
        assert row["linking_pages"] == len({e[0] for e in mine})
        assert row["linked_pages"] == len({e[2] for e in mine})


def test_linked_domains_agree_with_sql(shed: Linkshed) -> None:
    expected = links_sql(shed, "s.domain = 'tea.com' AND t.domain <> 'tea.com'")
    found = shed.linkeddomains("tea.com").to_dicts()
    assert [(r["domain"], r["links"], r["followed_links"]) for r in found] == [("hub.com", 1, 0)]
    assert len(expected) == 1


def test_anchors_agree_with_sql(shed: Linkshed) -> None:
    expected = links_sql(shed, FROM_OUTSIDE)
    found = {r["anchor"]: r for r in shed.anchors("tea.com", select="*").to_dicts()}
    assert set(found) == {row[4] for row in expected}
    assert found["Tea shop"]["links"] == 2
    assert found["Tea shop"]["refpages"] == 2
    assert found["Tea shop"]["refdomains"] == 1


def test_broken_lists_links_to_dead_pages(shed: Linkshed) -> None:
    found = shed.broken("tea.com").to_dicts()
    assert [(r["anchor"], r["target_outcome"], r["target_resolution"]) for r in found] == [
        ("gone", "404", "dead")
    ]


def test_broken_links_can_be_grouped_like_backlinks(shed: Linkshed) -> None:
    every = shed.broken("tea.com")
    by_domain = shed.broken("tea.com", grouping="domain", select="source_domain,links_in_group")
    counts = {row["source_domain"]: row["links_in_group"] for row in by_domain.to_dicts()}
    assert sum(counts.values()) == every.total
    assert len(counts) == by_domain.total


def test_internal_links_are_those_of_the_own_domain(shed: Linkshed) -> None:
    found = shed.pages("*", select="url,n_inlinks,n_backlinks,n_internal_inlinks").to_dicts()
    for row in found:
        assert row["n_internal_inlinks"] == row["n_inlinks"] - row["n_backlinks"]
    counts = {row["url"]: row["n_internal_inlinks"] for row in found}
    assert counts["https://tea.com/green"] == 2
    assert counts["https://tea.com/"] == 1
    assert counts["https://solo.net/"] == 0


@pytest.mark.parametrize("scope", ["www.tea.com", "https://tea.com/green", "TEA.com"])
def test_a_domain_has_its_rating_however_it_is_named(scope: str, shed: Linkshed) -> None:
    def rating(text: str) -> list[Any]:
        where = 'name in ("domain rating", "rank among 4 domains")'
        return shed.overview(text, mode="domain", where=where).to_dicts()

    assert len(rating("tea.com")) == 2
    assert rating(scope) == rating("tea.com")
    assert rating("unknown.example") == []


def test_a_column_asked_for_twice_is_shown_once(shed: Linkshed) -> None:
    found = shed.backlinks("tea.com", select="anchor,source_url,anchor")
    assert [column.name for column in found.columns] == ["anchor", "source_url"]
    assert list(found.to_dicts()[0]) == ["anchor", "source_url"]


def test_a_link_through_a_redirect_shows_its_receiver(shed: Linkshed) -> None:
    row = shed.backlinks("tea.com", where="anchor ~ moved", select="receiver_url,n_hops").to_dicts()
    assert row == [{"receiver_url": "https://tea.com/green", "n_hops": 1}]


def test_equity_of_backlinks_agrees_with_the_ledger(shed: Linkshed) -> None:
    account = shed.explain("tea.com/")
    carried = {(line["source_url"], line["anchor"]): line["equity"] for line in account["ledger"]}
    found = [
        row
        for name in ("backlinks", "internal")
        for row in shed.report(name, "https://tea.com/", mode="url", grouping="all").to_dicts()
    ]
    assert len(found) == 5
    for row in found:
        assert row["equity"] == pytest.approx(carried[row["source_url"], row["anchor"]], rel=1e-6)


def test_pages_shows_every_page_and_null_for_unknown(shed: Linkshed) -> None:
    found = {r["url"]: r for r in shed.pages("tea.com", select="*").to_dicts()}
    assert len(found) == 7
    assert found["https://tea.com/old"]["status"] is None
    assert found["https://tea.com/gone"]["equity"] is None
    assert found["https://tea.com/green"]["title"] == "Green tea"
    equities = [r["equity"] for r in found.values()]
    known = [e for e in equities if e is not None]
    assert equities == sorted(known, reverse=True) + [None] * (len(equities) - len(known))


def test_overview_counts_what_the_reports_list(shed: Linkshed) -> None:
    found = {(r["section"], r["name"]): r["value"] for r in shed.overview("tea.com").to_dicts()}
    assert found["links", "backlinks"] == 8
    assert found["links", "referring domains"] == 2
    assert found["links", "backlinks to dead pages"] == 1
    assert found["coverage", "pages known"] == 7
    assert found["strength", "domain rating"] is not None


def test_parts_of_a_scope_without_pages_are_named(shed: Linkshed) -> None:
    for scope, mode, absent in (
        ("tea.com", None, ()),
        ("tea.com/none", "url", ("tea.com/none",)),
        ("tea.com/none", "domain", ()),
        ("x.example, tea.com", None, ("x.example",)),
        ("x.example, tea.com/none", "domain", ("x.example",)),
        ("x.example\nhttps://y.example/", None, ("x.example", "https://y.example/")),
    ):
        found = shed.backlinks(scope, mode=mode)
        assert found.absent == shed.absent(scope, mode) == absent
        told = [remark for remark in found.remarks if "not in this snapshot" in remark]
        assert len(told) == bool(absent)
        assert all(member in told[0] for member in absent)
    many = shed.pages(", ".join(f"n{k}.example" for k in range(12)))
    assert "n4.example and 7 more are not in this snapshot" in many.remarks[-1]


@pytest.mark.parametrize("name", REPORTS.names)
class TestContract:
    def test_every_column_can_be_shown_sorted_and_filtered(
        self, name: str, shed: Linkshed, given: dict[str, Any]
    ) -> None:
        report = REPORTS.load(name).REPORT
        assert shed.report(name, "tea.com", select="*", **given).to_arrow().num_rows >= 1
        for column in report.columns:
            if column.name == "links_in_group":
                continue
            result = shed.report(
                name, "tea.com", select=column.name, order_by=f"{column.name}:desc",
                where=f"{column.name} is null or not {column.name} is null", **given,
            )  # fmt: skip
            assert result.total == shed.report(name, "tea.com", **given).total, column.name
            assert column.meaning

    def test_a_scope_without_pages_gives_no_rows_but_an_answer(
        self, name: str, shed: Linkshed, given: dict[str, Any]
    ) -> None:
        given.pop("goals", None)
        result = shed.report(name, "nowhere.example", select="*", **given)
        assert result.total == 0 or name in ("overview", "intersect", "compare", "batch")

    def test_limit_and_offset_cut_the_same_order(
        self, name: str, shed: Linkshed, given: dict[str, Any]
    ) -> None:
        whole = shed.report(name, "tea.com", **given).to_dicts()
        part = shed.report(name, "tea.com", limit=2, offset=1, **given)
        assert part.to_dicts() == whole[1:3]
        assert part.total == len(whole)

    def test_mistakes_are_named(self, name: str, shed: Linkshed) -> None:
        for wrong in ({"select": "nonsense"}, {"order_by": "nonsense"}, {"where": "nonsense = 1"}):
            with pytest.raises(ColumnError, match="nonsense"):
                shed.report(name, "tea.com", **wrong)
        with pytest.raises(ParameterError):
            shed.report(name, "tea.com", order_by=f"{REPORTS.load(name).REPORT.select[0]}:up")
        with pytest.raises(ParameterError):
            shed.report(name, "tea.com", limit=-1)
        with pytest.raises(ParameterError, match="no option"):
            shed.report(name, "tea.com", colour="red")


def test_without_scores_the_repair_is_named(bare: tuple[Store, Snapshot]) -> None:
    unscored = Linkshed(bare[1])
    for name in ("overview", "refdomains", "linkeddomains", "anchors"):
        with pytest.raises(MissingScore, match="linkshed score"):
            unscored.report(name, "tea.com")
    with pytest.raises(MissingScore, match="linkshed score"):
        unscored.backlinks("tea.com").to_arrow()
    plain = unscored.backlinks("tea.com", select="source_url,anchor", order_by="anchor")
    assert plain.to_arrow().num_rows == plain.total > 0


def test_one_page_alone_has_an_account(tmp_path: Path) -> None:
    made = web("a.com/ title=alone", tmp_path)
    alone = Linkshed(score(Store.open(tmp_path / "store"), made))
    assert alone.backlinks("a.com").total == 0
    assert alone.explain("a.com")["equity"] == pytest.approx(0.15)
