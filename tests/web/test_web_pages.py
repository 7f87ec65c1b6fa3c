"""Pages without a browser: every report, every state, what strangers write, who may look."""

from __future__ import annotations

import io
import json
import re
import shlex
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser as Html

import linkshed
from linkshed import api
from linkshed.report.filters import tree
from linkshed.report.filtertext import as_text
from linkshed.serve.cli import cli
from linkshed.serve.http.app import create_app
from linkshed.serve.http.settings import Settings
from linkshed.serve.web import conditions, words
from linkshed.snapshot.store import Store
from web.browsing import HOSTILE, LONG, make
from webs import publish, rows

PAGE_BYTES = 300_000
NEEDS = {"whatif": {"edits": "add https://tea.com/water -> https://tea.com/green"}}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("web"))


@pytest.fixture(scope="module")
def http(store: Path) -> TestClient:
    return client(store)


def client(store: Path, **settings: Any) -> TestClient:
    made = TestClient(create_app(Settings(str(store), **settings)), base_url="http://127.0.0.1",
                      raise_server_exceptions=False, follow_redirects=False)  # fmt: skip
    made.headers["accept"] = "text/html"
    return made


def at(path: str, **asked: Any) -> str:
    return f"{path}?{urlencode(asked)}"


def html(http: TestClient, path: str, status: int = 200, **asked: Any) -> Html:
    answer = http.get(at(path, **asked))
    assert answer.status_code == status, answer.text[-2000:]
    return Html(answer.text)


def text_of(page: Html, selector: str) -> str:
    found = page.css_first(selector)
    assert found is not None, selector
    return " ".join(found.text().split())


def dialogs_of(http: TestClient, page: Html) -> Html:
    """The dialogs of a table, as its script asks for them."""
    actions = page.css_first("[data-dialogs]")
    assert actions is not None
    answer = http.get(actions.attributes["data-dialogs"] or "")
    assert answer.status_code == 200, answer.text
    return Html(answer.text)


def cells(page: Html, n: int) -> list[str]:
    return [" ".join(c.text().split()) for c in page.css(f".rows tbody tr > :nth-child({n})")]


@pytest.mark.parametrize("name", list(api.REPORTS))
def test_every_report_is_in_the_menu_and_has_a_page(http: TestClient, name: str) -> None:
    report = api.REPORTS.load(name).REPORT
    assert report.group in api.GROUPS
    start = html(http, "/")
    entry = next(a for a in start.css(".menu a") if a.text() == report.heading)
    path = entry.attributes["href"]
    assert path is not None
    asked = {"scope": "tea.com", "limit": "100", **NEEDS.get(name, {})}
    answer = http.get(at(path, **asked))
    is_mended_here = Html(answer.text).css_first(".mistake ~ *, .options") is not None
    assert answer.status_code == 200 or is_mended_here, answer.text[-3000:]
    assert len(answer.content) < PAGE_BYTES
    assert "Traceback" not in answer.text


def test_a_table_shows_true_counts_and_pages_through_all_rows(
    http: TestClient, store: Path
) -> None:
    result = linkshed.open(store).report("backlinks", "tea.com", grouping="all")
    address = at("/reports/backlinks", scope="tea.com", grouping="all", limit=50)
    seen, pages = [], 0
    while address:
        page = Html(http.get(address).text)
        seen += [a.attributes["href"] for a in page.css(".rows tbody th.url > a:first-of-type")]
        following = page.css_first("a[rel=next]")
        address = (following.attributes["href"] or "") if following else ""
        pages += 1
    assert len(seen) == result.total == 131
    assert pages == 3
    assert "131 links" in text_of(page, ".counts")
    assert "Rows 101–131 of 131" in text_of(page, ".pager")
    before = page.css_first("a[rel=prev]")
    assert before is not None
    assert "Rows 51–100" in text_of(Html(http.get(before.attributes["href"] or "").text), ".pager")


@pytest.mark.parametrize(
    ("name", "asked"), [("backlinks", {"grouping": "all"}), ("newlost", {"standing": "true"})]
)
def test_wide_rows_are_shown_fewer_at_a_time_and_none_is_left_out(
    http: TestClient, name: str, asked: dict[str, str]
) -> None:
    address = at(f"/reports/{name}", scope="tea.com", limit=500, select="*", **asked)
    seen: list[str] = []
    pages = 0
    while address:
        answer = http.get(address)
        assert len(answer.content) < PAGE_BYTES
        page = Html(answer.text)
        shown = [row.html or "" for row in page.css(".rows tbody tr")]
        assert f"Rows {len(seen) + 1}–{len(seen) + len(shown)} of" in text_of(page, ".pager")
        seen += shown
        if pages == 0:
            assert "as many as a page holds" in text_of(page, ".pager")
            assert f"--limit {len(shown)} " in text_of(dialogs_of(http, page), "#made-Command")
        following = page.css_first("a[rel=next]")
        address = (following.attributes["href"] or "") if following else ""
        pages += 1
    assert len({*seen}) == len(seen) == int(text_of(page, ".pager strong:nth-child(2)"))
    assert pages >= 2


