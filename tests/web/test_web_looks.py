"""What was found by looking at every screen: words, numbers and where they lead."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, expect
from selectolax.lexbor import LexborHTMLParser as Html

import linkshed
from linkshed.schema import Column
from linkshed.serve.http.app import create_app
from linkshed.serve.http.settings import Settings
from linkshed.serve.web import words
from web.browsing import make, page_of, serving


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("looks"))


@pytest.fixture(scope="module")
def http(store: Path) -> TestClient:
    made = TestClient(create_app(Settings(str(store))), base_url="http://127.0.0.1",
                      raise_server_exceptions=False, follow_redirects=False)  # fmt: skip
    made.headers["accept"] = "text/html"
    return made


@pytest.fixture(scope="module")
def address(store: Path) -> Iterator[str]:
    with serving(store) as found:
        yield found


def html(http: TestClient, path: str, **asked: str) -> Html:
    answer = http.get(f"{path}?{urlencode(asked)}" if asked else path)
    assert answer.status_code == 200, answer.text[-2000:]
    return Html(answer.text)


def words_of(page: Html, selector: str) -> str:
    found = page.css_first(selector)
    assert found is not None, selector
    return " ".join(found.text().split())


def count_at(http: TestClient, href: str | None) -> str:
    return words_of(Html(http.get(href or "").text), ".counts").split()[0]


def test_every_count_on_the_page_of_a_url_leads_to_as_many_rows(http: TestClient) -> None:
    page = html(http, "/page", url="https://tea.com/green", scope="tea.com")
    links = page.css(".figures dd a") + page.css("#facts dd a[href^='/reports/']")
    assert len(links) == 5
    for link in links:
        assert count_at(http, link.attributes["href"]) == link.text(), link.html
    figures = {f.css_first("dt").text(): f.css_first("dd a") for f in page.css(".figure")}  # type: ignore[union-attr]
    inner = figures["Internal links to it"]
    assert inner is not None
    assert inner.text() == "1"


def test_the_account_of_a_page_is_shown_in_parts_that_always_sum(
    http: TestClient, store: Path
) -> None:
    asked = {"url": "https://tea.com/", "scope": "tea.com"}
    account = linkshed.open(store).explain("https://tea.com/")
    for lines, n_rows in (("", 22), ("20", 22), ("60", 62), ("150", 1 + account["n_lines"])):
        page = html(http, "/page", **asked, **({"lines": lines} if lines else {}))
        parts = page.css("#ledger tbody [data-equity]")
        assert len(parts) == n_rows
        total = sum(float(part.attributes["data-equity"] or "") for part in parts)
        assert total == pytest.approx(account["equity"], rel=1e-9)
    assert account["n_lines"] > 60
    assert len(http.get(f"/page?{urlencode(asked | {'lines': '150'})}").content) < 300_000
    more = html(http, "/page", **asked).css_first("#ledger .button")
    assert more is not None
    assert parse_qs(urlsplit(more.attributes["href"] or "").query)["lines"] == ["60"]
    assert http.get(f"/page?{urlencode(asked | {'lines': '7'})}").status_code == 400


def test_addresses_of_a_graph_lead_to_their_pages(http: TestClient) -> None:
    page = html(http, "/reports/around", scope="tea.com")
    assert page.css(".rows tbody th.url a[href^='/page']")
    by_domain = html(http, "/reports/around", scope="tea.com", by="domain")
    assert not by_domain.css(".rows tbody th.url")


def test_reports_are_called_by_their_headings(http: TestClient) -> None:
    page = html(http, "/reports/audit", scope="tea.com")
    called = {a.text() for a in page.css(".rows td.report a")}
    assert called
    assert called <= {a.text() for a in page.css(".menu a")}


def test_codes_are_written_as_words_and_texts_of_strangers_as_they_are() -> None:
    reason = Column("reason", "string", "why")
    title = Column("source_title", "string", "its title")
    assert words.writer(reason)("page_found") == "page found"
    assert words.writer(reason)("gone_for_good.html") == "gone_for_good.html"
    assert words.writer(title)("snake_case") == "snake_case"
    assert words.label("target_domain_n_refdomains") == "target domain referring domains"


def test_parts_of_a_whole_are_percentages() -> None:
    assert words.writer(Column("reach", "f64", "share of the pages"))(0.5) == "50.0%"
    assert words.writer(Column("followed_share", "f64", "of links, 0-1"))(0.5) == "50.0%"
    assert words.writer(Column("equity", "f64", "equity it carries"))(0.5) == "0.5"


@given(st.lists(st.floats(-1e9, 1e9).map(lambda x: round(x, 6)), max_size=20))
def test_the_quantities_of_a_column_have_their_points_below_each_other(values: list[float]) -> None:
    n = words.decimals(values)
    texts = [words.aligned(value, n) for value in values]
    for value, text in zip(values, texts, strict=True):
        assert (text == "0") == (value == 0)
        assert value == 0 or len(text.partition(".")[2]) == n
        assert text[0] in "<>" or float(text.replace(",", "")) == pytest.approx(
            value, abs=0.500001 * 10**-n
        )


def test_a_header_sorts_and_opens_no_page(browser: Browser, address: str) -> None:
    with page_of(browser) as page:
        page.goto(f"{address}/reports/pages?scope=tea.com")
        page.locator(".rows thead a", has_text="URL").click()
        expect(page.locator(".rows thead th").first).to_have_attribute("aria-sort", "ascending")
        expect(page.get_by_role("dialog")).to_have_count(0)


STOPS = """() => [...document.querySelectorAll('nav.menu :is(a, summary)')]
    .filter((part) => part.checkVisibility()).length"""


def test_only_the_group_of_a_page_is_in_the_way_to_its_content(
    browser: Browser, address: str
) -> None:
    with page_of(browser) as page:
        page.goto(f"{address}/reports/orphans?scope=tea.com")
        menu = page.locator("nav.menu")
        expect(menu.get_by_role("link", name="Orphans")).to_have_attribute("aria-current", "page")
        expect(menu.get_by_role("link", name="Backlinks", exact=True)).to_be_hidden()
        assert page.evaluate(STOPS) < 25
        menu.locator("summary", has_text="Outgoing").focus()
        page.keyboard.press("Enter")
        menu.get_by_role("link", name="Linked domains").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/linkeddomains**")
        page.goto(f"{address}/overview?scope=tea.com")
        expect(menu.get_by_role("link", name="Linked domains")).to_be_visible()


def test_a_report_without_a_target_asks_for_one_and_then_answers(http: TestClient) -> None:
    answer = http.get("/reports/anchors")
    assert answer.status_code == 303
    page = Html(http.get(answer.headers["location"]).text)
    assert words_of(page, "h1") == "Anchors: of which domain or page?"
    form = page.css_first("form.target")
    assert form is not None
    assert form.attributes["action"] == "/reports/anchors"
    first = page.css_first(".card tbody a")
    assert first is not None
    assert (first.attributes["href"] or "").startswith("/reports/anchors?scope=")
    elsewhere = html(http, "/", to="//evil.example/")
    assert words_of(elsewhere, "h1") == "What does every link carry?"


def test_who_has_no_key_is_not_shown_what_needs_one(http: TestClient) -> None:
    page = html(http, "/login")
    assert page.css_first("form.target, nav.menu") is None


def test_an_address_that_leads_nowhere_is_told_in_the_words_of_the_menu(http: TestClient) -> None:
    answer = http.get("/nothing")
    assert answer.status_code == 404
    assert "the pages of the menu" in Html(answer.text).body.text()  # type: ignore[union-attr]
    assert "openapi" not in words_of(Html(answer.text), "main")


def test_the_commonest_anchors_fall_by_the_number_beside_them(http: TestClient) -> None:
    page = html(http, "/overview", scope="tea.com")
    numbers = [int(row.css("td")[1].text()) for row in page.css("#anchors tbody tr")]
    assert len(numbers) == 10
    assert numbers == sorted(numbers, reverse=True)


def test_the_audit_counts_its_issues_and_names_what_it_found_nothing_in(http: TestClient) -> None:
    page = html(http, "/audit", scope="tea.com")
    found = {h.text() for h in page.css(".issue h2")}
    assert words_of(page, ".counts strong") == str(len(found))
    none = {a.text() for a in page.css("p.quiet a") if "No finding in" in a.parent.text()}  # type: ignore[union-attr]
    assert none
    assert not none & found
    assert len(none | found) == 12


def test_a_snapshot_without_scores_stands_behind_the_one_that_has_them(http: TestClient) -> None:
    page = html(http, "/snapshots")
    assert words_of(page, ".counts") == "2 snapshots"
    folded = page.css("details .taken")
    assert len(folded) == 2
    assert all("not scored" in part.text() for part in folded)
    assert len(page.css(".taken")) == 4


def test_what_the_drawer_shows_is_in_the_address(browser: Browser, address: str) -> None:
    with page_of(browser) as page:
        page.goto(f"{address}/reports/pages?scope=tea.com")
        page.locator(".rows .url .title", has_text="Soft water").click()
        drawer = page.get_by_role("dialog", name="The page")
        title = drawer.get_by_role("heading", name="Soft water | Tea")
        expect(title).to_be_visible()
        opened = page.url
        page.reload()
        expect(title).to_be_visible()
        page.go_back()
        expect(drawer).to_be_hidden()
        page.go_forward()
        expect(title).to_be_visible()
        page.keyboard.press("Escape")
        expect(drawer).to_be_hidden()
        expect(page).to_have_url(opened.partition("#")[0])


def test_inside_the_drawer_its_parts_are_jumped_to(browser: Browser, address: str) -> None:
    with page_of(browser, 360) as page:
        page.goto(f"{address}/reports/pages?scope=tea.com#page=https://tea.com/water")
        drawer = page.get_by_role("dialog", name="The page")
        drawer.get_by_role("link", name="Facts", exact=True).click()
        expect(drawer.locator("#facts")).to_be_in_viewport(ratio=0.5)
        box = drawer.bounding_box()
        assert box is not None
        assert (box["x"], box["width"]) == (0, 360)


def test_a_panel_closes_when_what_lies_behind_it_is_reached(browser: Browser, address: str) -> None:
    with page_of(browser) as page:
        page.goto(f"{address}/reports/pages?scope=tea.com")
        page.locator("summary", has_text="Export").click()
        last = page.locator(".popped").get_by_role("link", name="Parquet")
        last.focus()
        expect(last).to_be_visible()
        page.keyboard.press("Tab")
        expect(last).to_be_hidden()


def test_an_unknown_domain_can_be_crawled_where_jobs_are(store: Path, http: TestClient) -> None:
    settings = Settings(str(store), has_jobs=True)
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as jobs:
        jobs.headers["accept"] = "text/html"
        way = html(jobs, "/overview", scope="never.org").css_first(".empty .button.primary")
        assert way is not None
        assert words_of(html(jobs, way.attributes["href"] or ""), "#urls") == "https://never.org"
    assert html(http, "/overview", scope="never.org").css_first(".empty .button.primary") is None


def test_what_can_be_tried_stays_in_sight_beside_wide_rows(browser: Browser, address: str) -> None:
    with page_of(browser, 1000) as page:
        page.goto(f"{address}/reports/broken?scope=tea.com&select=*")
        sheet = page.locator(".sheet")
        assert sheet.evaluate("sheet => sheet.scrollWidth > 2 * sheet.clientWidth")
        expect(page.get_by_role("link", name="Try this").first).to_be_in_viewport(ratio=1)


def test_a_column_is_found_among_many(browser: Browser, address: str) -> None:
    with page_of(browser) as page:
        page.goto(f"{address}/reports/backlinks?scope=tea.com")
        page.locator(".toolbar").get_by_text("Columns", exact=True).click()
        box = page.get_by_role("searchbox", name="Find a column")
        box.fill("Referring domain")
        box.press("Enter")
        shown = page.locator(".choices li:visible")
        for words_ in shown.all_inner_texts():
            assert "referring domain" in words_.lower()
        assert 0 < shown.count() < 10
        shown.first.get_by_role("checkbox").check()
        box.fill("")
        assert shown.count() > 40
        page.get_by_role("button", name="Show these").click()
        assert len(page.locator(".rows thead th").all()) == 9


def test_a_snapshot_that_is_not_there_leads_to_the_latest(http: TestClient) -> None:
    answer = http.get("/reports/backlinks?scope=tea.com&snapshot=never")
    assert answer.status_code == 404
    way = Html(answer.text).css_first(".mistake .button.primary")
    assert way is not None
    again = html(http, way.attributes["href"] or "")
    assert words_of(again, "h1") == "Backlinks of tea.com"


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_is_cut_off_beside_or_inside_a_table(
    browser: Browser, address: str, width: int
) -> None:
    with page_of(browser, width) as page:
        long = "https://evil5.org/"
        page.goto(f"{address}/reports/backlinks?scope=tea.com#page={long}")
        drawn = page.locator(".drawn")
        expect(drawn.locator("#sum")).to_be_visible()
        assert drawn.evaluate("part => part.scrollWidth <= part.clientWidth")
        page.goto(f"{address}/reports/refdomains?scope=tea.com&order_by=links:desc")
        page.locator(".drill").first.click()
        expect(page.locator("p[role=status].hidden")).to_have_text("3 rows are shown below.")
        inner, sheet = (page.locator(part).bounding_box() for part in (".inner", ".sheet"))
        assert inner is not None
        assert sheet is not None
        assert inner["x"] >= sheet["x"]
        assert inner["x"] + inner["width"] <= sheet["x"] + sheet["width"]
        assert inner["width"] > 0.9 * min(sheet["width"], 640)


def test_the_counts_of_links_of_a_page_lead_to_as_many(http: TestClient) -> None:
    names = ("n_internal_inlinks", "n_internal_links", "n_external_links")
    page = html(http, "/reports/pages", scope="tea.com", select=",".join(("url", *names)))
    drills = page.css(".rows a.drill")
    assert len(drills) >= 6
    for drill in drills:
        assert count_at(http, drill.attributes["href"]) == drill.text(), drill.html


def test_a_page_is_called_in_the_menu_as_above_its_content(http: TestClient) -> None:
    start = html(http, "/")
    for link in start.css(".menu a"):
        path, name = link.attributes["href"] or "", link.text()
        answer = http.get(f"{path}?scope=tea.com")
        if path != "/overview":
            assert words_of(Html(answer.text), "h1").startswith(name), path


def test_links_say_alone_what_they_open(browser: Browser, address: str) -> None:
    with page_of(browser) as page:
        page.goto(f"{address}/overview?scope=tea.com")
        page.get_by_role("link", name="Referring domains: ").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Referring domains")
        page.goto(f"{address}/audit?scope=tea.com")
        issue = page.locator(".issue h2").first.inner_text()
        page.get_by_role("link", name=f"All as a table of {issue}").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(issue)
