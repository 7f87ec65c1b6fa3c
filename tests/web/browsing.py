"""A running server, and a real browser that looks at it."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from linkshed import api
from linkshed.serve.http.app import create_app
from linkshed.serve.http.settings import Settings
from webs import publish, rows

LONG = "tea " * 2_500
HOSTILE = {
    "<script>alert(1)</script>": "<script>alert(2)</script>",
    "\u202egnp.evil\u202c": "\u200b\u200bhidden",
    '" onmouseover="alert(3)': "'><img src=x onerror=alert(4)>",
    "{{ 7 * 7 }}": "{% raise %}",
    "شاي أخضر": "עברית תה",
    LONG: "T" * 3_000,
}
"""Words of links, and the titles of the pages they stand on."""
SITE = """
    tea.com/ title='Tea' text='All about tea and soft water.'
    tea.com/green title='Green tea | Tea' text='Green tea asks for soft water and a short time.'
    tea.com/water title='Soft water | Tea' text='Soft water is the friend of every tea.'
    tea.com/old redirect tea.com/green
    tea.com/gone status=404
    tea.com/ -> tea.com/green 'Green tea'
    tea.com/ -> tea.com/water 'Soft water' nav
    tea.com/water -> tea.com/ 'Home' nav
    tea.com/green -> tea.com/ 'Home' nav
    tea.com/green -> pots.net/ 'our potter' nofollow
    news.org/a -> tea.com/gone 'the old shop' footer
    news.org/b -> tea.com/old 'green tea, moved'
    wiki.net/a -> tea.com/ 'tea' content first_seen=1600000000
    wiki.net/b -> tea.com/ 'tea'
    wiki.net/c -> tea.com/ 'tea'
"""
MANY = "\n".join(
    f"s{i}.org/p -> tea.com/{'' if i % 3 else 'green'} 'tea {i % 5}' {'nofollow' if i % 4 == 0 else ''}"
    for i in range(120)
)


def make(folder: Path) -> Path:
    """A store with two scored snapshots; the newer one holds what strangers write to do harm."""
    publish(folder, rows(SITE))
    api.score(folder / "store")
    lines = "\n".join(f"evil{i}.org/ -> tea.com/ 'x'" for i in range(len(HOSTILE)))
    more = rows(lines + "\n" + MANY)
    for at, (words, title) in enumerate(HOSTILE.items()):
        more.links["anchor"][at] = words
        more.links["context_left"][at] = "<b>left</b>"
        more.pages["title"][more.pages["url"].index(f"https://evil{at}.org/")] = title
    publish(folder, more)
    api.score(folder / "store")
    return folder / "store"


@contextmanager
def serving(store: Path, **settings: Any) -> Iterator[str]:
    """The address of a server of a store."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = create_app(Settings(str(store), **settings))
    server = uvicorn.Server(uvicorn.Config(app, http="h11", log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser, or a skip that says what is missing."""
    path = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if path is None:
        pytest.skip("no browser: apt install chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def page_of(
    browser: Browser, width: int = 1280, theme: Any = "light", **options: Any
) -> Iterator[Page]:
    """A page whose scripts must not fail, and from which nothing harmful may run."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme, **options
    )
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: wrong.append(f"alert {dialog.message}"))
    yield page
    context.close()
    assert wrong == []