def test_groups_and_counts_lead_to_the_rows_they_count(http: TestClient) -> None:
    page = html(http, "/reports/refdomains", scope="tea.com", order_by="links:desc")
    drill = page.css_first(".rows .drill")
    assert drill is not None
    assert drill.text() == "3"
    path, _, query = (drill.attributes["href"] or "").partition("?")
    inside = Html(http.get(f"{path}/rows?{query}").text)
    assert len(inside.css("tbody tr")) == 3
    assert {"wiki.net"} == {
        words.host(a.attributes["href"] or "") for a in inside.css(".out[href*=wiki]")
    }
    grouped = html(http, "/reports/backlinks", scope="tea.com", grouping="domain",
                   where="source_domain = wiki.net")  # fmt: skip
    opened = grouped.css_first(".rows .drill")
    assert opened is not None
    assert opened.text() == "3"
    own = Html(http.get(opened.attributes["href"] or "").text)
    assert "3 rows of 131 links" in text_of(own, ".counts")


def test_sorting_by_a_header_orders_the_rows_both_ways(http: TestClient) -> None:
    page = html(http, "/reports/refdomains", scope="tea.com")
    link = next(a for a in page.css(".rows thead a") if a.text().startswith("Domain"))
    up = Html(http.get(link.attributes["href"] or "").text)
    found = cells(up, 1)
    assert found == sorted(found)
    head = up.css_first("thead th[aria-sort=ascending]")
    assert head is not None
    down = Html(http.get(head.css_first("a").attributes["href"] or "").text)  # type: ignore[union-attr]
    turned = cells(down, 1)
    assert turned == sorted(turned, reverse=True)
    assert turned[0] == "wiki.net"


def test_the_builder_writes_the_filter_that_the_api_takes(http: TestClient) -> None:
    lines = [("0", "anchor", "isubstring", "TEA"), ("1", "source_rating", "gte", "0"),
             ("1", "placement", "eq", "footer"), ("0", "is_followed", "true", "")]  # fmt: skip
    query = [("scope", "tea.com"), ("join", "and")]
    for group, name, op, value in lines:
        query += [("g", group), ("f", name), ("o", op), ("v", value)]
    answer = http.get(f"/reports/backlinks/change?{urlencode(query)}")
    assert answer.status_code == 303
    page = Html(http.get(answer.headers["location"]).text)
    chips = [" ".join(chip.text().split()) for chip in page.css(".chip")]
    assert chips == [
        "anchor contains TEA×",
        'source_rating >= 0 or placement = "footer"×',
        "followed is true×",
    ]
    where = 'anchor ~ "TEA" and (source_rating >= 0 or placement = "footer") and is_followed'
    assert urlencode({"where": where}) in answer.headers["location"]
    asked = http.get(at("/v1/reports/backlinks", scope="tea.com", where=where, limit=0)).json()
    assert f"{asked['total']} rows" in text_of(page, ".counts")
    fewer = Html(http.get(page.css_first(".chip a").attributes["href"] or "").text)  # type: ignore[union-attr]
    assert len(fewer.css(".chip")) == 2
    built = [c.attributes["value"] for c in dialogs_of(http, fewer).css(".builder [name=v]")]
    assert "footer" in built


def test_columns_are_chosen_and_kept_in_the_address(http: TestClient) -> None:
    query = [("scope", "tea.com"), ("column", "url"), ("column", "n_words"), ("column", "status")]
    answer = http.get(f"/reports/pages/change?{urlencode(query)}")
    page = Html(http.get(answer.headers["location"]).text)
    assert [a.text() for a in page.css(".rows thead a")] == ["URL", "Status", "Words"]


