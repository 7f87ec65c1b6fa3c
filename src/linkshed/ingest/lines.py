"""Blocks of whole lines of a text file, plain or gzip, for readers that go line by line."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from linkshed.errors import FormatError, NotFoundError, ParameterError
from linkshed.ingest.reader import Item, Refused, reading
from linkshed.ingest.stream import Position, encoding_of, is_gzip, pieces
from linkshed.schema import Reason

BLOCK_BYTES = 1_000_000
MAX_LINE_BYTES = 65_536
_HEAD_BYTES = 1 << 16


def require_files(named: list[Path], what: str) -> list[Path]:
    """The files named. Raises ParameterError, NotFoundError, FormatError for an empty one."""
    if not named:
        raise ParameterError("no file", repair=f"name one or more files: {what}")
    for path in named:
        with reading(path):
            if not path.exists():
                raise NotFoundError(f"no file {str(path)!r}", repair="check the path")
            if not path.is_file():
                raise FormatError(f"{str(path)!r} is no file", allowed=what)
            if not path.stat().st_size:
                raise FormatError(f"{str(path)!r} is empty", allowed=what)
    return named


def head_of(path: Path) -> str:
    """The first lines of a file, as text."""
    zipped = is_gzip(path)
    raw = _raw_head(path, zipped, "")
    return _raw_head(path, zipped, encoding_of(raw)).decode("utf-8", "replace")


def blocks(path: Path) -> Iterator[Item | Refused]:
    """Items with payload (number of the first line, bytes of whole lines in UTF-8)."""
    zipped = is_gzip(path)
    position = Position()
    encoding = encoding_of(_raw_head(path, zipped, ""))
    yield from cut(pieces(path, zipped, encoding, None, position), position, "")


def cut(
    parts: Iterator[bytes | Refused], position: Position, place: str
) -> Iterator[Item | Refused]:
    """Items of some pieces of text; ``place`` begins each locator."""
    buffer, line = bytearray(), 1
    broken: Refused | None = None
    for part in parts:
        if isinstance(part, Refused):
            broken = part
            break
        buffer += part
        end = buffer.rfind(b"\n") + 1
        if end and len(buffer) >= BLOCK_BYTES:
            block = bytes(buffer[:end])
            del buffer[:end]
            yield Item(f"{place}line {line}", (line, block), position.offset)
            line += block.count(b"\n")
        elif len(buffer) > 2 * BLOCK_BYTES:
            del buffer[MAX_LINE_BYTES + 1 :]
    if buffer:
        yield Item(f"{place}line {line}", (line, bytes(buffer)), position.offset)
    if broken is not None:
        yield Refused(broken.reason, place + broken.locator, broken.value)


def lines_of(item: Item) -> Iterator[tuple[int, str, Reason | None]]:
    """The lines of a block with their numbers; blank ones left out. One that is too long comes cut,
    with the reason of its refusal.
    """
    first, block = item.payload
    for number, raw in enumerate(io.BytesIO(block), first):
        if not raw.strip():
            continue
        reason = Reason.TOO_LARGE if len(raw) > MAX_LINE_BYTES else None
        yield number, raw[:MAX_LINE_BYTES].decode("utf-8", "replace").strip("\r\n"), reason


def _raw_head(path: Path, zipped: bool, encoding: str) -> bytes:
    found = pieces(path, zipped, encoding, _HEAD_BYTES)
    whole = b"".join(part for part in found if isinstance(part, bytes))
    return whole[:_HEAD_BYTES]
