"""Answers of a crawl, as web archives any tool reads (WARC 1.1, ISO 28500:2017).

Each record is one gzip member, appended whole; the frontier remembers where the last counted record
ends, so what a killed crawl wrote behind it is cut off. Cookies that servers set are left out: they
are keys to somebody's session.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from linkshed.ingest.crawl.discover import Answer

SEGMENT_BYTES = 1_000_000_000
GZIP_LEVEL = 1
UNCHANGED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

_LEFT_OUT = frozenset(("set-cookie", "set-cookie2", "content-encoding", "transfer-encoding",
                       "content-length"))  # fmt: skip
_TARGET = re.compile(rb"^WARC-Target-URI: (\S+)", re.MULTILINE)
_CONTROL = dict.fromkeys((*range(32), 127), " ")


def segments(folder: Path) -> list[Path]:
    """The archives of a crawl, in order."""
    return sorted(folder.glob("answers-*.warc.gz"))


def exists(folder: Path, segment: int) -> bool:
    """Whether an archive of a crawl is still there."""
    return (folder / _name(segment)).exists()


class Archive:
    """The archives of one crawl, open for appending. Raises OSError when the disk is full."""

    def __init__(self, folder: Path, segment: int, size: int) -> None:
        """Go on after byte ``size`` of a segment; later ones and the rest of it are cut off.

        ``is_short``: the segment ends before that byte, as after a power failure.
        """
        self.folder = folder
        for path in segments(folder):
            if path.name > _name(segment):
                path.unlink()
        self._open(segment)
        self.is_short = self._file.tell() < size
        self.cut(min(size, self._file.tell()))
        if not self._file.tell():
            self._begin()

    @property
    def size(self) -> int:
        """Bytes of the segment so far."""
        return self._file.tell()

    def add(self, answer: Answer, at: int, address: str, truncated: str = "") -> tuple[int, int]:
        """Append an answer got at a time from an IP address; gives its segment and offset."""
        fields = [("WARC-Type", "response"), *_about(answer.url, at, address)]
        if truncated:
            fields.append(("WARC-Truncated", truncated))
        return self._append(fields, http(answer))

    def add_rendered(self, answer: Answer, at: int) -> tuple[int, int]:
        """Append a page as it stood after its scripts ran: a conversion of what was answered."""
        fields = [("WARC-Type", "conversion"), *_about(answer.url, at, "")]
        return self._append(fields, http(answer))

    def add_unchanged(self, answer: Answer, at: int, address: str) -> tuple[int, int]:
        """Append that the server said 304: what an earlier crawl got still holds."""
        fields = [("WARC-Type", "revisit"), *_about(answer.url, at, address)]
        return self._append([*fields, ("WARC-Profile", UNCHANGED)], http(answer))

    def cut(self, size: int) -> None:
        """Leave only what stands before a byte of the segment."""
        self._file.truncate(size)
        self._file.seek(0, os.SEEK_END)

    def close(self) -> None:
        """Write everything to the disk."""
        os.fsync(self._file.fileno())
        self._file.close()

    def _open(self, segment: int) -> None:
        self.segment = segment
        self._file: BinaryIO = (self.folder / _name(segment)).open("ab")

    def _begin(self) -> None:
        now = int(datetime.now(UTC).timestamp())
        about = f"software: linkshed/{version('linkshed')}\r\nformat: WARC File Format 1.1\r\n"
        kind = ("Content-Type", "application/warc-fields")
        fields = [("WARC-Type", "warcinfo"), ("WARC-Date", _date(now)), kind]
        self._write(_record(fields, about.encode()))

    def _append(self, fields: list[tuple[str, str]], block: bytes) -> tuple[int, int]:
        if self.size >= SEGMENT_BYTES:
            self.close()
            self._open(self.segment + 1)
            self._begin()
        offset = self.size
        kind = ("Content-Type", "application/http;msgtype=response")
        self._write(_record([*fields, kind], block))
        return self.segment, offset

    def _write(self, record: bytes) -> None:
        self._file.write(record)
        self._file.flush()


def http(answer: Answer) -> bytes:
    """The answer as HTTP, its body decoded."""
    lines = [f"HTTP/1.1 {answer.status} "]
    lines += [f"{_plain(name)}: {_plain(value)}" for name, value in kept(answer.headers)]
    lines.append(f"Content-Length: {len(answer.body)}")
    return "\r\n".join(lines).encode("utf-8", "replace") + b"\r\n\r\n" + answer.body


def kept(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers that are stored."""
    return [(name, value) for name, value in headers if name.lower() not in _LEFT_OUT]


def read_answer(folder: Path, segment: int, offset: int, url: str) -> Answer | None:
    """A stored answer; None when it cannot be read again."""
    try:
        with (folder / _name(segment)).open("rb") as file:
            file.seek(offset)
            record = _member(file)
    except (OSError, zlib.error):
        return None
    _, _, block = record.partition(b"\r\n\r\n")
    head, found, body = block.partition(b"\r\n\r\n")
    if not found:
        return None
    lines = head.decode("utf-8", "replace").split("\r\n")
    pairs = [line.partition(": ")[::2] for line in lines[1:]]
    return Answer(url, int(lines[0].split(" ")[1]), pairs, body[: -len(b"\r\n\r\n")])


def url_of(head: bytes) -> str:
    """The URL that a record written here is about; empty for one that is about none."""
    found = _TARGET.search(head)
    return found[1].decode("utf-8", "replace") if found else ""


def _member(file: BinaryIO) -> bytes:
    decoder = zlib.decompressobj(31)
    parts = []
    while not decoder.eof and (data := file.read(1 << 16)):
        parts.append(decoder.decompress(data))
    return b"".join(parts)


def _about(url: str, at: int, address: str) -> list[tuple[str, str]]:
    known = [("WARC-IP-Address", address)] if address else []
    return [("WARC-Date", _date(at)), ("WARC-Target-URI", url), *known]


def _record(fields: list[tuple[str, str]], block: bytes) -> bytes:
    head = [("WARC-Record-ID", f"<urn:uuid:{uuid4()}>"), *fields]
    lines = "".join(f"{name}: {_plain(value)}\r\n" for name, value in head)
    text = f"WARC/1.1\r\n{lines}Content-Length: {len(block)}\r\n\r\n"
    encoder = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, 31)
    data = text.encode("utf-8", "replace") + block + b"\r\n\r\n"
    return encoder.compress(data) + encoder.flush()


def _plain(text: str) -> str:
    """Text that stays on its line."""
    return text.translate(_CONTROL)


def _date(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _name(segment: int) -> str:
    return f"answers-{segment:05d}.warc.gz"
