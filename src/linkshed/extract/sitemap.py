"""Sitemaps -> the addresses they declare.

The protocol of sitemaps.org (XML lists and indexes, text files, gzip), and RSS 2.0 and Atom feeds,
which it allows in their place. Lists broken half way give what stands before the break; nothing in
them is fetched or expanded, so an entity bomb stays a text.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from linkshed.errors import UrlError
from linkshed.urls.parse import parse_url, resolve

MAX_BYTES = 52_428_800
"""Of one sitemap, unpacked: the protocol's own bound of 50 MiB."""
MAX_ADDRESSES = 50_000
"""Of one sitemap: the protocol's own bound."""

_GZIP = b"\x1f\x8b"
_STEP_BYTES = 1 << 16
_ROOT = re.compile(r"<(?:\w+:)?(sitemapindex|urlset|rss|feed|RDF)\b", re.IGNORECASE)
_LOC = re.compile(r"<(?:\w+:)?loc\s*>(.*?)</(?:\w+:)?loc\s*>", re.DOTALL | re.IGNORECASE)
_IMAGE = re.compile(r"<(image|video|news):\w+[^>]*>.*?</\1:\w+\s*>", re.DOTALL | re.IGNORECASE)
_ITEM_LINK = re.compile(r"<link\s*>(.*?)</link\s*>", re.DOTALL | re.IGNORECASE)
_ATOM_LINK = re.compile(r"<(?:\w+:)?link\b([^>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_HEAD_CHARACTERS = 4096


@dataclass
class Sitemap:
    """What a sitemap declares. ``children`` are further sitemaps; ``n_bad`` entries that are no
    address; ``problem`` says in a word why nothing could be read, or is empty."""

    pages: list[str] = field(default_factory=list)
    children: list[str] = field(default_factory=list)
    n_bad: int = 0
    problem: str = ""


def read_sitemap(url: str, body: bytes, most: int = MAX_ADDRESSES) -> Sitemap:
    """The addresses, at most so many, in a sitemap fetched from ``url``. Never raises, whatever
    the bytes."""
    try:
        text = _text(body)
    except zlib.error:
        return Sitemap(problem="damaged_gzip")
    root = _ROOT.search(text[:_HEAD_CHARACTERS])
    if root is None:
        return _plain(text, most)
    text = _COMMENT.sub("", text)
    kind = root[1].lower()
    if kind in ("sitemapindex", "urlset"):
        found = _resolved(url, (m[1] for m in _LOC.finditer(_IMAGE.sub("", text))), most)
        return Sitemap([], found.pages, found.n_bad) if kind == "sitemapindex" else found
    return _resolved(url, _atom(text) if kind == "feed" else _rss(text), most)


def _text(body: bytes) -> str:
    if body.startswith(_GZIP):
        body = _unpacked(body)
    body = body[:MAX_BYTES]
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace")
    return body.decode("utf-8-sig", "replace")


def _unpacked(body: bytes) -> bytes:
    """At most MAX_BYTES; a file cut short gives what came out. Raises zlib.error for nothing."""
    decoder = zlib.decompressobj(31)
    parts: list[bytes] = []
    n_left = MAX_BYTES
    for at in range(0, len(body), _STEP_BYTES):
        try:
            parts.append(decoder.decompress(body[at : at + _STEP_BYTES], n_left))
        except zlib.error:
            if not any(parts):
                raise
            break
        n_left -= len(parts[-1])
        if decoder.eof or n_left <= 0:
            break
    return b"".join(parts)


def _plain(text: str, most: int) -> Sitemap:
    """A text file: one address a line. A page that is no list, such as an error page, is none."""
    if "<" in text[:_HEAD_CHARACTERS]:
        return Sitemap(problem="no_sitemap")
    found = Sitemap()
    for line in text.splitlines()[:most]:
        if line.strip():
            _add(found, None, line.strip())
    return found


def _rss(text: str) -> Iterator[str]:
    yield from (match[1] for match in _ITEM_LINK.finditer(text))


def _atom(text: str) -> Iterator[str]:
    for match in _ATOM_LINK.finditer(text):
        values = {name.lower(): one or two for name, one, two in _ATTRIBUTE.findall(match[1])}
        if values.get("rel", "alternate") == "alternate" and values.get("href"):
            yield values["href"]


def _resolved(base: str, written: Iterator[str], most: int) -> Sitemap:
    found = Sitemap()
    for text in written:
        if len(found.pages) >= most:
            break
        _add(found, base, unescape(_CDATA.sub(r"\1", text)).strip())
    found.pages = list(dict.fromkeys(found.pages))
    return found


def _add(found: Sitemap, base: str | None, text: str) -> None:
    try:
        found.pages.append(resolve(base, text) if base and text else parse_url(text))
    except UrlError:
        found.n_bad += 1