def test_an_export_holds_exactly_what_is_shown(http: TestClient, store: Path) -> None:
    asked = {"scope": "tea.com", "where": 'anchor = "tea"', "select": "source_url,anchor,equity"}
    page = html(http, "/reports/backlinks", **asked, grouping="all")
    shown = 3
    assert len(page.css(".rows tbody tr")) == shown
    links = {a.text(): a.attributes["href"] or "" for a in page.css("a[download]")}
    assert list(links) == ["CSV", "Excel (XLSX)", "JSON", "NDJSON", "Parquet"]
    made = api.open(store).report(
        "backlinks", "tea.com", where=asked["where"], grouping="all",
        select="source_url,anchor,equity,source_title,context_left,context_right,kind,is_nofollow,is_ugc,is_sponsored",
    )  # fmt: skip
    expected = [row["source_url"] for row in made.to_dicts()]
    names = [column.name for column in made.columns]
    files = {form: http.get(link) for form, link in links.items()}
    assert files["CSV"].text.splitlines()[0].split(",") == names
    assert [line.split(",")[0] for line in files["CSV"].text.splitlines()[1:]] == expected
    assert files["JSON"].json()["rows"] == made.to_dicts()
    assert len(files["NDJSON"].text.splitlines()) == shown
    assert pq.read_table(io.BytesIO(files["Parquet"].content)).to_pylist() == made.to_dicts()
    sheet = list(openpyxl.load_workbook(io.BytesIO(files["Excel (XLSX)"].content)).active.values)
    assert list(sheet[0]) == names
    assert [row[0] for row in sheet[1:]] == expected
    assert all("attachment" in answer.headers["content-disposition"] for answer in files.values())


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        (
            "backlinks",
            {"where": 'anchor ~ "tea" and not is_nofollow', "order_by": "source_url:asc"},
        ),
        ("backlinks", {"grouping": "domain", "best": "true", "limit": "50"}),
        ("refdomains", {"limit": "50", "select": "domain,links"}),
        ("backlinks", {"grouping": "all", "where": 'anchor ~ "tea" or source_rating is null'}),
        ("outgoing", {"order_by": "links_in_group:desc,equity:desc", "select": "*"}),
        ("outgoing", {"where": "is_nofollow and equity >= 0"}),
        (
            "outgoing",
            {"where": "target_host_is_domain", "select": "target_url,source_host_is_domain"},
        ),
        ("pages", {"where": 'url $= "/green" or title ~ "it\'s" or status >= 300'}),
        ("outgoing", {"grouping": "domain"}),
        ("linkeddomains", {"where": "links > 0", "order_by": "domain"}),
        ("anchors", {"order_by": "links:desc,anchor", "where": "refdomains >= 1"}),
        ("linkedanchors", {"to": "internal", "order_by": "anchor"}),
        ("internal", {"grouping": "all", "way": "within"}),
        ("broken", {}),
        ("broken", {"liveness": "dead", "select": "*"}),
        ("refdomains", {"select": "*", "where": "domain_rating >= 0"}),
        ("newlost", {"by": "domain"}),
        ("whatif", {"edits": "add https://tea.com/water -> https://tea.com/green"}),
        ("waste", {}),
        ("waste", {"where": "gain > 0", "order_by": "gain:asc", "limit": "2"}),
        ("overview", {"where": "section = links"}),
        ("pages", {"where": "liveness = alive"}),
    ],
)
def test_how_a_table_was_made_makes_it_again(
    http: TestClient, name: str, asked: dict[str, str], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    page = html(http, f"/reports/{name}", scope="tea.com", **asked)
    if asked == {"limit": "50", "select": "domain,links"}:
        following = page.css_first("a[rel=next]")
        assert following is not None
        page = Html(http.get(following.attributes["href"] or "").text)
    told = {
        pre.attributes["data-made"]: pre.text()
        for pre in dialogs_of(http, page).css("#made pre[data-made]")
    }
    shown = len(page.css(".rows tbody tr"))
    scope: dict[str, Any] = {}
    exec(told["Python"] or "", scope)
    rows = scope["rows"]
    assert len(rows) == shown > 0
    command = shlex.split(told["Command"] or "")
    lines = CliRunner().invoke(cli, command[1:]).stdout_bytes
    address = (told["HTTP"] or "").removeprefix("http://127.0.0.1")
    assert http.get(address).json()["rows"] == as_json(rows)
    assert http.get(f"{address}&format=csv").content == lines
    is_computed = name in ("newlost", "whatif", "waste", "overview")
    is_judged = (asked.get("select") == "*" and name != "refdomains") or "liveness = " in str(asked)
    assert ("File" in told) is (is_computed or is_judged)
    monkeypatch.chdir(tmp_path)
    if "File" in told:
        wrote = CliRunner().invoke(cli, shlex.split(told["File"] or "")[1:])
        assert wrote.exit_code == 0, wrote.output
        assert (tmp_path / f"{name}.parquet").exists()
    found = duckdb.sql(told["SQL"] or "").fetchall()
    assert [tuple(map(fuzzy, row)) for row in found] == [
        tuple(map(fuzzy, r.values())) for r in rows
    ]


def fuzzy(value: Any) -> Any:
    """A sum of fractions without its last digits, which hang on the order of adding."""
    return float(f"{value:.12g}") if isinstance(value, float) else value


def as_json(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: f"{v.isoformat()}Z" if hasattr(v, "isoformat") else v for name, v in row.items()}
            for row in rows]  # fmt: skip


