"""One HTTP response -> one page row and its link rows."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Protocol

from linkshed.errors import UrlError
from linkshed.extract.challenge import is_challenge
from linkshed.extract.content import find_content, main_text
from linkshed.extract.dates import seconds_of
from linkshed.extract.document import Document, read
from linkshed.extract.encoding import decode
from linkshed.extract.indexability import Robots, judge, robots_of
from linkshed.extract.links import Found, add_refresh, find_links, head_kind, header_links
from linkshed.extract.markup import is_markup
from linkshed.extract.sketch import sketch
from linkshed.extract.structured import stated_time, things
from linkshed.schema import CHALLENGE, Canonical, LinkKind, Liveness, Reason
from linkshed.urls.parse import resolve

MAX_BODY_BYTES = 20_000_000
"""Bytes of a body that are read; what follows is left out and counted as too_large."""
MAX_TITLE_CHARACTERS = 1_000
MAX_CODE_CHARACTERS = 35

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_CJK_LEADS = bytes((*range(0xE3, 0xEA), 0xEF))
"""First bytes in UTF-8 of these characters, and of others."""
_PUBLISHED = frozenset(
    ("article:published_time", "og:published_time", "datepublished", "date", "dc.date",
     "dc.date.issued", "dcterms.created", "pubdate", "publishdate", "sailthru.date",
     "parsely-pub-date")
)  # fmt: skip
_MODIFIED = frozenset(
    ("article:modified_time", "og:updated_time", "datemodified", "last-modified",
     "dcterms.modified", "dc.date.modified")
)  # fmt: skip
_AUTHORS = frozenset(
    ("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author")
)
_MAX_JSON_CHARACTERS = 200_000


@dataclass(frozen=True)
class Response:
    """What a server answered. ``url`` is normalised; ``fetched_at`` in seconds since 1970."""

    url: str
    status: int
    headers: list[tuple[str, str]]
    body: bytes
    fetched_at: int | None = None

    def header(self, name: str) -> str:
        """The first value of a header, or an empty text."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        """All values of a header."""
        return [value for key, value in self.headers if key.lower() == name]


@dataclass
class Extracted:
    """A page row by column name, link columns, refused links as (reason, first value, n), and
    columns of the places that lead nowhere; none when the body is no markup."""

    page: dict[str, Any]
    links: dict[str, list[Any]]
    refused: list[tuple[str, str, int]] = field(default_factory=list)
    dead_ends: dict[str, list[Any]] = field(default_factory=dict)
    is_scripted: list[bool | None] = field(default_factory=list)
    """Of each link, whether scripts made it; empty when none were run."""


class Rows(Protocol):
    """The part of a reader's batch that ``add_to`` fills."""

    pages: dict[str, list[Any]]
    links: dict[str, list[Any]]
    dead_ends: dict[str, list[Any]]
    n_links: int

    def add_page(self, row: dict[str, Any]) -> None: ...

    def refuse(
        self, level: str, reason: str, input_name: str, locator: str, value: str, n: int = 1
    ) -> None: ...


def extract(response: Response, *, keep_text: bool = True) -> Extracted:
    """All facts and links of a response. Never raises, whatever the bytes."""
    found = Found(response.url)
    is_cut = len(response.body) > MAX_BODY_BYTES
    body = response.body[:MAX_BODY_BYTES]
    media = response.header("content-type").partition(";")[0].strip().lower()
    row = _plain_row(response, media)
    _add_header_links(response, found)
    if is_markup(body, media):
        is_cut |= _read_markup(response, body, found, row, keep_text)
    else:
        robots = robots_of((), response.all("x-robots-tag"))
        row |= _verdict(response, robots, is_refreshed=_has_refresh(found))
    if is_cut:
        found.refuse(Reason.TOO_LARGE, response.url)
    row["canonical_issue"] = _canonical_issue(found, row.pop("n_malformed", 0))
    row["n_refused_links"] = found.refused.total()
    refused = [(reason, found.examples[reason], n) for reason, n in found.refused.items()]
    return Extracted(row, found.columns(), refused, found.dead_ends)


