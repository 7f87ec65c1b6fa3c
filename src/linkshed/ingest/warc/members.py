"""An archive file's bytes -> its decoded bytes, member by member.

A gzip file is a row of members (RFC 1952, section 2.2), a Zstandard file a row of frames (RFC 8878,
section 3.1); WARC 1.1, annex D, asks for one record in each. A plain file is one endless member.
A member that cannot be decoded is reported and passed over: reading goes on at the next place that
decodes to the start of a record. Its bytes may have been handed out already, so a record counts
only when its member has ended well or another record has begun after it.
"""

from __future__ import annotations

import io
import sys
import zlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from linkshed.ingest.warc.grammar import GRAMMARS, is_start
from linkshed.ingest.warc.zstd import ZSTD_MAGIC, Frames, decoded_frame

BLOCK_BYTES = 1 << 16
GZIP_MAGIC = b"\x1f\x8b\x08"
_ZSTD_STARTS = (ZSTD_MAGIC, *(bytes((0x50 + n,)) + b"\x2a\x4d\x18" for n in range(16)))
_SMALL_STEP = 64
_PROBE_BYTES = 1 << 13
_SNIFF_BYTES = 1 << 20
_SEARCHED_BYTES = 1 << 26


@dataclass(frozen=True)
class Data:
    """Decoded bytes of the member at ``begin``; of a plain file, the bytes at ``begin``."""

    data: bytes
    begin: int
    end: int
    is_plain: bool = False


@dataclass(frozen=True)
class End:
    """A member ended and its checksum was right. ``end`` is where the next one begins."""

    end: int


@dataclass(frozen=True)
class Broken:
    """The member at ``begin`` cannot be decoded; reading goes on at ``end``."""

    begin: int
    end: int
    is_cut: bool
    why: str


Piece = Data | End | Broken


def compression(start: bytes) -> str:
    """By the first four bytes, whatever the file is called: gzip, zstd or plain."""
    if start[:2] == GZIP_MAGIC[:2]:
        return "gzip"
    return "zstd" if start[:4] in _ZSTD_STARTS else "plain"


def pieces(path: Path) -> Iterator[Piece]:
    """All of a file, in order. Raises OSError only when the file itself cannot be read."""
    with path.open("rb") as file:
        kind = compression(start := file.read(_SNIFF_BYTES))
        if kind == "plain" and not any(grammar.line_start.search(start) for grammar in GRAMMARS):
            kind = _compression_behind(file)
        file.seek(0)
        yield from {"gzip": _gzip, "zstd": _zstd, "plain": _plain}[kind](file)


def _compression_behind(file: BinaryIO) -> str:
    """The same for a file whose very first bytes are damaged."""
    limit = min(_size(file), _SEARCHED_BYTES)
    frames = Frames(file, _size(file))
    if _next_start(file, 0, GZIP_MAGIC, _inflated, limit) < limit:
        return "gzip"
    at = _next_start(file, 0, ZSTD_MAGIC, frames.first_bytes, limit)
    return "zstd" if at < limit else "plain"


def _plain(file: BinaryIO) -> Iterator[Piece]:
    offset = 0
    while block := file.read(BLOCK_BYTES):
        yield Data(block, offset, offset + len(block), is_plain=True)
        offset += len(block)
    yield End(offset)


def _gzip(file: BinaryIO) -> Iterator[Piece]:
    begin, rest = 0, b""
    while rest := rest or file.read(BLOCK_BYTES):
        if len(rest) < BLOCK_BYTES // 4:
            rest += file.read(BLOCK_BYTES)
        member = _Member(file, begin, rest)
        yield from member.read()
        if member.error is None:
            begin, rest = member.offset, member.rest
            yield End(begin)
            continue
        if _only_padding(file, begin):
            return
        after = _next_start(file, begin + 1, GZIP_MAGIC, _inflated)
        yield Broken(begin, after, member.is_cut, member.error)
        file.seek(after)
        begin, rest = after, b""


class _Member:
    """One gzip member being decoded. After ``read``, ``error`` is None when it ended well."""

    def __init__(self, file: BinaryIO, begin: int, block: bytes) -> None:
        self.file, self.begin, self.offset, self.rest = file, begin, begin, block
        self.error: str | None = None
        self.is_cut = False

    def read(self) -> Iterator[Data]:
        decoder = zlib.decompressobj(31)
        block = self.rest
        while True:
            before = decoder.copy() if self.offset > self.begin else None
            try:
                yield Data(decoder.decompress(block), self.begin, self.offset)
            except zlib.error as error:
                self.error = str(error)
                yield from self._salvage(before or zlib.decompressobj(31), block)
                return
            self.offset += len(block) - len(decoder.unused_data)
            if decoder.eof:
                self.rest = decoder.unused_data
                return
            if not (block := self.file.read(BLOCK_BYTES)):
                self.error, self.is_cut = "the file ends inside the member", True
                return

    def _salvage(self, decoder: zlib._Decompress, block: bytes) -> Iterator[Data]:
        """The decoded bytes before the place where decoding fails, as far as they can be had."""
        for at in range(0, len(block), _SMALL_STEP):
            try:
                data = decoder.decompress(block[at : at + _SMALL_STEP])
            except zlib.error:
                return
            if data:
                yield Data(data, self.begin, self.offset)


def _zstd(file: BinaryIO) -> Iterator[Piece]:
    frames = Frames(file, _size(file))
    begin = 0
    while begin < frames.size:
        end = frames.end(begin)
        error = yield from _frame(file, frames, begin, end)
        if end is not None and not error:
            begin = end
            yield End(begin)
        elif _only_padding(file, begin):
            return
        else:
            after = _next_start(file, begin + 1, ZSTD_MAGIC, frames.first_bytes)
            yield Broken(begin, after, end is None and after == frames.size, error)
            begin = after


def _frame(
    file: BinaryIO, frames: Frames, begin: int, end: int | None
) -> Generator[Data, None, str]:
    """The content of one frame, and why it is not whole."""
    if end is None:
        return "not a frame, or cut short"
    try:
        if not frames.is_skippable(begin):
            for data in decoded_frame(file, begin, end, frames.dictionary):
                yield Data(data, begin, end)
    except OSError as error:
        return str(error)
    return ""


def _size(file: BinaryIO) -> int:
    return file.seek(0, io.SEEK_END)


def _only_padding(file: BinaryIO, begin: int) -> bool:
    """Whether nothing but zero bytes follows, as files from tape are padded."""
    file.seek(begin)
    while block := file.read(BLOCK_BYTES):
        if block.strip(b"\0"):
            return False
    return True


def _inflated(file: BinaryIO, begin: int) -> bytes:
    file.seek(begin)
    try:
        return zlib.decompressobj(31).decompress(file.read(_PROBE_BYTES), _PROBE_BYTES)
    except zlib.error:
        return b""


def _next_start(
    file: BinaryIO,
    offset: int,
    magic: bytes,
    first_bytes: Callable[[BinaryIO, int], bytes],
    limit: int = sys.maxsize,
) -> int:
    """The next offset whose member decodes to the start of a record, or the end of the file."""
    overlap = len(magic) - 1
    while True:
        file.seek(offset)
        block = file.read(BLOCK_BYTES)
        at = block.find(magic)
        while at >= 0:
            if is_start(first_bytes(file, offset + at).lstrip()):
                return offset + at
            at = block.find(magic, at + 1)
        if len(block) < BLOCK_BYTES or offset >= limit:
            return offset + len(block)
        offset += len(block) - overlap