def test_a_ledger_sums_to_the_equity_on_the_page(http: TestClient) -> None:
    page = html(http, "/page", url="https://tea.com/", scope="tea.com")
    parts = [
        float(c.attributes["data-equity"] or "") for c in page.css("#ledger tbody [data-equity]")
    ]
    total = float(page.css_first("#sum").attributes["data-equity"] or "")  # type: ignore[union-attr]
    assert sum(parts) == pytest.approx(total, rel=1e-9)
    assert "sum to the equity exactly" in text_of(page, ".verdict")
    assert len(page.css("#ledger tbody tr")) == 22
    assert len(page.css("#history tbody tr")) == 2


def test_a_page_leads_to_all_redirects_into_it(http: TestClient) -> None:
    page = html(http, "/page", url="https://tea.com/green", scope="tea.com")
    link = page.css_first("#redirects .button")
    assert link is not None
    table = Html(http.get(link.attributes["href"] or "").text)
    assert [a.text() for a in table.css(".rows tbody td.url a")][:1] == ["tea.com/old"]
    old = html(http, "/page", url="https://tea.com/old")
    assert re.search("hands on to tea.com/green\\W+, in one hop", text_of(old, "#redirects"))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://tea.com/old", "hands all its equity to https://tea.com/green"),
        ("https://tea.com/gone", "answers 404"),
    ],
)
def test_a_page_without_equity_says_why(http: TestClient, url: str, words: str) -> None:
    page = html(http, "/page", url=url)
    assert words in text_of(page, ".sentence")
    assert page.css_first("#sum") is None


def test_counts_of_one_are_told_in_the_singular(http: TestClient) -> None:
    page = html(http, "/reports/batch", scope="tea.com")
    assert text_of(page, ".counts") == "1 target"
    alone = html(http, "/reports/backlinks", scope="pots.net")
    assert text_of(alone, ".counts").startswith("1 link 1 domain")


def test_the_kind_of_a_link_is_a_badge_of_its_anchor_that_of_a_finding_is_not(
    tmp_path: Path,
) -> None:
    site = "a.com/ -> a.com/1 'more'\na.com/ -> a.com/2 'more'\nb.com/ -> a.com/1 'pot' image"
    publish(tmp_path, rows(site))
    api.score(tmp_path / "store")
    http = client(tmp_path / "store")
    page = html(http, "/reports/anchorissues", scope="a.com", select="kind,anchor")
    assert cells(page, 2)[0] == "more"
    assert page.css(".rows .badge") == []
    links = html(http, "/reports/backlinks", scope="a.com", select="source_url,anchor")
    assert [badge.text() for badge in links.css(".rows .badge")] == ["image"]


def test_a_severity_is_marked_alike_in_tables_and_in_the_audit(http: TestClient) -> None:
    table = html(http, "/reports/waste", scope="tea.com").css(".rows .severity .badge")
    audit = html(http, "/audit", scope="tea.com").css(".issue .badge")
    marks = [{b.text(): b.attributes["class"] for b in found} for found in (table, audit)]
    assert marks[0]["critical"] == marks[1]["critical"] == "badge loss"


def test_strangers_texts_stay_texts(http: TestClient) -> None:
    for path in ("/reports/backlinks", "/reports/anchors", "/overview"):
        answer = http.get(at(path, scope="tea.com", limit=500))
        page = Html(answer.text)
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
        assert ">49<" not in answer.text
        assert "\u202e" not in answer.text
        assert "\u200b" not in answer.text
        links = [a.attributes.get("href") or "" for a in page.css("a")]
        assert all(link.startswith(("/", "http://", "https://", "#")) for link in links)
    anchors = html(http, "/reports/anchors", scope="tea.com", limit=500)
    assert "⟨U+202E⟩gnp.evil" in anchors.html  # type: ignore[operator]
    long = anchors.css_first("details.long")
    assert long is not None
    assert (
        " ".join(LONG.split()) in " ".join(long.text().replace("…", "").split())
        or len(long.text()) > 9_000
    )
    assert "javascript:" not in " ".join(a.attributes.get("href") or "" for a in anchors.css("a"))


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "HTTP://ok.example/"]
)
def test_only_addresses_of_the_web_become_links(url: str) -> None:
    assert words.is_link(url) is url.startswith("HTTP")


