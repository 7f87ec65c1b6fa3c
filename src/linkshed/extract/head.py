"""What a page says of itself in title, meta, link and script elements."""

from __future__ import annotations

import json
from typing import Any

from linkshed.errors import UrlError
from linkshed.extract.dates import seconds_of
from linkshed.extract.document import Document
from linkshed.extract.links import Found, add_refresh, head_kind
from linkshed.extract.structured import stated_time, things
from linkshed.schema import LinkKind
from linkshed.urls.parse import resolve

MAX_CODE_CHARACTERS = 35

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


class Head:
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
        found.add_plain(href, kind, link_code(attributes, kind))
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


def link_code(attributes: dict[str, str | None], kind: LinkKind) -> str:
    """The words of a link of the head: the language code of an hreflang link."""
    said = attributes.get("hreflang") if kind is LinkKind.HREFLANG else None
    return (said or "").strip()[:MAX_CODE_CHARACTERS]
