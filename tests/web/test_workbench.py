"""The workbench, the audit, pictures of flow, the graph and comparisons in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, expect

from linkshed import api
from linkshed.serve.cli import cli
from linkshed.serve.web import tries
from linkshed.serve.web.target import Target
from web.browsing import make, page_of, serving

STAGED = "edits=add+tea.com/green+-%3E+tea.com/water%0Anoindex+tea.com/old"
PAGES = (
    "/whatif?scope=tea.com", f"/whatif?scope=tea.com&{STAGED}", "/whatif?scope=tea.com&edits=x",
    "/audit?scope=tea.com", "/audit?scope=never.org", "/linkshed?scope=https://tea.com/&mode=url",
    "/linkshed?scope=never.org", "/flow?scope=tea.com", "/compare?scope=tea.com",
    "/compare?scope=tea.com&with=news.org,wiki.net,http://", "/graph?scope=tea.com",
    "/graph?scope=never.org", "/jobs", "/snapshots", "/reports/weak?scope=tea.com&below=5",
)  # fmt: skip
N_NODES = 10_000


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("workbench"))


@pytest.fixture(scope="module")
def address(store: Path) -> Iterator[str]:
    inbox = store.parent / "inbox"
    inbox.mkdir()
    (inbox / "pages.txt").write_text("https://tea.com/\n")
    with serving(store, has_jobs=True, inbox=str(inbox)) as found:
        yield found


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of a web with more pages than a graph shows."""
    folder = tmp_path_factory.mktemp("many")
    table = folder / "links.csv"
    lines = [
        f"https://s{i % 9}.org/{i},https://s{i // 5 % 9}.org/{i // 5},tea" for i in range(12_000)
    ]
    table.write_text("\n".join(["url_from,url_to,anchor", *lines]))
    api.ingest("links", [table], store=folder / "store", workers=1)
    api.build(folder / "store")
    api.score(folder / "store")
    with serving(folder / "store") as found:
        yield found


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{item['id']}: {node['html'][:160]}" for item in found for node in item["nodes"]]


def movers(page: Page, name: str) -> dict[str, float]:
    """The pages of a list of the workbench, and what each gains."""
    found = {}
    for row in page.locator(f"#{name} tbody tr").all():
        link = row.locator("th a").first.get_attribute("href")
        gain = row.locator("[data-gain]").get_attribute("data-gain")
        found[parse_qs(urlsplit(link or "").query)["url"][0]] = float(gain or "nan")
    return found


def test_what_is_staged_on_the_screen_is_what_the_command_line_says(
    browser: Browser, address: str, store: Path, tmp_path: Path
) -> None:
    with page_of(browser) as page:
        page.goto(f"{address}/whatif?scope=tea.com")
        expect(page.get_by_text("Nothing is staged")).to_be_visible()
        page.get_by_label("What", exact=True).select_option("add")
        page.get_by_label("From, or the page").fill("https://tea.com/water")
        page.get_by_label("To", exact=True).fill("https://tea.com/green")
        page.get_by_label("Words of the link").fill("it's # green")
        page.get_by_role("button", name="Add", exact=True).click()
        page.get_by_label("What", exact=True).select_option("restore")
        expect(page.get_by_label("To", exact=True)).to_be_hidden()
        page.get_by_label("From, or the page").fill("https://tea.com/gone")
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.locator(".edits li")).to_have_count(2)
        expect(page.get_by_text("Each equity is right within")).to_be_visible()
        shown = movers(page, "winners") | movers(page, "losers")
        with page.expect_download() as loaded:
            page.get_by_role("link", name="Save as a file").click()
        script = tmp_path / "edits.txt"
        loaded.value.save_as(script)
        staged = page.url
        page.get_by_role("link", name="Take edit 1 away").click()
        expect(page.locator(".edits li")).to_have_count(1)
        assert movers(page, "winners") | movers(page, "losers") != shown
        page.goto(staged)
        assert movers(page, "winners") | movers(page, "losers") == shown
    words = ["whatif", "tea.com", "--edits", str(script), "--store", str(store)]
    told = CliRunner().invoke(cli, [*words, "--format", "json"])
    rows = json.loads(told.stdout)["rows"]
    assert len(shown) == len(rows) >= 3
    assert shown == {row["url"]: row["gain"] for row in rows}