@pytest.mark.parametrize("text", [*HOSTILE, *HOSTILE.values()])
def test_what_is_shown_holds_nothing_invisible(text: str) -> None:
    assert not re.search("[\u200b\u202a-\u202e\u2066-\u2069\x00-\x1f]", words.shown(text))


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/reports/nothing?scope=tea.com", 404, "unknown report"),
        ("/nowhere", 404, "Not found"),
        ("/reports/backlinks?scope=tea.com&where=anchr%20~%20x", 400, "did you mean anchor"),
        ("/reports/backlinks?scope=tea.com&limit=0", 400, "1 to 500"),
        ("/reports/backlinks/change?scope=tea.com&join=and&f=anchor", 400, "g, f, o and v"),
        ("/reports/backlinks/change?scope=tea.com&join=or&g=0&f=x&o=eq&v=1", 400, "no column"),
        ("/reports/backlinks?scope=tea.com&cursor=abc", 400, "begin anew"),
        ("/reports/newlost?scope=tea.com&since=2001-01-01", 404, "of 2001-01-01 or before"),
        ("/reports/intersect?scope=tea.com&rivals=a%20b%2C", 400, "write it as https"),
        ("/overview?scope=exa%20mple", 400, "write it as https"),
        ("/overview?scope=tea.com&snapshot=none", 404, "no snapshot"),
        ("/page?url=https://tea.com/none", 404, "is not in snapshot"),
        ("/static/none.js", 404, "NotFoundError"),
        ("/overview?scope=tea.com&mode=x", 400, "mode"),
    ],
)
def test_errors_are_pages_of_the_same_design(
    http: TestClient, path: str, status: int, told: str
) -> None:
    answer = http.get(path)
    assert answer.status_code == status
    assert told in Html(answer.text).body.text()  # type: ignore[union-attr]
    assert "Traceback" not in answer.text
    if not path.startswith("/static"):
        assert Html(answer.text).css_first(".menu") is not None


def test_a_report_that_needs_rivals_asks_for_them_and_names_some(http: TestClient) -> None:
    page = html(http, "/reports/intersect", scope="tea.com", where="links > 0")
    form = page.css_first("form.asking")
    assert form is not None
    assert form.css_first("[name=rivals][required]") is not None
    assert form.css_first("[name=where]").attributes["value"] == "links > 0"  # type: ignore[union-attr]
    several = [a.attributes["href"] or "" for a in page.css(".awaited .chips a")]
    competitors = html(http, "/reports/competitors", scope="tea.com")
    assert len(several) == min(len(cells(competitors, 1)), 6)
    compared = html(http, "/compare", scope="tea.com")
    first = [a.attributes["href"] or "" for a in compared.css(".empty .chips a")]
    assert len(first) == len(several)
    answer = html(http, "/reports/intersect", scope="tea.com", rivals="pots.net")
    assert answer.css_first(".awaited") is None


def test_suggested_rivals_begin_a_comparison(tmp_path: Path) -> None:
    sites = ("tea.com", "cup.org", "pot.net")
    text = "\n".join(f"s{i}.org/ -> {site}/ 'tea'" for i in range(3) for site in sites)
    publish(tmp_path, rows(text))
    api.score(tmp_path / "store")
    http = client(tmp_path / "store")
    for path, one in (("/reports/intersect", "rivals"), ("/compare", "with")):
        page = html(http, path, scope="tea.com")
        links = [a.attributes["href"] or "" for a in page.css(".empty .chips a")]
        assert {*links} == {at(path, scope="tea.com", **{one: names})
                            for names in ("pot.net", "cup.org", "pot.net,cup.org")}  # fmt: skip
        answer = html(http, links[-1])
        assert answer.css_first(".awaited") is None
        assert "pot.net" in (answer.html or "")


def test_a_report_of_edits_leads_to_the_workbench(http: TestClient) -> None:
    page = html(http, "/reports/whatif", scope="tea.com")
    assert page.css_first(".awaited a[href='/whatif?scope=tea.com']") is not None
    assert page.css_first("textarea[name=edits][required]") is not None


