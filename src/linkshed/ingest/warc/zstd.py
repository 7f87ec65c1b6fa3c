"""Zstandard files: where each frame ends, and the dictionary that comes before the frames.

A frame's length follows from its block headers without decoding (RFC 8878, section 3.1.1). A file
may begin with its dictionary in a skippable frame with magic 0x184D2A5D, itself compressed or not
("Zstandard compression for WARC files 1.0", section 2.2).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO, cast

from fastwarc.stream_io import ZstdReader

ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
DICTIONARY_MAGIC = b"\x5d\x2a\x4d\x18"
MAX_DICTIONARY_BYTES = 1 << 27
_SKIPPABLE_TAIL = b"\x2a\x4d\x18"
_STEP_BYTES = 1 << 20
_WHOLE_FRAME_BYTES = 1 << 22


class Frames:
    """The frames of one file."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self.file, self.size = file, size
        self.dictionary = self._dictionary()

    def is_skippable(self, begin: int) -> bool:
        """Whether the frame there carries no content."""
        return self._at(begin, 4)[1:4] == _SKIPPABLE_TAIL

    def end(self, begin: int) -> int | None:
        """Where the frame at ``begin`` ends; ``begin`` at the end of the file; None: no frame."""
        if begin >= self.size:
            return begin
        start = self._at(begin, 8)
        if start[1:4] == _SKIPPABLE_TAIL and start[0] >> 4 == 5 and len(start) == 8:
            return self._inside(begin + 8 + int.from_bytes(start[4:8], "little"))
        if start[:4] != ZSTD_MAGIC or len(start) < 6:
            return None
        return self._inside(self._after_blocks(begin + 4, start[4]))

    def first_bytes(self, file: BinaryIO, begin: int) -> bytes:
        """The first decoded bytes of the frame there, empty when it cannot be decoded."""
        if (end := self.end(begin)) is None:
            return b""
        try:
            return next(decoded_frame(file, begin, end, self.dictionary), b"")
        except OSError:
            return b""

    def _after_blocks(self, offset: int, descriptor: int) -> int:
        single = descriptor >> 5 & 1
        sizes = (1 if single else 0, 2, 4, 8)
        offset += 1 + (1 - single) + (0, 1, 2, 4)[descriptor & 3] + sizes[descriptor >> 6]
        while len(head := self._at(offset, 3)) == 3:
            block = int.from_bytes(head, "little")
            kind, length = block >> 1 & 3, block >> 3
            if kind == 3:
                break
            offset += 3 + (1 if kind == 1 else length)
            if block & 1:
                return offset + (4 if descriptor & 4 else 0)
        return self.size + 1

    def _inside(self, offset: int) -> int | None:
        return offset if offset <= self.size else None

    def _at(self, offset: int, n_bytes: int) -> bytes:
        self.file.seek(offset)
        return self.file.read(n_bytes)

    def _dictionary(self) -> bytes | None:
        start = self._at(0, 8)
        if start[:4] != DICTIONARY_MAGIC:
            return None
        length = int.from_bytes(start[4:8], "little")
        content = self._at(8, min(length, MAX_DICTIONARY_BYTES))
        if content[:4] != ZSTD_MAGIC:
            return content
        try:
            return bytes(ZstdReader(io.BytesIO(content)).read())
        except OSError:
            return None


def decoded_frame(
    file: BinaryIO, begin: int, end: int, dictionary: bytes | None
) -> Iterator[bytes]:
    """The content of one frame, in pieces. Raises OSError where it cannot be decoded."""
    file.seek(begin)
    if end - begin <= _WHOLE_FRAME_BYTES:
        source: io.BytesIO | _Window = io.BytesIO(file.read(end - begin))
    else:
        source = _Window(file, begin, end)
    reader = ZstdReader(cast(BinaryIO, source), dictionary=dictionary)
    while data := reader.read(_STEP_BYTES):
        yield data


class _Window:
    """A part of a file as a file of its own, as far as FastWARC asks for one."""

    def __init__(self, file: BinaryIO, begin: int, end: int) -> None:
        self.file, self.begin, self.offset, self.end = file, begin, begin, end

    def read(self, size: int = -1) -> bytes:
        left = self.end - self.offset
        self.file.seek(self.offset)
        data = self.file.read(left if size < 0 else min(size, left))
        self.offset += len(data)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        start = (self.begin, self.offset, self.end)[whence]
        self.offset = start + offset
        return self.tell()

    def tell(self) -> int:
        return self.offset - self.begin

    def close(self) -> None:
        """The file stays open: other parts of it are still to be read."""
