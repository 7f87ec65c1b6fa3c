"""The demonstration sites as data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Page:
    """One page: a path, and what stands there. ``text`` is marked up as ``markup`` reads it.

    ``location`` makes it a redirect, a ``status`` from 400 an error page; ``listed`` is False for
    pages no list of the site names.
    """

    path: str
    title: str = ""
    text: str = ""
    date: str = "2025-03-01"
    author: str = ""
    tags: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    status: int = 200
    location: str = ""
    robots: str = ""
    canonical: str = ""
    price: str = ""
    listed: bool = True


@dataclass(frozen=True)
class Site:
    """One host. ``menu``, ``footer`` and ``aside`` are marked-up links shown on every page."""

    host: str
    name: str
    layout: str
    about: str
    language: str = "en"
    menu: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    pages: tuple[Page, ...] = field(default=())

    @property
    def shown(self) -> list[Page]:
        """The pages its lists name: those that live, and are listed."""
        return [page for page in self.pages if page.status == 200 and page.listed]


def load_sites() -> list[Site]:
    """All sites, ordered by file name. A file holds one site, or several under ``site``."""
    folder = files("linkshed.demo") / "sites"
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".toml"))
    sites = []
    for name in names:
        document = tomllib.loads((folder / name).read_text(encoding="utf-8"))
        sites += [_site(entry) for entry in document.get("site", [document])]
    return sites


def _site(document: dict[str, Any]) -> Site:
    plain = {name: _frozen(value) for name, value in document.items() if name != "pages"}
    pages = tuple(
        Page(**{name: _frozen(value) for name, value in page.items()})
        for page in document.get("pages", [])
    )
    return Site(**plain, pages=pages)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
