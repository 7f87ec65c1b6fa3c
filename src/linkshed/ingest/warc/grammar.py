"""How records are written in the two archive formats: where one starts and how long it is.

WARC 1.1 (ISO 28500:2017), clause 4: a version line, named fields, an empty line, the block.
ARC 1 and 2 (Internet Archive, 1996): one line, which ends with the length, and the block.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_WARC_LENGTH = re.compile(
    rb"^Content-Length[ \t]*:[ \t]*(\d+)[ \t]*\r*$", re.IGNORECASE | re.MULTILINE
)
_WARC_HEAD_END = re.compile(rb"\n\r*\n")
_ARC_LENGTH = re.compile(rb" (\d+)[ \t\r]*\n?\Z")
_ARC_HEAD_END = re.compile(rb"\n")


@dataclass(frozen=True)
class Grammar:
    """One format. ``start`` is matched where a record should begin, ``line_start`` searched for."""

    name: str
    start: re.Pattern[bytes]
    line_start: re.Pattern[bytes]
    head_end: re.Pattern[bytes]
    length: re.Pattern[bytes]

    def length_bytes(self, head: bytes | bytearray) -> int | None:
        """Length of the block by its head; None when the head does not say."""
        found = self.length.search(head)
        return int(found[1][:19]) if found else None


def _grammar(
    name: str, start: bytes, head_end: re.Pattern[bytes], length: re.Pattern[bytes]
) -> Grammar:
    line_start = re.compile(b"^(?:" + start + b")", re.MULTILINE)
    return Grammar(name, re.compile(start), line_start, head_end, length)


WARC = _grammar("warc", rb"WARC/\d\.\d+[ \t]*\r*\n[A-Za-z-]+[ \t]*:", _WARC_HEAD_END, _WARC_LENGTH)
ARC = _grammar(
    "arc",
    rb"[A-Za-z][A-Za-z0-9+.-]{1,20}:[^\n]* [0-9A-Fa-f.:-]+ (?:\d{8,}|null|-) [^\n]*\r*\n",
    _ARC_HEAD_END,
    _ARC_LENGTH,
)
GRAMMARS = (WARC, ARC)


def is_start(data: bytes | bytearray, at: int = 0) -> bool:
    """Whether a record of either format begins there."""
    return any(grammar.start.match(data, at) for grammar in GRAMMARS)
