"""Decoded bytes -> records: where each begins and ends, whatever the lengths written in it say.

A record is given out only when it is certain: its member has ended well, or another record begins
right after it. A length that leads nowhere, a member that breaks off and bytes that belong to no
record are given out as ``Bad``, and reading goes on at the next start of a record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from linkshed.ingest.warc.grammar import GRAMMARS, Grammar
from linkshed.ingest.warc.members import Broken, Data, End, Piece, pieces
from linkshed.schema import Reason

MAX_BODY_BYTES = 50_000_000
"""Largest record body that is read; a larger one is refused as ``too_large``."""

_MAX_HEAD_BYTES = 1 << 16
_PARSE_AT_BYTES = 1 << 18
_SNIFF_BYTES = 1 << 20
_BLANK = re.compile(rb"[\s\0]*")


@dataclass(frozen=True)
class Raw:
    """One record. ``begin`` is its offset in the file, ``end`` how far the file has been read."""

    begin: int
    end: int
    head: bytes
    body: bytes


@dataclass(frozen=True)
class Bad:
    """Bytes that are no whole record, and why. ``head`` is empty when not even that is known."""

    reason: Reason
    begin: int
    end: int
    why: str
    head: bytes = b""


def grammar_of(path: Path) -> Grammar | None:
    """How the records of a file are written; None when none begins near its start."""
    start = b""
    for piece in pieces(path):
        if isinstance(piece, Data):
            start += piece.data
        if len(start) >= _SNIFF_BYTES or (isinstance(piece, End) and start):
            break
    found = [(match.start(), g) for g in GRAMMARS if (match := g.line_start.search(start))]
    return min(found, key=lambda pair: pair[0])[1] if found else None


def records(path: Path, grammar: Grammar) -> Iterator[Raw | Bad]:
    """Every record of a file in order, and what is no record. Raises OSError as the disk does."""
    framer = _Framer(grammar, path.stat().st_size)
    for piece in pieces(path):
        yield from framer.take(piece)
    yield from framer.flush(Reason.TRUNCATED)
    yield from framer.release()


class _Framer:
    def __init__(self, grammar: Grammar, size: int) -> None:
        self.grammar = grammar
        self.size = size
        self.buffer = bytearray()
        self.at = 0  # how much of the buffer is done with
        self.begin = 0  # file offset of the member; of the buffer's first byte in a plain file
        self.end = 0  # how far the file has been read
        self.is_plain = False
        self.has_ended = False  # the member ended; the last record may still go on in the next
        self.is_lost = False  # looking for the next start
        self.wanted = 0  # no record can be complete before the buffer holds so many bytes
        self.n_to_skip = 0  # bytes left of a body that is too large
        self.held: Raw | None = None

    def take(self, piece: Piece) -> Iterator[Raw | Bad]:
        """What becomes certain by the next piece."""
        self.end = piece.end
        if isinstance(piece, Data):
            if self.has_ended and self.grammar.start.match(piece.data):
                yield from self.flush(Reason.TRUNCATED)
            self._add(piece)
            if len(self.buffer) >= max(self.wanted, _PARSE_AT_BYTES):
                yield from self._parse()
        elif isinstance(piece, End):
            self.has_ended = True
            yield from self._parse()
            yield from self.release()
        else:
            yield from self._break(piece)

    def flush(self, reason: Reason) -> Iterator[Raw | Bad]:
        """Give up waiting for the rest of the record that the buffer begins with."""
        self.n_to_skip, self.has_ended = 0, True
        while self.buffer:
            yield from self.release()
            head = self.grammar.head_end.search(self.buffer)
            self.at = head.end() if head else len(self.buffer)
            yield self._lose(reason, "the record breaks off", 0, self.at)
            yield from self._parse()
        self.is_lost = False

    def release(self) -> Iterator[Raw]:
        """The record that was held back until what follows it was seen."""
        if self.held is not None:
            yield self.held
            self.held = None

    def _break(self, piece: Broken) -> Iterator[Raw | Bad]:
        reason = Reason.TRUNCATED if piece.is_cut else Reason.DAMAGED
        is_told = self.n_to_skip > 0
        self.has_ended = True
        found = [*self._parse(), *self.flush(reason)]
        if self.held is not None and not piece.is_cut:
            found.append(Bad(reason, self.held.begin, piece.end, piece.why, self.held.head))
            self.held = None
        found += self.release()
        yield from found
        if not is_told and not (found and (piece.is_cut or isinstance(found[-1], Bad))):
            yield Bad(reason, piece.begin, piece.end, piece.why)

    def _add(self, piece: Data) -> None:
        if not self.buffer:
            self.begin = piece.begin
        self.is_plain, self.has_ended = piece.is_plain, False
        skipped = min(self.n_to_skip, len(piece.data))
        self.n_to_skip -= skipped
        self.begin += skipped if self.is_plain and not self.buffer else 0
        self.buffer += piece.data[skipped:]

    def _parse(self) -> Iterator[Raw | Bad]:
        """All complete records at the front of the buffer, the last of them held back."""
        self.wanted = 0
        while self._has_start():
            if self.is_lost:
                self.is_lost = False
            elif not self._starts(self.at):
                yield from self.release()
                yield self._lose(Reason.DAMAGED, "no record begins here", self.at, self.at)
                continue
            found = self._record()
            if found is None:
                break
            yield from self.release()
            if isinstance(found, Raw):
                self.held = found
            else:
                yield found
        del self.buffer[: self.at]
        self.begin += self.at if self.is_plain else 0
        self.at = 0

    def _has_start(self) -> bool:
        """Move on to where a record should begin. False: more bytes are needed to say."""
        if self.is_lost:
            found = self.grammar.line_start.search(self.buffer, self.at)
            last_line = self.buffer.rfind(b"\n", self.at, -1) + 1
            keeps_line = not self.has_ended and len(self.buffer) - last_line < _MAX_HEAD_BYTES
            rest = max(last_line, self.at) if keeps_line else len(self.buffer)
            self.at = found.start() if found else rest
            return found is not None
        self.at = _end_of_blank(self.buffer, self.at)
        left = len(self.buffer) - self.at
        return left > 0 and (self.has_ended or left >= _MAX_HEAD_BYTES or self._starts(self.at))

    def _starts(self, at: int) -> bool:
        return self.grammar.start.match(self.buffer, at) is not None

    def _record(self) -> Raw | Bad | None:
        """The record at ``at``, and move behind it. None: more bytes are needed."""
        begin, n_bytes = self.at, len(self.buffer)
        found = self.grammar.head_end.search(self.buffer, begin, begin + _MAX_HEAD_BYTES)
        if found is None:
            if n_bytes - begin < _MAX_HEAD_BYTES:
                return None
            return self._lose(Reason.DAMAGED, "its head has no end", begin, begin + 1)
        body = found.end()
        length = self.grammar.length_bytes(self.buffer[begin:body])
        if length is None:
            return self._lose(Reason.DAMAGED, "its head states no length", begin, body)
        end = body + length
        if self.is_plain and self.begin + end > self.size:
            return self._lose(Reason.TRUNCATED, f"{length} bytes are stated", begin, body)
        if length > MAX_BODY_BYTES:
            return self._skip(begin, body, end)
        if end > n_bytes:
            self.wanted = end - begin
            return None
        return self._whole(begin, body, end)

    def _whole(self, begin: int, body: int, end: int) -> Raw | Bad | None:
        following = _end_of_blank(self.buffer, end)
        left = len(self.buffer) - following
        if not (left == 0 and self.has_ended) and not self._starts(following):
            if not self.has_ended and left < _MAX_HEAD_BYTES:
                self.wanted = following - begin + min(_MAX_HEAD_BYTES, max(2 * left, 64))
                return None
            why = "no record begins where its length says"
            return self._lose(Reason.DAMAGED, why, begin, body)
        self.at = following
        head, content = bytes(self.buffer[begin:body]), bytes(self.buffer[body:end])
        return Raw(self._offset(begin), self.end, head, content)

    def _skip(self, begin: int, body: int, end: int) -> Bad:
        self.n_to_skip = max(0, end - len(self.buffer))
        bad = self._lose(Reason.TOO_LARGE, f"{end - body} bytes", begin, body)
        self.at, self.is_lost = min(end, len(self.buffer)), False
        return bad

    def _lose(self, reason: Reason, why: str, begin: int, resume: int) -> Bad:
        head = bytes(self.buffer[begin:resume])
        self.at, self.is_lost = resume, True
        return Bad(reason, self._offset(begin), self.end, why, head)

    def _offset(self, at: int) -> int:
        return self.begin + at if self.is_plain else self.begin


def _end_of_blank(buffer: bytearray, at: int) -> int:
    found = _BLANK.match(buffer, at)
    return found.end() if found else at