@pytest.mark.parametrize("name", ["newlost", "why", "movers"])
def test_without_an_older_snapshot_a_comparison_says_how_to_make_one(
    http: TestClient, store: Path, tmp_path: Path, name: str
) -> None:
    oldest = next(m.id for m in Store.open(store).manifests() if m.scores)
    page = html(http, f"/reports/{name}", scope="tea.com", snapshot=oldest, limit=100)
    newest = page.css_first(".awaited a.primary")
    assert newest is not None
    assert newest.attributes["href"] == f"/reports/{name}?scope=tea.com&limit=100"
    (tmp_path / "it's").mkdir()
    publish(tmp_path / "it's", rows("a.com/ -> tea.com/ 'tea'"))
    api.score(tmp_path / "it's" / "store")
    only = html(client(tmp_path / "it's" / "store"), f"/reports/{name}", scope="*.tea.com")
    assert "one scored snapshot so far" in text_of(only, ".awaited")
    commands = [shlex.split(b.attributes["data-copy"] or "") for b in only.css("[data-copy]")]
    folder = str(tmp_path / "it's" / "store")
    assert commands == [
        ["linkshed", "crawl", "https://tea.com/", "--store", folder],
        ["linkshed", "build", "--store", folder],
    ]


def test_programs_are_told_errors_as_json(http: TestClient) -> None:
    for path in ("/v1/reports/nothing", "/v3/site-explorer/none"):
        assert http.get(path).json()["error"]
    assert (
        http.get("/reports/none?scope=a.com", headers={"accept": "*/*"}).json()["error"]
        == "UnknownName"
    )


def test_a_store_without_snapshot_says_what_to_do(tmp_path: Path) -> None:
    Store.create(tmp_path / "new")
    http = client(tmp_path / "new")
    page = html(http, "/")
    assert "linkshed build --store" in page.body.text()  # type: ignore[union-attr]
    assert http.get("/overview?scope=tea.com").status_code == 404
    assert http.get("/v1/health").status_code == 503


DRAWN = ("growth", "newlost", "ratings", "followed", "placements", "anchors")


def test_the_overview_draws_what_the_profile_is_made_of(http: TestClient) -> None:
    page = html(http, "/overview", scope="tea.com")
    for name in DRAWN:
        figure = page.css_first(f"figure#{name}")
        assert figure is not None
        assert figure.css_first("figcaption") is not None
        assert figure.css_first(".drawing, .bar-of, .undrawn") is not None
    ratings = page.css_first("#ratings .drawing")
    assert ratings is not None
    opens = json.loads(ratings.attributes["data-leads"] or "")
    assert opens == [a.attributes["href"] for a in page.css("#ratings .numbers a")]
    first = Html(http.get(opens[0]).text)
    assert "128 domains" in text_of(first, ".counts")
    new = page.css("#newlost ~ .spread tbody tr")
    assert [text_of(row, "th") for row in new] == ["new", "found", "changed", "lost", "unseen"]


def test_a_bar_is_as_long_as_the_share_beside_it(http: TestClient) -> None:
    page = html(http, "/overview", scope="tea.com")
    found = page.css(".spread tbody tr")
    assert len(found) > 20
    for row in found:
        length = float(row.css_first("rect").attributes["width"] or "")  # type: ignore[union-attr]
        told = row.css("td")[-1].text().removeprefix("<").removesuffix("%")
        assert length == pytest.approx(float(told), abs=0.06), row.text()
    for table in page.css(".spread"):
        assert text_of(table, "thead .bars").startswith("share of all")


def test_with_one_snapshot_the_overview_says_what_the_next_will_show(tmp_path: Path) -> None:
    publish(tmp_path, rows("a.com/ -> tea.com/ 'tea'"))
    api.score(tmp_path / "store")
    http = client(tmp_path / "store")
    page = html(http, "/overview", scope="tea.com")
    assert "No older snapshot yet" in text_of(page, "#newlost")
    link = page.css_first("#newlost a")
    assert link is not None
    assert http.get(link.attributes["href"] or "").status_code == 200
    assert text_of(page, "#growth .undrawn").startswith("The domain that links to tea.com")