def test_a_form_shows_the_options_of_the_reader_chosen(browser: Browser, address: str) -> None:
    with page_of(browser) as page:
        page.goto(f"{address}/jobs")
        expect(page.get_by_label("Near")).to_be_hidden()
        page.get_by_label("Read as").select_option("webgraph")
        expect(page.get_by_label("Near")).to_be_visible()
        page.get_by_label("Read as").select_option("list")
        expect(page.get_by_label("Near")).to_be_hidden()
        expect(page.get_by_role("combobox", name="Kind")).to_be_visible()
        assert not violations(page)


def test_a_wrong_edit_is_told_beside_it(browser: Browser, address: str) -> None:
    with page_of(browser) as page:
        answer = page.goto(f"{address}/whatif?scope=tea.com&edits=add+tea.com/+-%3E+<b>x")
        assert answer is not None
        assert answer.status == 422
        expect(page.get_by_role("alert")).to_contain_text("<b>x")
        page.get_by_label("One edit per line").fill("noindex https://tea.com/green")
        page.get_by_role("button", name="Apply the text").click()
        expect(page.get_by_role("alert")).to_have_count(0)
        assert movers(page, "losers")["https://tea.com/green"] < 0


def test_a_row_can_be_tried(browser: Browser, address: str, store: Path) -> None:
    row = api.open(store).weak("tea.com", below=5).to_dicts()[0]
    with page_of(browser) as page:
        page.goto(f"{address}/reports/weak?scope=tea.com&below=5")
        page.get_by_role("link", name="Try this").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("What if")
        gain = movers(page, "winners")[row["url"]]
    assert gain == pytest.approx(row["gain"], rel=1e-3)


def test_every_row_that_proposes_something_can_be_simulated(store: Path) -> None:
    web = api.open(store)
    tried = 0
    for name, needs in tries.NEEDS.items():
        options = {"below": 5} if name == "weak" else {}
        rows = web.report(name, "tea.com", select=",".join(needs), limit=5, **options).to_dicts()
        for edit in filter(None, (tries.edit_of(name, row) for row in rows)):
            assert web.report("whatif", "tea.com", edits=edit).remarks
            tried += 1
    assert tried >= 4
    assert tries.address_of("backlinks", {"url": "x"}, Target("tea.com")) is None


def test_an_issue_opens_to_where_it_stands_and_how_to_mend_it(
    browser: Browser, address: str, store: Path
) -> None:
    rows = api.open(store).audit("tea.com").to_dicts()
    with page_of(browser) as page:
        page.goto(f"{address}/audit?scope=tea.com")
        issues = page.locator(".issue")
        expect(issues).to_have_count(len(rows))
        at = [row["report"] for row in rows].index("waste")
        first = issues.nth(at)
        first.locator("summary").click()
        expect(first.get_by_text("How to mend").first).to_be_visible(timeout=30_000)
        expect(first.locator(".finding")).to_have_count(min(rows[at]["findings"], 10))
        assert violations(page) == []
        first.get_by_role("link", name="Try this").first.click()
        expect(page).to_have_url(re.compile(r"/whatif\?.*edits=restore"))


def test_flows_are_drawn_without_breaking_the_policy(browser: Browser, address: str) -> None:
    with page_of(browser) as page:
        said: list[str] = []
        page.on("console", lambda line: said.append(line.text))
        for path in ("/linkshed?scope=tea.com", "/flow?scope=tea.com", "/audit?scope=tea.com"):
            page.goto(address + path)
            expect(page.locator(".drawing .main-svg").first).to_be_visible()
            page.get_by_text("The numbers").first.click()
            expect(page.locator(".numbers td").first).to_be_visible()
        assert [line for line in said if "Content Security Policy" in line] == []