def add_to(batch: Rows, extracted: Extracted, fetched_at: int | None, input_name: str) -> None:
    """Append what was extracted to a reader's batch."""
    page = extracted.page
    batch.add_page(page)
    n = len(extracted.links["kind"])
    columns = batch.links
    for name, cells in extracted.links.items():
        columns[name] += cells
    columns["source_url"] += [page["url"]] * n
    columns["is_scripted"] += extracted.is_scripted or [None] * n
    for name in ("first_seen", "last_seen", "last_verified"):
        columns[name] += [fetched_at] * n
    batch.n_links += n
    _add_dead_ends(batch, extracted, fetched_at)
    for reason, value, count in extracted.refused:
        batch.n_links += count
        batch.refuse("link", reason, input_name, page["url"], value, count)


def _add_dead_ends(batch: Rows, extracted: Extracted, fetched_at: int | None) -> None:
    n = len(extracted.dead_ends.get("reason", ()))
    if n:
        for name, cells in extracted.dead_ends.items():
            batch.dead_ends[name] += cells
        batch.dead_ends["source_url"] += [extracted.page["url"]] * n
        batch.dead_ends["seen_at"] += [fetched_at] * n


def _plain_row(response: Response, media: str) -> dict[str, Any]:
    return {
        "url": response.url,
        "fetched_at": response.fetched_at,
        "status": response.status,
        "content_type": media or None,
        "size_bytes": min(len(response.body), 2**32 - 1),
        "content_hash": blake2b(response.body, digest_size=16).hexdigest(),
        "modified_at": seconds_of(response.header("last-modified")),
        "language": response.header("content-language").partition(",")[0].strip()[:35] or None,
        "is_revisit": False,
        **_challenged(response),
    }


def _challenged(response: Response) -> dict[str, Any]:
    """What is to be said of a challenge; of other answers their status says it."""
    if not is_challenge(response.status, response.headers):
        return {}
    return {"liveness": Liveness.BLOCKED, "outcome": CHALLENGE, "n_vain_looks": 0}


def _verdict(response: Response, robots: Robots, **signs: Any) -> dict[str, Any]:
    is_empty = not response.body and response.status == 200
    indexability = judge(response.status, robots, is_empty=is_empty, **signs)
    return {
        "is_noindex": robots.noindex_meta or robots.noindex_header,
        "is_nofollow": robots.nofollow,
        "indexability": indexability,
    }


def _has_refresh(found: Found) -> bool:
    return bool(found.targets(LinkKind.REFRESH))


def _add_header_links(response: Response, found: Found) -> None:
    if 300 <= response.status < 400 and (location := response.header("location")):
        found.add_plain(location, LinkKind.REDIRECT)
    for value in response.all("link"):
        for attributes in header_links(value):
            kind = head_kind(attributes)
            if kind is not None and attributes.get("href"):
                found.add_plain(attributes["href"] or "", kind, _code(attributes, kind))
    if refresh := response.header("refresh"):
        add_refresh(found, refresh)


def _code(attributes: dict[str, str | None], kind: LinkKind) -> str:
    """The words of a link of the head: the language code of an hreflang link."""
    said = attributes.get("hreflang") if kind is LinkKind.HREFLANG else None
    return (said or "").strip()[:MAX_CODE_CHARACTERS]


def _read_markup(
    response: Response, body: bytes, found: Found, row: dict[str, Any], keep_text: bool
) -> bool:
    """Fill the row from a page of markup; True when the page was cut."""
    text, row["encoding"] = decode(body, response.header("content-type"))
    document = read(text)
    head = _Head(document, found)
    row["n_malformed"] = head.n_malformed
    content = find_content(document.outline)
    find_links(document, found, content)
    words = main_text(document.outline, document.words, content)
    n_words = count_words(document.words, document.n_words)
    robots = robots_of(head.robots, response.all("x-robots-tag"))
    row |= _verdict(
        response, robots, is_refreshed=head.is_refreshed, title=head.title, heading=head.heading,
        n_words=n_words,
    )  # fmt: skip
    row |= {
        "title": head.title[:MAX_TITLE_CHARACTERS] or None,
        "language": _language(document, head) or row["language"],
        "author": head.author,
        "published_at": head.published_at,
        "modified_at": head.modified_at or row["modified_at"],
        "n_words": n_words,
        "text_sketch": sketch(words),
        "text": words if keep_text and words else None,
    }
    return document.is_cut


