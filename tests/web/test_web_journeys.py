"""Whole journeys in a real browser: with a mouse, with keys alone, on a phone, in the dark."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from linkshed import api
from linkshed.serve.http.settings import settings
from linkshed.serve.jobs.record import Records
from linkshed.snapshot.store import Store
from web.browsing import make, page_of, serving

PAGES = (
    "/", "/overview?scope=tea.com", "/overview?scope=never.org",
    "/reports/backlinks?scope=tea.com&where=anchor~tea+and+not+is_ugc&limit=50",
    "/reports/refdomains?scope=tea.com&limit=50", "/reports/anchors?scope=tea.com",
    "/reports/suggest?scope=tea.com", "/reports/whatif?scope=tea.com",
    "/reports/backlinks?scope=tea.com&where=nothing~x", "/reports/broken?scope=never.org",
    "/page?url=https://tea.com/", "/page?url=https://tea.com/old", "/nowhere", "/login",
)  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("journeys"))


@pytest.fixture(scope="module")
def address(store: Path) -> Iterator[str]:
    with serving(store) as found:
        yield found


def shown(page: Page) -> int:
    return page.locator(".sheet > .rows > tbody > tr:not(.inside)").count()


def test_from_a_domain_to_a_file(
    browser: Browser, address: str, store: Path, tmp_path: Path
) -> None:
    with page_of(browser) as page:
        page.goto(address)
        page.get_by_label("Domain or URL").fill("tea.com")
        page.get_by_role("button", name="Look").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("tea.com")
        page.locator("nav.menu").get_by_role("link", name="Backlinks", exact=True).click()
        page.get_by_role("button", name="Filter").click()
        dialog = page.get_by_role("dialog", name="Filter")
        dialog.get_by_label("Column").select_option("anchor")
        dialog.get_by_label("Value").fill("tea")
        dialog.get_by_role("button", name="+ group").click()
        second = dialog.locator("fieldset")
        second.get_by_label("Column").select_option("is_nofollow")
        second.get_by_label("Comparison").select_option("true")
        second.get_by_role("button", name="+ condition").click()
        second.get_by_label("Column").last.select_option("source_domain")
        second.get_by_label("Value").last.fill("wiki.net")
        dialog.get_by_role("button", name="Apply", exact=True).click()
        where = parse_qs(urlsplit(page.url).query)["where"][0]
        assert where == 'anchor ~ "tea" and (is_nofollow or source_domain ~ "wiki.net")'
        expect(page.locator(".chip")).to_have_count(2)

        page.get_by_role("link", name="all", exact=True).click()
        n_all = shown(page)
        page.get_by_role("link", name="domain", exact=True).click()
        drill = page.locator(".drill", has_text=re.compile("^3$"))
        drill.click()
        inside = page.get_by_role("region", name="The rows behind 3")
        expect(inside.locator("tbody tr")).to_have_count(3)
        drill.click()
        expect(inside).to_have_count(0)

        page.locator("summary", has_text="Export").click()
        with page.expect_download() as download:
            page.get_by_role("link", name="CSV").click()
        path = tmp_path / "links.csv"
        download.value.save_as(path)
        with path.open(newline="") as stream:
            found = list(csv.DictReader(stream))
        made = api.open(store).report("backlinks", "tea.com", where=where, grouping="domain")
        assert [row["source_url"] for row in found] == [r["source_url"] for r in made.to_dicts()]
        assert len(found) == shown(page) < n_all


def test_the_sum_of_a_ledger_on_the_screen(browser: Browser, address: str, store: Path) -> None:
    with page_of(browser) as page:
        page.goto(f"{address}/reports/pages?scope=tea.com")
        page.locator(".rows .url .title", has_text="Soft water").click()
        drawer = page.get_by_role("dialog", name="The page")
        expect(drawer.locator("#sum")).to_be_visible()
        lines = drawer.locator("#ledger tbody [data-equity]").all_inner_texts()
        total = float(drawer.locator("#sum").inner_text())
        assert sum(map(float, lines)) == pytest.approx(total, abs=1e-6 * len(lines))
        account = api.open(store).explain("https://tea.com/water")
        assert total == pytest.approx(account["equity"], abs=1e-6)
        assert len(lines) == 1 + account["n_lines"]
        expect(drawer.locator(".verdict")).to_contain_text("sum to the equity exactly")
        page.keyboard.press("Escape")
        expect(drawer).not_to_be_visible()


def test_with_keys_alone(browser: Browser, address: str) -> None:
    with page_of(browser) as page:
        page.goto(address)
        page.keyboard.type("tea.com")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("tea.com")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="To the content")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        page.goto(f"{address}/reports/refdomains?scope=tea.com&order_by=links:desc")
        drill = page.locator(".drill").first
        drill.focus()
        expect(drill).to_have_attribute("aria-expanded", "false")
        page.keyboard.press("Space")
        expect(drill).to_have_attribute("aria-expanded", "true")
        expect(page.locator(".inside tbody tr")).to_have_count(3)
        columns = page.get_by_role("button", name="Columns")
        columns.focus()
        page.keyboard.press("Enter")
        page.get_by_role("checkbox", name=re.compile("^linked domains")).focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        expect(page.locator(".rows thead")).to_contain_text("Linked domains")
        page.get_by_role("button", name="How was this made?").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog", name="How was this made?")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="How was this made?")).to_be_focused()


def test_forms_that_change_something_are_sent(
    browser: Browser, store: Path, tmp_path: Path
) -> None:
    key = "a key of this server"
    (tmp_path / "keys").write_text(key)
    known = settings(str(store), "127.0.0.1", str(tmp_path / "keys"), 0, allow_public=False).keys
    (tmp_path / "links.csv").write_text("url_from,url_to\nhttps://a.org/,https://b.org/\n")
    given = {"keys": known, "has_jobs": True, "inbox": str(tmp_path), "is_private_allowed": True}
    with serving(store, **given) as address, page_of(browser) as page:
        page.goto(f"{address}/jobs")
        page.get_by_label("Key").fill(key)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Jobs")
        page.get_by_label("Read as").select_option("links")
        page.get_by_label("links.csv").check()
        page.get_by_label("Make a scored snapshot afterwards").last.uncheck()
        page.get_by_role("button", name="Start reading").click()
        kept = page.locator(".job", has_text="links.csv").locator("p", has_text="pages kept")
        expect(kept).to_have_text("0 pages kept, 1 link.", timeout=60_000)
        page.get_by_label("Where to begin").fill("http://127.0.0.1:9/")
        page.get_by_label("Then tell what the watches look for").first.check()
        page.get_by_role("button", name="Start the crawl").click()
        expect(page.locator(".job h3").first).to_contain_text("127.0.0.1:9")
        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_label("Key")).to_be_visible()
    records = Records(str(store))
    assert [records.read(job).asked["watch"] for job in records.ids()] == [True, False]


def test_a_view_is_saved_and_asked_of_another_target(browser: Browser, address: str) -> None:
    with page_of(browser) as page:
        page.goto(f"{address}/reports/backlinks?scope=tea.com&where=is_nofollow&grouping=all")
        page.locator("summary", has_text="Views").click()
        page.get_by_label("Name of this view").fill("<b>paid?</b>")
        page.get_by_role("button", name="Save").click()
        page.goto(f"{address}/reports/backlinks?scope=pots.net")
        page.locator("summary", has_text="Views").click()
        page.get_by_role("link", name="<b>paid?</b>").click()
        asked = parse_qs(urlsplit(page.url).query)
        assert asked == {"scope": ["pots.net"], "where": ["is_nofollow"], "grouping": ["all"]}
        expect(page.locator(".chip")).to_have_text("nofollow is true×")
        page.locator("summary", has_text="Views").click()
        page.get_by_role("button", name="Forget the view <b>paid?</b>").click()
        expect(page.get_by_text("No saved view of this report yet")).to_be_visible()


def test_what_made_a_table_is_copied(browser: Browser, address: str) -> None:
    with page_of(browser, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(f"{address}/reports/anchors?scope=tea.com")
        page.get_by_role("button", name="How was this made?").click()
        page.get_by_role("button", name="Copy the Command").click()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith("linkshed anchors --store ")
        expect(page.get_by_role("button", name="Copy the Command")).to_have_text("Copied")


def test_the_theme_is_that_of_the_system_until_another_is_chosen(
    browser: Browser, address: str
) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    with page_of(browser, theme="dark") as page:
        page.goto(address)
        dark = page.evaluate(ground)
        page.get_by_role("button", name="Light or dark").click()
        light = page.evaluate(ground)
        page.goto(f"{address}/overview?scope=tea.com")
        assert page.evaluate(ground) == light != dark
    with page_of(browser, theme="light") as page:
        page.goto(address)
        assert page.evaluate(ground) == light


def test_charts_are_drawn_in_both_themes(browser: Browser, address: str) -> None:
    with page_of(browser) as page:
        page.goto(f"{address}/overview?scope=tea.com")
        drawing = page.locator("#growth .drawing")
        expect(drawing.locator("svg.main-svg").first).to_be_visible()
        axis = "getComputedStyle(document.querySelector('#growth .xtick text')).fill"
        light = page.evaluate(axis)
        page.get_by_role("button", name="Light or dark").click()
        assert page.evaluate(axis) != light
        page.locator("#growth").get_by_text("The numbers").click()
        expect(page.locator("#growth tbody tr").first).to_be_visible()


def test_a_bar_of_a_chart_opens_what_it_counts(browser: Browser, address: str) -> None:
    with page_of(browser) as page:
        page.goto(f"{address}/overview?scope=tea.com")
        bars = page.locator("#ratings .drawing .point")
        expect(bars.first).to_be_visible()
        page.wait_for_load_state("load")
        bars.first.scroll_into_view_if_needed()
        box = bars.first.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(page.get_by_role("heading", level=1)).to_contain_text("Referring domains")
        expect(page.locator(".chip")).to_have_count(2)


def test_nothing_is_wider_than_a_phone(browser: Browser, address: str) -> None:
    with page_of(browser, width=360) as page:
        for path in PAGES:
            page.goto(address + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        page.goto(
            f"{address}/reports/backlinks?scope=tea.com&where=anchor~tea+and+(is_ugc+or+equity>0)"
        )
        for opened in ("Filter", "Columns", "How was this made?", "Export", "Views"):
            page.locator(".toolbar").get_by_text(opened, exact=True).click()
            panel = page.locator("dialog[open], .pop[open] .popped")
            expect(panel).to_be_visible()
            assert panel.evaluate("part => part.scrollWidth <= part.clientWidth + 1"), opened
            box = panel.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 360, opened
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, opened
            page.keyboard.press("Escape")
        link = page.locator("nav.menu").get_by_role("link", name="Anchors", exact=True)
        expect(link).to_be_hidden()
        page.locator("#menu > summary").click()
        expect(link).to_be_visible()


BROKEN = """() => {
    const broken = [];
    for (const cell of document.querySelectorAll('main th[scope=col], main h1, main h2, main h3')) {
        const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
        for (let text = texts.nextNode(); text; text = texts.nextNode()) {
            for (const word of text.data.matchAll(/[A-Za-z]{2,}/g)) {
                const range = document.createRange();
                range.setStart(text, word.index);
                range.setEnd(text, word.index + word[0].length);
                const tops = [...range.getClientRects()].map((box) => Math.round(box.top));
                if (new Set(tops).size > 1) broken.push(word[0]);
            }
        }
    }
    return broken;
}"""


@pytest.mark.parametrize("width", [360, 768, 1280, 1920])
def test_no_heading_is_broken_inside_a_word(browser: Browser, address: str, width: int) -> None:
    with page_of(browser, width) as page:
        for path in PAGES:
            page.goto(address + path)
            assert page.evaluate(BROKEN) == [], path


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody_can_use_every_page(browser: Browser, address: str, theme: str) -> None:
    with page_of(browser, theme=theme) as page:
        for path in PAGES:
            page.goto(address + path)
            page.locator("main h1, main h2").first.wait_for()
            assert violations(page) == [], path


@pytest.mark.parametrize("opened", ["Filter", "Columns", "How was this made?", "Export", "Views"])
def test_everybody_can_use_what_opens(browser: Browser, address: str, opened: str) -> None:
    with page_of(browser) as page:
        page.goto(f"{address}/reports/refdomains?scope=tea.com&where=links>0&limit=50")
        page.locator(".drill").first.click()
        expect(page.locator(".inside tbody tr").first).to_be_visible()
        page.locator(".toolbar").get_by_text(opened, exact=True).click()
        assert violations(page) == []


def test_a_new_store_says_how_to_begin(browser: Browser, tmp_path: Path) -> None:
    Store.create(tmp_path / "new")
    with serving(tmp_path / "new") as address, page_of(browser) as page:
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_text("Nothing to look at yet")
        assert violations(page) == []


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{item['id']}: {node['html'][:160]}" for item in found for node in item["nodes"]]


def test_dialogs_that_cannot_be_had_say_so_and_can_be_asked_for_again(
    browser: Browser, address: str
) -> None:
    with page_of(browser) as page:
        page.goto(f"{address}/reports/backlinks?scope=tea.com")
        page.route("**/dialogs?*", lambda route: route.abort())
        opener = page.get_by_role("button", name="Columns")
        opener.click()
        expect(page.get_by_role("alert")).to_contain_text("could not be had")
        page.unroute("**/dialogs?*")
        opener.click()
        expect(page.get_by_role("dialog", name="Columns")).to_be_visible()
        expect(page.get_by_role("alert")).to_have_count(0)
