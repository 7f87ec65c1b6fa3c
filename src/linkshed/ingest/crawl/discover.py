"""The addresses a page leads to, found fast: what the crawl follows, not what it reports.

The rows of a page are made later, by ``linkshed.extract``, from the stored answer. Here only the
addresses count, and a page is read in a quarter of the time. What counts as markup, and where links
are looked for, is the same: tests hold both to the same addresses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from linkshed.errors import UrlError
from linkshed.extract.document import MAX_DEPTH, read
from linkshed.extract.encoding import decode
from linkshed.extract.indexability import robots_of
from linkshed.extract.links import head_kind, header_links, refresh_of
from linkshed.extract.markup import is_markup
from linkshed.schema import LinkKind
from linkshed.urls.parse import resolve

MAX_ADDRESSES = 100_000

_NOT_FOLLOWED = (None, LinkKind.FEED)
_SILENT = "noscript,template,svg,math,select,textarea,object"
_LEADING = "a,area,iframe,frame,link,base,meta"


@dataclass(frozen=True)
class Answer:
    """What a server answered: ``url`` is normalised, the body decoded."""

    url: str
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        """All values of a header; ``name`` in lower case."""
        return [value for key, value in self.headers if key.lower() == name]

    def header(self, name: str) -> str:
        """The first value of a header, or an empty text."""
        return next(iter(self.all(name)), "")

    @property
    def media_type(self) -> str:
        """The type as served, in lower case and without parameters."""
        return self.header("content-type").partition(";")[0].strip().lower()


@dataclass(frozen=True)
class Address:
    """Where a page leads. ``is_hop`` for a redirect, which is no click."""

    url: str
    is_nofollow: bool = False
    is_hop: bool = False


def addresses(answer: Answer) -> list[Address]:
    """The distinct addresses an answer leads to. Never raises, whatever the bytes."""
    found = _Found(answer.url)
    if 300 <= answer.status < 400 and (location := answer.header("location")):
        found.add(location, is_hop=True)
    for value in answer.all("link"):
        for attributes in header_links(value):
            if head_kind(attributes) not in _NOT_FOLLOWED:
                found.add(attributes.get("href"))
    found.add_refresh(answer.header("refresh"))
    if is_markup(answer.body, answer.media_type):
        _read(answer, found)
    return found.listed(robots_of((), answer.all("x-robots-tag")).nofollow)


def _read(answer: Answer, found: _Found) -> None:
    text, _ = decode(answer.body, answer.header("content-type"))
    elements = list(_deep(text) if _is_deep(text) else _elements(text))
    _set_base(elements, found)
    robots = [_named(attributes) for tag, attributes in elements if tag == "meta"]
    found.is_nofollow = robots_of(robots, ()).nofollow
    for tag, attributes in elements:
        if len(found.urls) >= MAX_ADDRESSES:
            return
        if tag in ("a", "area"):
            found.add(attributes.get("href"), rel=attributes.get("rel") or "")
        elif tag in ("iframe", "frame"):
            found.add(attributes.get("src"))
        elif tag == "meta":
            if (attributes.get("http-equiv") or "").strip().lower() == "refresh":
                found.add_refresh(attributes.get("content") or "")
        elif tag == "link" and head_kind(attributes) not in _NOT_FOLLOWED:
            found.add(attributes.get("href"))


def _is_deep(text: str) -> bool:
    """Parsing takes time that grows with the square of the depth; extraction knows how to cut."""
    return text.count("<") - 2 * text.count("</") > MAX_DEPTH


def _elements(text: str) -> Iterator[tuple[str, dict[str, str | None]]]:
    tree = LexborHTMLParser(text)
    for node in tree.css(_SILENT):
        node.decompose()
    for node in tree.css(_LEADING):
        yield node.tag or "", node.attributes


def _deep(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    document = read(text)
    yield from ((tag, attributes) for tag, attributes, _ in document.noted)
    yield from ((anchor.tag, anchor.attributes) for anchor in document.anchors)


def _set_base(elements: list[tuple[str, dict[str, str | None]]], found: _Found) -> None:
    for tag, attributes in elements:
        if tag == "base" and attributes.get("href") is not None:
            try:
                found.base_url = resolve(found.base_url, (attributes["href"] or "").strip())
            except UrlError:
                return
            return


def _named(attributes: dict[str, str | None]) -> tuple[str, str]:
    return (attributes.get("name") or "", attributes.get("content") or "")


class _Found:
    """Distinct addresses in order; one that is nofollow everywhere stays nofollow."""

    def __init__(self, url: str) -> None:
        self.base_url = url
        self.urls: dict[str, Address] = {}
        self.is_nofollow = False
        self._known: set[tuple[str, str]] = set()

    def add(self, href: str | None, *, rel: str = "", is_hop: bool = False) -> None:
        href = (href or "").strip()
        if not href or href[0] == "#" or (href, rel) in self._known:
            return
        self._known.add((href, rel))
        try:
            url = resolve(self.base_url, href)
        except UrlError:
            return
        is_nofollow = bool(rel) and "nofollow" in rel.lower().replace(",", " ").split()
        before = self.urls.get(url)
        if before is None or (before.is_nofollow and not is_nofollow):
            self.urls[url] = Address(url, is_nofollow, is_hop)

    def add_refresh(self, content: str) -> None:
        refresh = refresh_of(content)
        if refresh is not None:
            self.add(refresh[1])

    def listed(self, is_nofollow: bool) -> list[Address]:
        if not (is_nofollow or self.is_nofollow):
            return list(self.urls.values())
        return [Address(found.url, True, found.is_hop) for found in self.urls.values()]
