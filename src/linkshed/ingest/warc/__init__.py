"""Web archives: WARC 0.17 to 1.1 and ARC 1 and 2; gzip, Zstandard or plain, told by their bytes.

The main process decodes the file and cuts it into records (``members``, ``framer``); the workers
read the records (``capture``, ``http``) and extract pages and links. Every record is kept or
refused with a reason. Responses and resources give pages; a revisit gives a page that confirms the
links of an earlier look. Damaged and truncated records are refused, and reading goes on behind
them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from linkshed.errors import FormatError, NotFoundError
from linkshed.extract.page import extract
from linkshed.extract.response import Response
from linkshed.extract.rows import add_to
from linkshed.ingest.reader import Batch, Item, Option, Refused, reading
from linkshed.ingest.warc.capture import (
    Capture,
    Refusal,
    is_capture,
    read_arc,
    read_warc,
    target_uri,
)
from linkshed.ingest.warc.framer import Bad, grammar_of, records
from linkshed.ingest.warc.grammar import ARC, Grammar
from linkshed.schema import Indexability, Reason

TITLE = "web archives (WARC or ARC files, or folders of them)"
OPTIONS: tuple[Option, ...] = ()

_NAMES = tuple(f"*.{kind}{end}" for kind in ("warc", "arc") for end in ("", ".gz", ".zst"))
_ALLOWED = "WARC or ARC files, plain or compressed with gzip or Zstandard"


def inputs(named: Sequence[Path], options: dict[str, Any]) -> list[Path]:
    """The files named, and the archives right inside the folders named; each file once.

    Raises NotFoundError and FormatError.
    """
    found: dict[Path, Path] = {}
    for path in named:
        with reading(path):
            for file in _files(path):
                found.setdefault(file.resolve(), file)
    for file in found.values():
        with reading(file):
            _check(file)
    return list(found.values())


def size(path: Path) -> int:
    """Bytes of the file as it lies on disk."""
    return path.stat().st_size


def items(path: Path, options: dict[str, Any]) -> Iterator[Item | Refused]:
    """One item per record, in the order of the file."""
    grammar = _grammar(path)
    is_arc = grammar is ARC
    for number, record in enumerate(records(path, grammar), start=1):
        locator = f"record {number} at byte {record.begin}"
        if isinstance(record, Bad):
            value = f"{target_uri(record.head)} {record.why}".strip()
            yield Refused(record.reason, locator, value)
        else:
            body = record.body if is_capture(record.head, is_arc) else b""
            yield Item(locator, (record.head, body), record.end)


def rows(path: Path, items: Sequence[Item], options: dict[str, Any]) -> Batch:
    """Pages and links of some records."""
    batch = Batch()
    for item in items:
        batch.n_records += 1
        head, body = item.payload
        read = read_warc if head.startswith(b"WARC/") else read_arc
        try:
            capture = read(head, body)
        except Refusal as refusal:
            batch.refuse("record", refusal.reason, str(path), item.locator, str(refusal))
            continue
        _add(batch, capture, path, item.locator)
    return batch


def _add(batch: Batch, capture: Capture, path: Path, locator: str) -> None:
    if capture.is_revisit:
        batch.add_page(_revisited(capture))
        return
    status = capture.status or 0
    response = Response(capture.url, status, capture.headers, capture.body, capture.fetched_at)
    add_to(batch, extract(response), capture.fetched_at, str(path))
    if capture.truncated:
        _note_truncation(batch, capture, path, locator)


def _note_truncation(batch: Batch, capture: Capture, path: Path, locator: str) -> None:
    """A row that counts nothing: the crawler cut the page short, and it was kept all the same."""
    value = f"kept: {capture.url} WARC-Truncated: {capture.truncated}"
    row = ("record", Reason.TRUNCATED, str(path), locator, value[:200], 0)
    for column, cell in zip(batch.rejects.values(), row, strict=True):
        column.append(cell)


def _revisited(capture: Capture) -> dict[str, Any]:
    return {
        "url": capture.url,
        "fetched_at": capture.fetched_at,
        "status": capture.status,
        "indexability": Indexability.UNKNOWN,
        "canonical_issue": 0,
        "is_revisit": True,
    }


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        files = sorted({file for name in _NAMES for file in path.glob(name) if file.is_file()})
        if not files:
            raise NotFoundError(
                f"no archive in {str(path)!r}", allowed=", ".join(_NAMES), repair="name the files"
            )
        return files
    if not path.exists():
        raise NotFoundError(f"no file {str(path)!r}", allowed=_ALLOWED, repair="check the path")
    return [path]


def _check(path: Path) -> None:
    if not path.is_file():
        raise FormatError(
            f"{str(path)!r} is no regular file", allowed=_ALLOWED, repair="save it as a file first"
        )
    if not path.stat().st_size:
        raise FormatError(
            f"{str(path)!r} is empty", allowed=_ALLOWED, repair="copy or download it again"
        )
    _grammar(path)


def _grammar(path: Path) -> Grammar:
    if grammar := grammar_of(path):
        return grammar
    raise FormatError(
        f"{str(path)!r} is not a web archive: no WARC or ARC record begins in it",
        allowed=_ALLOWED,
        repair="for saved web pages use 'linkshed ingest html', for tables 'linkshed ingest links'",
    )