def test_until_it_is_scored_a_newer_snapshot_is_told_of_and_not_shown(tmp_path: Path) -> None:
    publish(tmp_path, rows("a.com/ -> tea.com/ 'tea'"))
    http, folder = client(tmp_path / "store"), str(tmp_path / "store")
    for path in (
        "/",
        "/overview?scope=tea.com",
        "/reports/pages?scope=tea.com",
        "/page?url=a.com/",
    ):
        answer = http.get(path)
        assert answer.status_code == 200, path
        told = Html(answer.text)
        assert text_of(told, "h1") == "This snapshot is not scored yet"
        command = told.css_first("[data-copy]").attributes["data-copy"]  # type: ignore[union-attr]
        assert command == f"linkshed score --store {folder}"
    assert http.get("/v1/reports/pages?scope=tea.com").status_code == 404
    first = api.score(tmp_path / "store").snapshot
    assert html(http, "/overview", scope="tea.com").css_first(".notice") is None
    unscored = publish(tmp_path, rows("b.com/ -> tea.com/ 'tea'")).id
    for path in ("/", "/overview", "/reports/pages", "/audit", "/graph", "/whatif"):
        page = html(http, path, scope="tea.com")
        assert "is not scored yet; until it is, the one of" in text_of(page, ".notice")
    assert text_of(html(http, "/reports/refdomains", scope="tea.com"), ".counts strong") == "1"
    options = page.css(".snapshot option")
    assert [o.attributes["value"] for o in options] == ["", unscored[:12], first[:12]]
    assert "disabled" in options[1].attributes
    asked = html(http, "/overview", scope="tea.com", snapshot=unscored)
    assert text_of(asked, "h1") == "This snapshot is not scored yet"
    assert f"· {unscored[:6]}, not scored" in text_of(asked, ".snapshot option[selected]")
    listed = html(http, "/snapshots")
    assert [s.css(".badge")[-1].text() for s in listed.css(".taken")] == [
        "not scored", "scored", "not scored"
    ]  # fmt: skip
    told = [s.text() for s in listed.css(".taken")]
    assert f"linkshed score --store {folder} --snapshot {unscored[:12]}" in told[0]
    assert first in told[2]
    api.score(tmp_path / "store")
    assert html(http, "/overview", scope="tea.com").css_first(".notice") is None
    assert text_of(html(http, "/reports/refdomains", scope="tea.com"), ".counts strong") == "2"


def test_an_unknown_domain_has_an_empty_overview(http: TestClient) -> None:
    page = html(http, "/overview", scope="never-seen.org")
    assert "does not know it" in page.body.text()  # type: ignore[union-attr]
    assert "linkshed crawl https://never-seen.org" in page.body.text()  # type: ignore[union-attr]
    table = html(http, "/reports/backlinks", scope="never-seen.org")
    assert "No links here" in table.body.text()  # type: ignore[union-attr]


def test_files_are_kept_for_ever_under_the_name_of_their_content(http: TestClient) -> None:
    page = html(http, "/")
    addresses = [link.attributes.get("href") or link.attributes.get("src") or ""
                 for link in page.css("link[rel=stylesheet], script[src]")]  # fmt: skip
    for address in addresses:
        answer = http.get(address)
        assert re.search(r"\.[0-9a-f]{12}\.", address)
        assert "immutable" in answer.headers["cache-control"]
    assert http.get("/static/..%2fdesk.py").status_code == 404
    for path in ("/", "/static/none.css", "/v1/health", "/nowhere"):
        policy = http.get(path).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
    assert not re.search(r"\son[a-z]+=|\sstyle=|<script>|javascript:", http.get("/").text)


KEY = "a-key-of-enough-characters"


def test_a_browser_logs_in_with_a_key(store: Path, tmp_path: Path) -> None:
    from linkshed.serve.http.settings import settings as checked

    (tmp_path / "keys").write_text(KEY)
    made = checked(str(store), "127.0.0.1", str(tmp_path / "keys"), 0, allow_public=False)
    http = client(store, keys=made.keys)
    sent = http.get("/overview?scope=tea.com")
    assert (sent.status_code, sent.headers["location"]) == (
        303,
        "/login?next=%2Foverview%3Fscope%3Dtea.com",
    )
    form = html(http, "/login", next="/overview?scope=tea.com")
    token = form.css_first("[name=token]").attributes["value"]  # type: ignore[union-attr]
    cookie = http.get("/login").headers.get("set-cookie", "") or http.cookies.get("linkshed")
    assert cookie
    wrong = http.post("/login", data={"token": token, "key": "wrong", "next": "/"})
    assert wrong.status_code == 401
    assert http.get("/").status_code == 303
    assert http.post("/login", data={"token": "0" * 64, "key": KEY}).status_code == 403
    right = http.post(
        "/login", data={"token": token, "key": KEY, "next": "/overview?scope=tea.com"}
    )
    assert (right.status_code, right.headers["location"]) == (303, "/overview?scope=tea.com")
    held = right.headers["set-cookie"].lower()
    assert "httponly" in held
    assert "samesite=strict" in held
    assert KEY not in held
    assert http.get("/overview?scope=tea.com").status_code == 200
    assert http.get("/v1/reports").status_code == 200
    out = html(http, "/").css_first("form[action='/logout'] [name=token]")
    assert out is not None
    assert http.post("/logout", data={"token": token}).status_code == 403
    assert http.post("/logout", data={"token": out.attributes["value"] or ""}).status_code == 303
    assert http.get("/v1/reports").status_code == 401


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "https://evil.example", "\t//x", ""]
)
def test_after_login_nobody_is_sent_elsewhere(path: str) -> None:
    from linkshed.serve.web.login import _own

    assert _own(path) == "/"


