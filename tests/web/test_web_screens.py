"""Every kind of screen, from a phone to a wide one, light and dark: all of it fits and is usable."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from linkshed.serve.watch import lists
from linkshed.serve.web.choices import chosen_by
from web.browsing import make, page_of, serving

MISFITS = (Path(__file__).parent / "misfits.js").read_text()
DRAWN = """[...document.querySelectorAll('.drawing .main-svg')].every(
    (picture) => Math.abs(picture.clientWidth - picture.closest('.drawing').clientWidth) < 2)"""
"""Charts have as much room as they were given."""
WIDTHS = (360, 768, 1280, 1920)
THEMES = ("light", "dark")
LOOKED_AT = {(360, "dark"), (1920, "light")}
"""Where the accessibility of each is checked, as that takes a second."""
Doing = Callable[[Page], None]


def nothing(page: Page) -> None:
    page.locator("main h1").first.wait_for()


def press(name: str) -> Doing:
    return lambda page: page.locator(".toolbar").get_by_text(name, exact=True).click()


def tick(page: Page) -> None:
    page.get_by_role("checkbox", name="Choose row 1", exact=True).check()
    page.locator("#watching > summary").click()


def unfold(page: Page) -> None:
    page.locator(".drill").first.click()
    expect(page.locator(".inside tbody tr").first).to_be_visible()
    page.locator(".options > summary").click()
    page.locator(".defined > summary").click()


def draw(page: Page) -> None:
    expect(page.locator(".drawn #sum")).to_be_visible()
    page.locator(".drawn summary").first.click()


FILTERED = "/reports/backlinks?scope=tea.com&where=anchor~tea+and+(is_ugc+or+equity>0)&limit=12"
SCREENS: dict[str, tuple[str, Doing]] = {
    "start": ("/", nothing),
    "overview": ("/overview?scope=tea.com", nothing),
    "table": ("/reports/newlost?scope=tea.com&limit=12", nothing),
    "unfolded": ("/reports/refdomains?scope=tea.com&order_by=links:desc&limit=12", unfold),
    "filter": (FILTERED, press("Filter")),
    "columns": (FILTERED, press("Columns")),
    "watch": ("/reports/pages?scope=tea.com", tick),
    "drawer": ("/reports/pages?scope=tea.com#page=https://tea.com/green", draw),
    "what if": ("/whatif?scope=tea.com&edits=noindex+tea.com/green", nothing),
    "audit": ("/audit?scope=tea.com", nothing),
    "graph": ("/graph?scope=tea.com&nodes=100", nothing),
    "flow": ("/linkshed?scope=https://tea.com/green", nothing),
    "page": ("/page?url=https://tea.com/green&scope=tea.com", nothing),
    "compare": ("/compare?scope=tea.com&with=news.org,wiki.net", nothing),
    "jobs": ("/jobs", nothing),
    "watches": ("/watches", nothing),
    "mistake": ("/reports/backlinks?scope=tea.com&where=nothing~x", nothing),
    "empty": ("/reports/broken?scope=never.org", nothing),
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = make(tmp_path_factory.mktemp("screens"))
    rows = ("link https://news.org/a https://tea.com/gone", "page https://tea.com/")
    lists.put(store, lists.listed(store, "a-list", "tea.com", None, chosen_by(rows)))
    with serving(store, has_jobs=True) as found:
        yield found


@pytest.mark.parametrize("name", SCREENS)
def test_all_of_a_screen_fits_and_can_be_used(browser: Browser, address: str, name: str) -> None:
    path, do = SCREENS[name]
    with page_of(browser) as page:
        page.goto(address + path)
        do(page)
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            for width in WIDTHS:
                resize(page, width)
                assert page.evaluate(MISFITS) == [], (width, theme)
                if (width, theme) in LOOKED_AT:
                    assert violations(page, width) == [], (width, theme)


PLANTED = """(words) => {
    const main = document.querySelector('main');
    main.innerHTML = '<h1>x</h1><div id="p"><a class="button" href="/">a button</a></div>';
    const place = document.getElementById('p'), link = place.firstChild;
    const put = (markup, width) => { place.innerHTML = markup; place.firstChild.style.width = width; };
    const plant = {
        'the page is': () => { place.style.width = '900px'; },
        'cut: ': () => { place.style = 'overflow: hidden; width: 20px'; },
        'cut button': () => { link.style = 'width: 1.5rem; padding: 0'; },
        'cut choice': () => put('<select><option>a long choice', '4rem'),
        'cut hint': () => put('<input placeholder="a long hint">', '3rem'),
        'out of its box': () => { place.className = 'card'; place.style.width = '4rem'; },
        'one over the other': () => { place.append(link.cloneNode(true)); link.style = 'margin-right:-1rem'; },
        'not level': () => {
            put('<dl class="figures"><div class="figure"><dt>a</dt><dd>1</dd></div></dl>', '20rem');
            place.firstChild.append(place.firstChild.firstChild.cloneNode(true));
            place.querySelector('dd').style.marginTop = '9px';
        },
        'over the labels': () => put('<div class="drawing"><svg><text class="ytitle" y="9">pages</text><g class="ytick"><text y="9">400</text></g></svg></div>', '9rem'),
        'torn off': () => put('<p><bdi>tea.com/</bdi><br><a class="out" href="/">↗</a></p>', '20rem'),
        'lopsided': () => put('<a class="button small" href="/">Watch<span></span></a>', 'auto'),
        'at the edge': () => put('<div class="sheet"><table class="plain"><tr><td>tea', '20rem'),
        'hard to hit': () => { link.style = 'min-height: 0; line-height: 1; border: 0'; },
        'no ring': () => { link.style.outline = 'none'; },
    };
    plant[words]();
}"""
MISFIT = ("the page is", "cut: ", "cut button", "cut choice", "cut hint", "out of its box",
          "one over the other", "not level", "over the labels", "torn off", "lopsided", "at the edge", "hard to hit",
          "no ring")  # fmt: skip


def test_what_does_not_fit_is_noticed(browser: Browser, address: str) -> None:
    with page_of(browser, 360) as page:
        page.goto(address)
        for words in MISFIT:
            assert page.evaluate(MISFITS) == []
            page.evaluate(PLANTED, words)
            found = page.evaluate(MISFITS)
            assert any(one.startswith(words) for one in found), (words, found)
            page.evaluate("document.querySelector('main').innerHTML = '<h1>x</h1>'")


def resize(page: Page, width: int) -> None:
    """Make the window so wide, and wait until charts are drawn as wide as their places."""
    page.set_viewport_size({"width": width, "height": 900})
    for _ in range(200):
        if page.evaluate(DRAWN):
            return
        page.wait_for_timeout(20)


def violations(page: Page, width: int) -> list[str]:
    rules = {"target-size": {"enabled": width < 400}}
    found = Axe().run(page, options={"rules": rules}).response["violations"]
    return [f"{item['id']}: {node['html'][:160]}" for item in found for node in item["nodes"]]