def count_words(text: str, n_words: int | None = None) -> int:
    """Words between white space; each Chinese or Japanese character counts as one.

    ``n_words`` is the number of words between white space when it is known already.
    """
    if text.isascii() or not _may_be_cjk(text):
        return len(text.split()) if n_words is None else n_words
    rest, n_characters = _CJK.subn(" ", text)
    return len(rest.split()) + n_characters


def _may_be_cjk(text: str) -> bool:
    """False without such a character; some ten times as fast as the pattern."""
    data = text.encode("utf-8", "replace")
    return len(data.translate(None, _CJK_LEADS)) < len(data)


def _language(document: Document, head: _Head) -> str | None:
    return ((document.language or head.language or "").strip()[:35]) or None


def _canonical_issue(found: Found, n_malformed: int) -> Canonical:
    if len(found.targets(LinkKind.CANONICAL)) > 1:
        return Canonical.SEVERAL
    return Canonical.MALFORMED if n_malformed else Canonical.NONE


class _Head:
    """What a page says of itself in title, meta, link and script elements."""

    def __init__(self, document: Document, found: Found) -> None:
        self.title = self.heading = ""
        self.language = ""
        self.author: str | None = None
        self.published_at: int | None = None
        self.modified_at: int | None = None
        self.robots: list[tuple[str, str]] = []
        self.is_refreshed = False
        self.n_malformed = 0
        self._set_base(document, found)
        for tag, attributes, text in document.noted:
            if tag == "title":
                self.title = self.title or text
            elif tag == "h1":
                self.heading = self.heading or text
            elif tag == "meta":
                self._meta(attributes, found)
            elif tag == "link":
                self._link(attributes, found)
            elif tag == "time":
                self._time(attributes)
        for script in document.scripts:
            if len(script) <= _MAX_JSON_CHARACTERS:
                self._json(script)

    def _set_base(self, document: Document, found: Found) -> None:
        for tag, attributes, _ in document.noted:
            if tag == "base" and attributes.get("href") is not None:
                try:
                    found.base_url = resolve(found.base_url, (attributes["href"] or "").strip())
                except UrlError:
                    return
                return

    def _meta(self, attributes: dict[str, str | None], found: Found) -> None:
        content = attributes.get("content") or ""
        name = (attributes.get("name") or attributes.get("property") or
                attributes.get("itemprop") or "").strip().lower()  # fmt: skip
        directive = (attributes.get("http-equiv") or "").strip().lower()
        if directive == "refresh":
            self.is_refreshed |= add_refresh(found, content)
        elif directive == "content-language":
            self.language = content.partition(",")[0]
        if name in _PUBLISHED:
            self.published_at = self.published_at or seconds_of(content)
        elif name in _MODIFIED:
            self.modified_at = self.modified_at or seconds_of(content)
        elif name in _AUTHORS:
            self._set_author(content)
        elif name:
            self.robots.append((name, content))

    def _set_author(self, words: Any) -> None:
        if isinstance(words, str) and words.strip() and "://" not in words and self.author is None:
            self.author = " ".join(words.split())[:200]

    def _link(self, attributes: dict[str, str | None], found: Found) -> None:
        kind = head_kind(attributes)
        if kind is None:
            return
        href = (attributes.get("href") or "").strip()
        n_refused = found.refused.total()
        found.add_plain(href, kind, _code(attributes, kind))
        self.n_malformed += kind is LinkKind.CANONICAL and found.refused.total() > n_refused

    def _time(self, attributes: dict[str, str | None]) -> None:
        role = (attributes.get("itemprop") or "").lower()
        if role == "datemodified":
            self.modified_at = self.modified_at or seconds_of(attributes.get("datetime"))
        elif role == "datepublished" or "pubdate" in attributes:
            self.published_at = self.published_at or seconds_of(attributes.get("datetime"))

    def _json(self, script: str) -> None:
        try:
            stated = json.loads(script)
        except (ValueError, RecursionError):
            return
        for item in things(stated):
            self.published_at = self.published_at or stated_time(item, "datePublished")
            self.modified_at = self.modified_at or stated_time(item, "dateModified")
            for author in things(item.get("author")):
                self._set_author(author.get("name"))
