"""The bytes of a text table, unpacked; UTF-16 turned into UTF-8, byte order marks dropped."""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from linkshed.ingest.reader import Refused
from linkshed.schema import Reason

_READ_BYTES = 1 << 20
_UNPACKED_BYTES = 1 << 22
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}


class Position:
    """How far the file has been read, in bytes."""

    def __init__(self) -> None:
        self.offset = 0


def is_gzip(path: Path) -> bool:
    """Whether the file begins as gzip does."""
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def encoding_of(head: bytes) -> str:
    """The encoding its byte order mark says; else UTF-8, or Windows-1252 when it cannot be that."""
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return encoding
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def pieces(
    path: Path,
    zipped: bool,
    encoding: str,
    limit: int | None = None,
    position: Position | None = None,
) -> Iterator[bytes | Refused]:
    """Pieces of the text, at least up to ``limit`` bytes. Last comes a Refused where it breaks."""
    n_bytes = 0
    position = position or Position()
    with path.open("rb") as file:
        raw = _unpacked(file, position) if zipped else _read(file, position)
        for piece in _as_utf8(raw, encoding):
            yield piece
            n_bytes += len(piece) if isinstance(piece, bytes) else 0
            if limit is not None and n_bytes >= limit:
                return


def _read(file: BinaryIO, position: Position) -> Iterator[bytes | Refused]:
    while piece := file.read(_READ_BYTES):
        position.offset += len(piece)
        yield piece


def _unpacked(file: BinaryIO, position: Position) -> Iterator[bytes | Refused]:
    """Gzip members one after another; what comes before a break is kept."""
    member = zlib.decompressobj(31)
    is_inside = False
    for piece in _read(file, position):
        rest = piece if isinstance(piece, bytes) else b""
        while rest:
            is_inside = True
            try:
                yield member.decompress(rest, _UNPACKED_BYTES)
            except zlib.error as error:
                yield Refused(Reason.DAMAGED, f"before byte {position.offset}", str(error))
                return
            rest = member.unconsumed_tail
            if member.eof:
                rest = member.unused_data.lstrip(b"\0")
                member = zlib.decompressobj(31)
                is_inside = False
    if is_inside:
        yield Refused(Reason.TRUNCATED, f"byte {position.offset}", "the gzip data end too early")


def _as_utf8(raw: Iterator[bytes | Refused], encoding: str) -> Iterator[bytes | Refused]:
    if encoding == "utf-8-sig":
        first = next(raw, b"")
        yield first.removeprefix(codecs.BOM_UTF8) if isinstance(first, bytes) else first
    if not encoding.startswith("utf-16"):
        yield from raw
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    is_first = True
    for piece in raw:
        if isinstance(piece, Refused):
            yield piece
            continue
        text = decoder.decode(piece)
        yield (text.removeprefix("\ufeff") if is_first else text).encode()
        is_first = is_first and not text
    yield decoder.decode(b"", True).encode()
