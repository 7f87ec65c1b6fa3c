"""Document -> link rows: every place that leads elsewhere, in document order, none merged."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import Any

from linkshed.errors import UrlError
from linkshed.extract.anchors import anchor_kind
from linkshed.extract.content import Content
from linkshed.extract.deadends import DeadEnds
from linkshed.extract.document import Anchor, Document
from linkshed.extract.lists import block_sizes
from linkshed.extract.placement import judge
from linkshed.schema import LINK_ROW, NO_TOKENS, AnchorKind, LinkKind, Placement, Reason, Rel
from linkshed.urls.parse import resolve

CONTEXT_CHARACTERS = 100
MAX_ANCHOR_CHARACTERS = 10_000
MAX_LINKS = 100_000
"""Links kept of one page; the others are refused as too_large."""
MAX_STEPS = 5
_TOKENS = {flag.name.lower(): flag for flag in Rel if flag.name and flag not in NO_TOKENS}
_FEEDS = ("rss", "atom", "feed+json", "rdf")
_GIVEN = {"source_url", "is_scripted", "first_seen", "last_seen", "last_verified"}
COLUMNS = tuple(column.name for column in LINK_ROW if column.name not in _GIVEN)


class Found:
    """Links of one page as rows of COLUMNS, and what was refused: its count and first value, by
    reason."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.rows: list[tuple[Any, ...]] = []
        self.refused: Counter[str] = Counter()
        self.examples: dict[str, str] = {}
        self.dead_ends: dict[str, list[Any]] = {}
        self._resolved: dict[str, str] = {}

    def columns(self) -> dict[str, list[Any]]:
        """The rows by column."""
        if not self.rows:
            return {name: [] for name in COLUMNS}
        return dict(zip(COLUMNS, map(list, zip(*self.rows, strict=True)), strict=True))

    def targets(self, kind: LinkKind) -> set[str]:
        """The targets of the links of one kind."""
        return {row[0] for row in self.rows if row[1] == kind}

    def refuse(self, reason: str, value: str, n: int = 1) -> None:
        """Count what leads nowhere."""
        self.refused[reason] += n
        self.examples.setdefault(reason, value)

    def target(self, href: str) -> str | None:
        """The URL an address names, or None with the refusal counted."""
        return self.target_or_reason(href)[0]

    def target_or_reason(self, href: str) -> tuple[str | None, str]:
        """The URL an address names, or None and the reason of the refusal, which is counted."""
        found = self._resolved.get(href)
        if found is not None:
            return found, ""
        try:
            found = self._resolved[href] = resolve(self.base_url, href)
        except UrlError as error:
            self.refuse(error.reason, href)
            return None, error.reason
        return found, ""

    def add_plain(self, href: str, kind: LinkKind, words: str = "") -> None:
        """Add a link that nobody clicks: a redirect, a canonical, a frame ..."""
        target = self.target(href.strip()) if href.strip() else None
        if not href.strip():
            self.refuse(Reason.NO_HREF, href)
        if target is not None:
            self.rows.append(
                (target, kind, 0, Placement.UNKNOWN, words, AnchorKind.EMPTY, len(self.rows))
                + (None,) * 6
            )


def find_links(document: Document, found: Found, content: Content) -> None:
    """Add all links of the body."""
    judged = zip(
        judge(document, content, found.base_url),
        block_sizes(document.outline, content.lists),
        strict=True,
    )
    paths = _Paths(document)
    dead_ends = DeadEnds(document, paths.of)
    if document.pointless:
        found.refuse(Reason.NO_HREF, "", len(document.pointless))
    for anchor in document.anchors:
        if anchor.tag in ("a", "area"):
            placement, n_block = next(judged)
            reason = _add_anchor(document, anchor, found, placement, n_block, paths)
            if reason:
                href = (anchor.attributes.get("href") or "").strip()
                words = _words(document, anchor)
                dead_ends.refused(anchor, reason, href, words, placement)
        elif anchor.tag == "form":
            if anchor.attributes.get("action"):
                found.add_plain(anchor.attributes["action"] or "", LinkKind.FORM)
        elif anchor.attributes.get("src"):
            found.add_plain(anchor.attributes["src"] or "", LinkKind.FRAME)
    for anchor in document.pointless:
        words = _words(document, anchor)
        dead_ends.refused(anchor, Reason.NO_HREF, "", words, Placement.UNKNOWN)
    for anchor in document.scripted:
        dead_ends.by_script(anchor, _words(document, anchor))
    found.dead_ends = dead_ends.columns()


def _words(document: Document, anchor: Anchor) -> str:
    """The words inside an element, or those that stand for them."""
    start = document.outline.before[anchor.element]
    text = document.words[start : start + document.outline.text[anchor.element]]
    words = " ".join(text.split())[:MAX_ANCHOR_CHARACTERS]
    said = (anchor.alt, anchor.attributes.get("aria-label"), anchor.attributes.get("title"))
    return words or next((text.strip() for text in said if text), "")


