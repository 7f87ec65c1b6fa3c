"""Cuts a text table into blocks of whole records, without parsing the records.

A record ends at a newline outside quotes. Where quotes are used as RFC 4180 (section 2) has them,
that is a newline with an even number of quotes before it; whether they are is checked on the quotes
alone. Where one stands inside an unquoted cell, the block is scanned the way ``csv`` reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from linkshed.ingest.links.layout import Layout
from linkshed.ingest.reader import Item, Refused
from linkshed.ingest.stream import Position, pieces
from linkshed.schema import Reason

BLOCK_BYTES = 4_000_000
MAX_RECORD_BYTES = 16_000_000

_QUOTE, _NEWLINE, _RETURN = b'"\n\r'


def blocks(path: Path, layout: Layout) -> Iterator[Item | Refused]:
    """Items with payload (number of the first line, block); the header is left out."""
    position = Position()
    cutter = _Cutter(layout, position)
    broken = None
    for piece in pieces(path, layout.is_gzip, layout.encoding, None, position):
        if isinstance(piece, Refused):
            broken = piece
        else:
            yield from cutter.feed(piece)
    yield from cutter.finish()
    if broken:
        yield broken


class _Cutter:
    def __init__(self, layout: Layout, position: Position) -> None:
        self.delimiter = ord(layout.delimiter)
        self.position = position
        self.n_to_skip = layout.n_head_bytes
        self.line = layout.n_head_lines + 1
        self.buffer = bytearray()
        self.wanted = BLOCK_BYTES
        self.is_inside_refused_line = False

    def feed(self, piece: bytes) -> Iterator[Item | Refused]:
        skipped = min(self.n_to_skip, len(piece))
        self.n_to_skip -= skipped
        self.buffer += piece[skipped:]
        if len(self.buffer) >= self.wanted:
            yield from self._cut()

    def finish(self) -> Iterator[Item | Refused]:
        if self.buffer and not self.buffer.endswith(b"\n"):
            self.buffer += b"\n"
        while self.buffer:
            yield from self._cut(is_last=True)

    def _cut(self, *, is_last: bool = False) -> Iterator[Item | Refused]:
        if self.is_inside_refused_line:
            self._drop_line()
        if end := last_record_end(bytes(self.buffer), self.delimiter):
            block = bytes(self.buffer[:end])
            yield Item(f"line {self.line}", (self.line, block), self.position.offset)
            self._advance(end)
        elif is_last and self.buffer:
            yield self._refuse_line(Reason.BAD_ROW, "a quote is opened and never closed")
        elif len(self.buffer) >= MAX_RECORD_BYTES:
            why = f"no end of the row within {MAX_RECORD_BYTES} bytes"
            yield self._refuse_line(Reason.TOO_LARGE, why)
        self.wanted = min(len(self.buffer) + BLOCK_BYTES, max(MAX_RECORD_BYTES, BLOCK_BYTES))

    def _refuse_line(self, reason: Reason, why: str) -> Refused:
        start = bytes(self.buffer[:160]).split(b"\n")[0].decode("utf-8", "replace")
        refused = Refused(reason, f"line {self.line}", f"{why}: {start}"[:200])
        self._drop_line()
        return refused

    def _drop_line(self) -> None:
        end = self.buffer.find(b"\n") + 1
        self.is_inside_refused_line = not end
        self._advance(end or len(self.buffer))

    def _advance(self, n_bytes: int) -> None:
        self.line += sum(self.buffer.count(end, 0, n_bytes) for end in (b"\n", b"\r"))
        self.line -= self.buffer.count(b"\r\n", 0, n_bytes)
        del self.buffer[:n_bytes]


def last_record_end(block: bytes, delimiter: int) -> int:
    """Where the last whole record of a block that starts with a record ends; 0 if nowhere."""
    characters = np.frombuffer(block, dtype=np.uint8)
    quotes = np.flatnonzero(characters == _QUOTE)
    if not len(quotes):
        return block.rfind(b"\n") + 1
    if _is_regular(characters, quotes, delimiter):
        starts, ends = quotes[0::2], quotes[1::2]
    else:
        starts, ends = _quoted_by_scan(block, delimiter)
    end = block.rfind(b"\n")
    while end >= 0:
        before = int(np.searchsorted(starts, end)) - 1
        if before < 0 or (before < len(ends) and ends[before] < end):
            return end + 1
        end = block.rfind(b"\n", 0, int(starts[before]))
    return 0


def _is_regular(
    characters: np.ndarray[tuple[int], np.dtype[np.uint8]],
    quotes: np.ndarray[tuple[int], np.dtype[np.intp]],
    delimiter: int,
) -> bool:
    """Whether every quote that opens stands at the start of a cell, or doubles one in a cell."""
    opening = quotes[0::2]
    before = characters[opening - 1]
    starts_cell = (before == delimiter) | (before == _NEWLINE) | (before == _RETURN)
    starts_cell |= opening == 0
    starts_cell[1:] |= opening[1:] == quotes[1::2][: len(opening) - 1] + 1
    return bool(starts_cell.all())


def _quoted_by_scan(
    block: bytes, delimiter: int
) -> tuple[
    np.ndarray[tuple[int], np.dtype[np.intp]],
    np.ndarray[tuple[int], np.dtype[np.intp]],
]:
    """First and last quote of each quoted cell; the last cell may lack its end."""
    start = re.escape(bytes([delimiter])) + rb"\r\n"
    quoted = re.compile(rb"(?:(?<=[" + start + rb'])|\A)"[^"]*+(?:""[^"]*+)*+(?:(")|\Z)', re.DOTALL)
    found = [(match.start(), match.start(1)) for match in quoted.finditer(block)]
    starts = np.array([first for first, _ in found], dtype=np.intp)
    ends = np.array([last for _, last in found if last >= 0], dtype=np.intp)
    return starts, ends