def test_pages_of_others_change_nothing_here(http: TestClient) -> None:
    body = {"scope": "tea.com"}
    for origin in ("https://evil.example", "null", "http://127.0.0.1:1"):
        refused = http.post("/v1/reports/backlinks", json=body, headers={"origin": origin})
        assert refused.status_code == 403
    own = http.post("/v1/reports/backlinks", json=body, headers={"origin": "http://127.0.0.1"})
    assert own.status_code == 200


def test_a_session_ends_and_is_not_forged() -> None:
    from linkshed.serve.http.sessions import DAYS, Sessions

    now = [1_000_000.0]
    sessions = Sessions((b"a", b"b"), lambda: now[0])
    session = sessions.begin(b"b")
    assert sessions.key_of(session) == b"b"
    assert sessions.key_of(sessions.begin()) is None
    assert sessions.is_token(session, sessions.token(session))
    other = sessions.begin(b"b")
    assert not sessions.is_token(session, sessions.token(other))
    for forged in (
        "",
        "x",
        session[:-1],
        session.replace(".1.", ".0."),
        f"{session}x",
        "....",
        "é.é",
    ):
        assert sessions.key_of(forged) is None
    assert Sessions((b"a", b"b")).key_of(session) is None
    now[0] += DAYS * 86_400
    assert sessions.key_of(session) is None
    assert not sessions.is_token(session, sessions.token(session))


NAMES = st.sampled_from(["anchor", "source_rating", "is_followed", "first_seen"])
VALUES = st.one_of(
    st.booleans(), st.integers(-(10**9), 10**9), st.text(max_size=8),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
)  # fmt: skip
OPS = st.sampled_from(
    ["eq", "neq", "gt", "gte", "lt", "lte", "isubstring", "prefix", "suffix", "regex"]
)
TESTS = st.one_of(
    st.builds(lambda f, o, v: {"field": f, "is": [o, v]}, NAMES, OPS, VALUES),
    st.builds(lambda f, o: {"field": f, "is": o}, NAMES, st.sampled_from(["is_null", "empty"])),
)
TREES = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.builds(lambda part: {"not": part}, inner),
        st.builds(
            lambda w, parts: {w: parts},
            st.sampled_from(["and", "or"]),
            st.lists(inner, min_size=2, max_size=3),
        ),
    ),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(TREES)
def test_a_filter_written_as_text_is_read_as_the_same(filter_: Any) -> None:
    assert tree(as_text(filter_)) == filter_


@given(
    st.sampled_from(["and", "or"]),
    st.lists(
        st.tuples(st.integers(0, 2), NAMES, st.integers(0, 20), st.text("abc ", min_size=1)),
        max_size=6,
    ),
)
def test_a_form_of_a_filter_is_the_form_it_came_from(
    join: str, lines: list[tuple[int, str, int, str]]
) -> None:
    report = api.REPORTS.load("backlinks").REPORT
    made = []
    for group, name, pick, text in sorted(lines, key=lambda line: line[0]):
        ops = list(conditions.ops_of(report.column(name)))
        op = ops[pick % len(ops)]
        value = "" if op in conditions.UNARY else "7" if report.column(name).type == "f32" else text
        made.append(conditions.Condition(group, name, op, value))
    built = conditions.tree_of(report, join, made)
    form = conditions.form_of(report, built)
    assert form is not None
    assert conditions.tree_of(report, form.join, form.conditions) == built


def test_a_page_that_takes_long_has_all_that_it_has_at_once(
    http: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    menu = html(http, "/overview", scope="tea.com").css("nav.menu a")
    paths = [str(link.attributes["href"]) for link in menu]
    tried = 0
    for path in [*paths, at("/page", url="https://tea.com/")]:
        monkeypatch.setattr("linkshed.serve.web.patience.SECONDS", 1000)
        at_once = Html(http.get(path).text)
        monkeypatch.setattr("linkshed.serve.web.patience.SECONDS", 0)
        answer = http.get(path)
        later = Html(answer.text)
        tried += "so far" in answer.text or later.css_first(".working") is not None
        assert parts_of(at_once) == parts_of(later), path
    assert tried > len(paths) / 2


def parts_of(page: Html) -> list[str]:
    """What a page loads, and where its target bar leads."""
    found = [node.attributes.get("src") or node.attributes.get("href")
             for node in page.css("head script, head link")]  # fmt: skip
    forms = page.css("form.target")
    return [str(one) for one in found] + [str(form.attributes["action"]) for form in forms]
