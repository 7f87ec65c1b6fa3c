"""One HTTP response -> one page row and its link rows."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from linkshed.extract.challenge import is_challenge
from linkshed.extract.content import find_content, main_text
from linkshed.extract.dates import seconds_of
from linkshed.extract.document import Document, read
from linkshed.extract.encoding import decode
from linkshed.extract.head import Head, link_code
from linkshed.extract.indexability import Robots, judge, robots_of
from linkshed.extract.links import Found, add_refresh, find_links, head_kind, header_links
from linkshed.extract.markup import is_markup
from linkshed.extract.response import Extracted, Response
from linkshed.extract.sketch import sketch
from linkshed.extract.words import count_words
from linkshed.schema import CHALLENGE, Canonical, LinkKind, Liveness, Reason

MAX_BODY_BYTES = 20_000_000
"""Bytes of a body that are read; what follows is left out and counted as too_large."""
MAX_TITLE_CHARACTERS = 1_000


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
                found.add_plain(attributes["href"] or "", kind, link_code(attributes, kind))
    if refresh := response.header("refresh"):
        add_refresh(found, refresh)


def _read_markup(
    response: Response, body: bytes, found: Found, row: dict[str, Any], keep_text: bool
) -> bool:
    """Fill the row from a page of markup; True when the page was cut."""
    text, row["encoding"] = decode(body, response.header("content-type"))
    document = read(text)
    head = Head(document, found)
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


def _language(document: Document, head: Head) -> str | None:
    return ((document.language or head.language or "").strip()[:35]) or None


def _canonical_issue(found: Found, n_malformed: int) -> Canonical:
    if len(found.targets(LinkKind.CANONICAL)) > 1:
        return Canonical.SEVERAL
    return Canonical.MALFORMED if n_malformed else Canonical.NONE
