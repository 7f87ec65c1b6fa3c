"""Lists of pages: addresses, one a line, or tables that search and analytics tools export.

A table needs a column of addresses (``url``, ``page``, ``top pages``, ``landing page``, ``page
path`` ...), and may count clicks, or sessions, views, users. Of a zip file, as a search console
exports it in any language, the tables that name pages are read. Paths without a host need
``--base-url``. Lines that begin with ``#`` are remarks; a total without an address is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from linkshed.errors import FormatError, ParameterError, UrlError
from linkshed.ingest import lines
from linkshed.ingest.list import packed
from linkshed.ingest.list.layout import Layout, cells, figure, layout_of
from linkshed.ingest.reader import Batch, Item, Option, Refused
from linkshed.ingest.tally import Tally
from linkshed.schema import KnownFrom, Reason
from linkshed.urls.parse import parse_url

TITLE = "lists of pages: addresses, or exports of search and analytics tools (CSV, zip)"
_KINDS = ("search", "analytics", "list")
OPTIONS = (
    Option("base_url", str, "what paths without a host belong to, as https://example.com/"),
    Option("kind", str, "what the pages are then known from; without it the columns decide",
           choices=_KINDS),
)  # fmt: skip
_WHAT = "addresses, one a line, a table with a column of addresses, or a zip file of such tables"


def check(options: dict[str, Any]) -> None:
    """Raises ParameterError for a base URL or a kind that is none."""
    _base(options)
    if options.get("kind") not in (None, *_KINDS):
        raise ParameterError(f"kind {options['kind']!r}", allowed=", ".join(_KINDS))


def inputs(named: Sequence[Path], options: dict[str, Any]) -> list[Path]:
    """The files named, each with pages. Raises ParameterError, NotFoundError, FormatError."""
    check(options)
    found = lines.require_files(list(named), _WHAT)
    for path in found:
        if not _layouts(path):
            raise FormatError(f"{str(path)!r} names no page at its beginning", allowed=_WHAT)
    return found


def size(path: Path) -> int:
    """Bytes of the file."""
    return path.stat().st_size


def items(path: Path, options: dict[str, Any]) -> Iterator[Item | Refused]:
    """Blocks of lines, of each table that names pages."""
    if packed.is_zip(path):
        yield from packed.blocks(path, list(_layouts(path)))
        return
    for item in lines.blocks(path):
        if isinstance(item, Item):
            yield Item(item.locator, ("", *item.payload), item.offset)
        else:
            yield item


def rows(path: Path, items: Sequence[Item], options: dict[str, Any]) -> Batch:
    """The pages that some blocks name."""
    batch, base = Batch(), _base(options)
    for item in items:
        name, first, block = item.payload
        layout = _layouts(path)[name]
        kind = KnownFrom[options["kind"].upper()] if options.get("kind") else layout.kind
        tally = Tally(batch, str(path), kind, base)
        for number, line, reason in lines.lines_of(Item("", (first, block), 0)):
            place = f"{name} line {number}".strip()
            _read(tally, layout, number, line, reason, place)
        tally.close()
    return batch


def _read(
    tally: Tally, layout: Layout, number: int, line: str, reason: Reason | None, place: str
) -> None:
    if number < layout.first or line.startswith("#"):
        return
    row = [] if reason else cells(line.lstrip("\ufeff"), layout.delimiter)
    if len(row) <= layout.address:
        tally.refuse(reason or Reason.BAD_ROW, place, line)
        return
    written = row[layout.address].strip()
    if not written or written == "(not set)":
        tally.refuse(Reason.BAD_VALUE, place, line)
        return
    tally.name(
        written, place, clicks=_at(row, layout.clicks), visits=_at(row, layout.visits)
    )  # fmt: skip


def _at(row: list[str], place: int | None) -> int | None:
    return None if place is None or place >= len(row) else figure(row[place])


def _layouts(path: Path) -> dict[str, Layout]:
    facts = path.stat()
    return _known(path, facts.st_size, facts.st_mtime_ns)


@lru_cache(maxsize=64)
def _known(path: Path, size_bytes: int, modified_at: int) -> dict[str, Layout]:
    """The layouts of the tables that name pages, by their names; one without a zip has none."""
    heads = packed.heads(path) if packed.is_zip(path) else {"": lines.head_of(path)}
    found = {name: layout_of(head) for name, head in heads.items()}
    return {name: layout for name, layout in found.items() if layout is not None}


def _base(options: dict[str, Any]) -> str:
    """The base URL, or nothing. Raises ParameterError."""
    text = str(options.get("base_url") or "")
    try:
        return parse_url(text) if text else ""
    except UrlError as error:
        raise ParameterError(
            f"base URL {text!r}", allowed=error.allowed, repair="--base-url https://example.com/"
        ) from None
