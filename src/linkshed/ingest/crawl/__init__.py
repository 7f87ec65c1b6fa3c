"""A crawl: the folder in which ``linkshed crawl`` keeps what it fetched.

``linkshed crawl URL`` fetches pages (``process`` starts Scrapy, which runs ``spider``) and reads
them at once; this reader reads the folder again, or one copied from elsewhere. Pages are read from
the web archives of the crawl like any other, so a crawl gives the same rows as an archive of it.
Files that are no pages, and external addresses that were looked at, give a page row by their
headers; addresses that did not answer give one that says so. Each row tells of all looks taken.
What the crawl did not see is told by ``completeness.json`` and goes into the intake.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple, cast

from linkshed.errors import FormatError, NotFoundError
from linkshed.extract import markup
from linkshed.extract.page import extract
from linkshed.extract.response import Response
from linkshed.extract.rows import add_to
from linkshed.extract.scripted import with_scripts
from linkshed.ingest import READERS
from linkshed.ingest.crawl import liveness, record
from linkshed.ingest.crawl.archive import read_answer, segments, url_of
from linkshed.ingest.crawl.database import NAME, reading
from linkshed.ingest.reader import Batch, Item, Option, Reader, Refused
from linkshed.ingest.reader import reading as looking
from linkshed.schema import Indexability, KnownFrom

TITLE = "folders of finished crawls, as 'linkshed crawl' makes them"
OF_FOLDERS = True
OPTIONS: tuple[Option, ...] = ()

_HEADS = (
    "SELECT url, status, fetched_at, head, is_external, looks FROM urls WHERE looks IS NOT NULL"
    " AND (status IS NULL OR head IS NOT NULL) ORDER BY url"
)
_LOOKS = "SELECT id, looks, fetched_at, segment, offset FROM urls WHERE url = ?"
_RENDERED = "SELECT segment, offset FROM rendered WHERE url = ? AND segment IS NOT NULL"
_NO_PAGES = (b"\nWARC-Type: warcinfo", b"\nWARC-Type: conversion")
_UNREAD = ("size_bytes", "content_hash", "text_sketch", "text", "n_words")


def inputs(named: Sequence[Path], options: dict[str, Any]) -> list[Path]:
    """The folders named. Raises NotFoundError and FormatError."""
    for folder in named:
        with looking(folder):
            exists, is_crawl = folder.exists(), folder.is_dir() and (folder / NAME).exists()
        if not exists:
            raise NotFoundError(
                f"no folder {str(folder)!r}", repair="crawl with: linkshed crawl URL"
            )
        if not is_crawl:
            raise FormatError(
                f"{str(folder)!r} is no crawl", allowed="a folder that 'linkshed crawl' made"
            )
        record.read(folder)
    return list(named)


def size(path: Path) -> int:
    """Bytes of the archives, and one for each head."""
    db = reading(path)
    n_heads: int = db.execute(f"SELECT count(*) FROM ({_HEADS})").fetchone()[0]
    db.close()
    return sum(archive.stat().st_size for archive in segments(path)) + n_heads


def items(path: Path, options: dict[str, Any]) -> Iterator[Item | Refused]:
    """One item per stored answer: those of the archives, then those known by their heads; then one
    for each address of which a sitemap or a refusal tells, which is no record."""
    read = 0
    db = reading(path)
    for archive in segments(path):
        for item in _warc().items(archive, options):
            locator = f"{archive.name} {item.locator}"
            if isinstance(item, Refused):
                yield Refused(item.reason, locator, item.value)
            elif not any(kind in item.payload[0] for kind in _NO_PAGES):
                yield Item(locator, _payload(db, item), read + item.offset)
        read += archive.stat().st_size
    for n, row in enumerate(db.execute(_HEADS), start=1):
        yield Item(f"{NAME} {row[0]}", json.dumps(row), read + n)
    end = size(path)
    for told in record.known(db, record.read(path)):
        yield Item(f"{NAME} {told[0]}", _Told(*told), end)
    db.close()


class _Told(NamedTuple):
    """What a crawl tells of an address besides its answer."""

    url: str
    is_in_sitemap: bool
    unseen: str | None


def rows(path: Path, items: Sequence[Item], options: dict[str, Any]) -> Batch:
    """Pages and links of some answers."""
    batch = Batch()
    for kind, group in groupby(items, key=lambda item: type(item.payload)):
        if kind is str:
            for item in group:
                batch.n_records += 1
                _add_head(batch, path, *json.loads(item.payload))
        elif kind is _Told:
            for item in group:
                _add_known(batch, item.payload)
        else:
            for item in group:
                batch.extend(_page(path, item, options))
    return batch


def completeness(path: Path) -> dict[str, Any]:
    """What the crawl saw and did not see (``record.completeness``)."""
    return record.read(path)


def _warc() -> Reader:
    return cast(Reader, READERS.load("warc"))


def _add_known(batch: Batch, told: _Told) -> None:
    known_from = KnownFrom.SITEMAP if told.is_in_sitemap else KnownFrom(0)
    batch.add_known({"url": told.url, "known_from": int(known_from), "unseen": told.unseen})


def _payload(db: sqlite3.Connection, item: Item) -> tuple[Any, ...]:
    """A record, the looks at its page, and where the page before and after its scripts lies."""
    url = url_of(item.payload[0])
    known = db.execute(_LOOKS, (url,)).fetchone()
    if known is None:
        return (*item.payload, None, None)
    number, looks, at, *place = known
    after = db.execute(_RENDERED, (number,)).fetchone() if _has_rendered(db) else None
    return (*item.payload, looks, (url, at, place, after) if after is not None else None)


def _has_rendered(db: sqlite3.Connection) -> bool:
    query = "SELECT count(*) FROM sqlite_master WHERE name = 'rendered'"
    return bool(db.execute(query).fetchone()[0])


def _page(path: Path, item: Item, options: dict[str, Any]) -> Batch:
    head, body, looks, scripts = item.payload
    found = _both(path, *scripts) if scripts is not None else None
    if found is None:
        plain = Item(item.locator, (head, body), item.offset)
        found = _warc().rows(path, [plain], options)
    _set_looks(found, looks)
    return found


def _both(
    path: Path, url: str, at: int, before: tuple[int, int], after: tuple[int, int]
) -> Batch | None:
    """A page whose scripts were run; None when one of its two states cannot be read."""
    answers = [read_answer(path, *place, url) for place in (before, after)]
    states = [extract(Response(url, answer.status, answer.headers, answer.body, at))
              for answer in answers if answer is not None]  # fmt: skip
    if len(states) < len(answers):
        return None
    batch = Batch(n_records=1)
    add_to(batch, with_scripts(*states), at, str(path))
    return batch


def _set_looks(batch: Batch, looks: str | None) -> None:
    if looks is None:
        return
    for name, value in liveness.evidence(liveness.from_json(json.loads(looks))).items():
        batch.pages[name] = [value] * len(batch.pages["url"])


def _add_head(
    batch: Batch,
    path: Path,
    url: str,
    status: int | None,
    at: int,
    head: str,
    is_external: bool,
    looks: str,
) -> None:
    """A page of which the headers alone are known: its body was not read, so nothing is said of
    it, and an external page's own wishes about indexing stay unknown. One that did not answer has
    no status."""
    found = liveness.evidence(liveness.from_json(json.loads(looks)))
    if status is None:
        return batch.add_page({"url": url, **found})
    headers = [(name, value) for name, value in json.loads(head)]
    extracted = extract(Response(url, status, headers, b" ", at))
    for name in _UNREAD:
        extracted.page[name] = None
    is_page = extracted.page["content_type"] in (None, *markup.TYPES)
    if 200 <= status < 300 and is_page:
        extracted.page["indexability"] = Indexability.UNKNOWN
    if is_external and not 300 <= status < 400:
        extracted.links = {name: [] for name in extracted.links}
        extracted.refused = []
        extracted.dead_ends = {}
    extracted.page |= found
    return add_to(batch, extracted, at, str(path))
