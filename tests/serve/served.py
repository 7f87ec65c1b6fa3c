"""A store with two scored snapshots, and clients that ask it over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from linkshed import api
from linkshed.serve.http.app import create_app
from linkshed.serve.http.settings import Settings
from webs import publish, rows

DOMAIN = "tea.com"
BEFORE = """
    blog.org/ -> tea.com/ 'Tea Shop'
    news.org/ -> tea.com/gone 'the old shop' footer
    tea.com/ -> tea.com/green 'Green tea'
    tea.com/ -> tea.com/water 'Soft water' nav
    tea.com/water -> tea.com/ 'Home' nav
    tea.com/green -> tea.com/ 'Home' nav
    tea.com/ title='Tea' text='All about tea.'
    tea.com/water title='Soft water | Tea' text='Soft water is the friend of every tea. Chalk spoils it.'
    tea.com/green title='Green tea | Tea' text='Green tea asks for soft water and a short time.'
    tea.com/green -> pots.net/ 'our potter' nofollow
    tea.com/green -> cups.net/ 'cups'
    tea.com/gone status=404
"""
HOSTILE = [
    "=HYPERLINK(1)",
    "+1",
    "@SUM(1)",
    "<script>alert(1)</script>",
    "茶 ☕",
    "a;b,c",
    "\u202eevil",
]
MANY = "\n".join(
    f"s{i}.org/ -> tea.com/{'' if i % 3 else 'green'} 'tea {i % 5}' {'nofollow' if i % 4 == 0 else ''}"
    for i in range(40)
)
AFTER = f"""
    {MANY}
    wiki.net/a -> tea.com/ 'tea'
    wiki.net/a -> pots.net/ 'pots'
    wiki.net/b -> tea.com/ 'tea'
    wiki.net/b -> tea.com/green 'tea'
    dead.org/ -> tea.com/gone 'once more'
"""


def make(folder: Path) -> Path:
    """The store in a folder."""
    publish(folder, rows(BEFORE))
    api.score(folder / "store")
    more = rows(AFTER)
    for place, words in zip(range(len(HOSTILE)), HOSTILE, strict=True):
        more.links["anchor"][place] = words
    publish(folder, more)
    api.score(folder / "store")
    return folder / "store"


def client(store: Path, **settings: Any) -> TestClient:
    """A client of a server of that store."""
    app = create_app(Settings(str(store), **settings))
    return TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)


def problem(answer: Any, status: int, error: str, *words: str) -> dict[str, str]:
    """Check that an answer is a typed error with some words in it."""
    assert answer.status_code == status, answer.text
    told: dict[str, str] = answer.json()
    assert set(told) == {"error", "received", "allowed", "repair"}
    assert told["error"] == error
    for word in words:
        assert word in answer.text
    assert "Traceback" not in answer.text
    return told