def test_the_best_figure_of_several_sites_is_marked(
    browser: Browser, address: str, store: Path
) -> None:
    web = api.open(store)
    counts = {}
    for scope in ("tea.com", "news.org", "wiki.net"):
        lines = web.overview(scope, where="section = links").to_dicts()
        counts[scope] = {row["name"]: row["value"] for row in lines}["referring domains"]
    with page_of(browser) as page:
        page.goto(f"{address}/compare?scope=tea.com")
        page.get_by_label("Compare with").fill("news.org, wiki.net")
        page.get_by_role("button", name="Add").click()
        row = page.get_by_role("row", name="referring domains", exact=False).first
        assert [int(cell.split()[0]) for cell in row.get_by_role("cell").all_inner_texts()] == [
            *counts.values()
        ]
        assert [list(counts).index(max(counts, key=lambda s: counts[s]))] == [
            i
            for i, cell in enumerate(row.locator("td").all())
            if "best" in (cell.get_attribute("class") or "")
        ]
        page.get_by_role("link", name="Take away news.org").click()
        expect(page.get_by_role("columnheader")).to_have_count(3)


def test_a_graph_of_ten_thousand_nodes_can_be_walked_in(browser: Browser, many: str) -> None:
    with page_of(browser) as page:
        page.goto(f"{many}/graph?scope=s0.org&nodes={N_NODES}")
        canvas = page.locator(f'canvas[data-drawn="{N_NODES}"]')
        expect(canvas).to_be_visible(timeout=60_000)
        expect(page.get_by_role("status")).to_contain_text("10,000 nodes")
        expect(page.get_by_text("pages met within 3 steps")).to_contain_text("10,000 of the")
        data = page.request.get(f"{many}/graph/data?scope=s0.org&nodes={N_NODES}").json()
        box = canvas.bounding_box()
        assert box is not None
        before = canvas.screenshot()
        middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(*middle)
        page.mouse.down()
        page.mouse.move(middle[0] + 120, middle[1] + 40, steps=6)
        page.mouse.up()
        page.wait_for_timeout(100)
        assert canvas.screenshot() != before
        page.get_by_role("button", name="Whole").click()
        nodes = data["nodes"]
        ends = [(min(nodes[axis]), max(nodes[axis])) for axis in "xy"]
        room = (box["width"], box["height"])
        scale = min(
            0.88 * side / (high - low) for side, (low, high) in zip(room, ends, strict=True)
        )
        places = [middle[i] + (nodes["xy"[i]][0] - sum(ends[i]) / 2) * scale for i in (0, 1)]
        page.mouse.click(*places)
        name = nodes["name"][0]
        expect(page.locator(".chosen")).to_contain_text(name.removeprefix("https://"))
        page.get_by_role("link", name="Rebuild from here").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(name.removeprefix("https://"))
        expect(page.get_by_role("status")).to_contain_text("Drag to move", timeout=60_000)


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (360, "dark")])
def test_pages_are_accessible_and_fit(
    browser: Browser, address: str, width: int, theme: str
) -> None:
    with page_of(browser, width, theme) as page:
        for path in PAGES:
            page.goto(address + path)
            page.wait_for_load_state("networkidle")
            assert violations(page) == [], path
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, path


def test_what_strangers_wrote_is_shown_as_words(
    browser: Browser, address: str, store: Path
) -> None:
    with page_of(browser) as page:
        page.goto(
            f"{address}/whatif?scope=tea.com&edits=%3Cscript%3Ealert(1)%3C/script%3E%0A%E2%80%AEx"
        )
        expect(page.locator(".edits li").first).to_have_text("<script>alert(1)</script>×")
        expect(page.locator(".edits li").nth(1)).to_contain_text("⟨U+202E⟩x")
        page.goto(f"{address}/audit/anchorissues?scope=tea.com")
        page.goto(f"{address}/compare?scope=tea.com&with=%3Cimg+src=x+onerror=alert(1)%3E")
        expect(page.get_by_role("alert").first).to_be_visible()