def _add_anchor(
    document: Document,
    anchor: Anchor,
    found: Found,
    placement: Placement,
    n_block: int,
    paths: _Paths,
) -> str | None:
    """Add a link; where it leads nowhere it is refused, and the reason given."""
    attributes, element = anchor.attributes, anchor.element
    href = (attributes.get("href") or "").strip()
    if not href:
        found.refuse(Reason.NO_HREF, "")
        return Reason.NO_HREF
    if href[0] == "#":
        found.refuse(Reason.SELF_FRAGMENT, href)
        return Reason.SELF_FRAGMENT
    target, reason = found.target_or_reason(href)
    if target is None:
        return reason
    rows = found.rows
    if len(rows) >= MAX_LINKS:
        found.refuse(Reason.TOO_LARGE, href)
        return None
    text = document.words
    start = document.outline.before[element]
    end = start + document.outline.text[element]
    words = " ".join(text[start:end].split())[:MAX_ANCHOR_CHARACTERS]
    kind = LinkKind.TEXT
    if anchor.tag == "area":
        kind, words = LinkKind.AREA, attributes.get("alt") or ""
    elif not words and anchor.n_images:
        kind, words = LinkKind.IMAGE, anchor.alt or ""
    if not words:
        words = (attributes.get("aria-label") or attributes.get("title") or "").strip()
    rel = attributes.get("rel")
    rows.append((
        target,
        kind,
        rel_of(rel) if rel else 0,
        placement,
        words,
        anchor_kind(words, target if "/" in words else None),
        len(rows),
        round(start / len(text), 4) if text else 0.0,
        min(n_block, 65_535),
        anchor.alt if anchor.n_images else None,
        _left(text, start),
        _right(text, end),
        paths.of(element),
    ))  # fmt: skip
    return None


def _left(text: str, start: int) -> str | None:
    """What stands before, in the same block, from the beginning of a word on."""
    begin = start - CONTEXT_CHARACTERS if start > CONTEXT_CHARACTERS else 0
    cut = text.rfind("\n", begin, start)
    if cut < 0 < begin:
        cut = text.find(" ", begin, start)
    return text[begin if cut < 0 else cut + 1 : start].strip() or None


def _right(text: str, end: int) -> str | None:
    """What stands behind, in the same block, up to the end of a word."""
    stop = end + CONTEXT_CHARACTERS
    cut = text.find("\n", end, stop)
    if cut < 0 and stop < len(text):
        cut = text.rfind(" ", end, stop)
    return text[end : stop if cut < 0 else cut].strip() or None


@lru_cache(maxsize=4096)
def rel_of(text: str) -> int:
    """The flags of a rel attribute: tokens split at white space and, flagged, at commas."""
    flags = Rel(0)
    if "," in text:
        flags |= Rel.COMMA
        text = text.replace(",", " ")
    for token in text.lower().split():
        flags |= _TOKENS.get(token, Rel(0))
    return int(flags)


class _Paths:
    """Short DOM paths: from the nearest id, or the last MAX_STEPS steps; ``li:3`` is the third."""

    def __init__(self, document: Document) -> None:
        self.ids = document.ids
        self.parent, self.tag = document.outline.parent, document.outline.tag
        self.place = _places(self.parent, self.tag)
        self.known: dict[int, list[str]] = {-1: []}

    def of(self, element: int) -> str:
        """The path of an element."""
        known = self.known
        climbed = []
        while element not in known:
            if identity := self.ids.get(element):
                known[element] = f"#{identity[:60]}".split(">")
            else:
                climbed.append(element)
                element = self.parent[element]
        steps = known[element]
        for below in reversed(climbed):
            tag, place = self.tag[below], self.place[below]
            step = tag if place == 1 else f"{tag}:{place}"
            steps = known[below] = [*steps[1 - MAX_STEPS :], step]
        return ">".join(steps)


def _places(parents: list[int], tags: list[str]) -> list[int]:
    """Place of each element among its siblings of the same tag, from 1."""
    seen: dict[tuple[int, str], int] = {}
    places = []
    for key in zip(parents, tags, strict=True):
        place = seen[key] = seen.get(key, 0) + 1
        places.append(place)
    return places


_REFRESH = re.compile(
    r"\s*(\d+(?:\.\d*)?)\s*[;,\s]\s*(?:url\s*=\s*)?[\"']?([^\"']+)", re.IGNORECASE
)
_LINK_HEADER = re.compile(r"<([^>]*)>((?:\s*;\s*[\w*-]+\s*(?:=\s*(?:\"[^\"]*\"|[^,;\s]*))?)*)")
_PARAMETER = re.compile(r"([\w*-]+)\s*=\s*(?:\"([^\"]*)\"|([^,;\s]*))")


def refresh_of(content: str) -> tuple[float, str] | None:
    """Seconds and address of a refresh; None when it only loads the same page again."""
    match = _REFRESH.match(content)
    return None if match is None else (float(match[1]), match[2].strip())


def add_refresh(found: Found, content: str) -> bool:
    """Add the target of a refresh; True when it is instant (at most one second) and leads away."""
    refresh = refresh_of(content)
    if refresh is None:
        return False
    seconds, href = refresh
    is_instant = seconds <= 1
    found.add_plain(href, LinkKind.REFRESH if is_instant else LinkKind.DELAYED_REFRESH)
    return is_instant and found.target(href) not in (None, found.base_url)


def head_kind(attributes: dict[str, str | None]) -> LinkKind | None:
    """What a link element of the head, or a Link header, stands for; None for resources."""
    tokens = (attributes.get("rel") or "").lower().split()
    if "canonical" in tokens:
        return LinkKind.CANONICAL
    if "alternate" in tokens and "stylesheet" not in tokens:
        if attributes.get("hreflang"):
            return LinkKind.HREFLANG
        media = (attributes.get("type") or "").lower()
        return LinkKind.FEED if any(word in media for word in _FEEDS) else LinkKind.ALTERNATE
    if "amphtml" in tokens:
        return LinkKind.ALTERNATE
    if "next" in tokens:
        return LinkKind.NEXT
    return LinkKind.PREV if "prev" in tokens or "previous" in tokens else None


def header_links(value: str) -> list[dict[str, str | None]]:
    """The links of a Link header (RFC 8288), each with its href and parameters."""
    links: list[dict[str, str | None]] = []
    for match in _LINK_HEADER.finditer(value):
        parameters = {m[1].lower(): m[2] or m[3] for m in _PARAMETER.finditer(match[2])}
        links.append({"href": match[1], **parameters})
    return links
