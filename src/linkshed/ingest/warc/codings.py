"""Transfer and content codings of HTTP bodies, taken off as far as the bytes allow.

Archives hold bodies cut short, and bodies that were decoded while the header still announces the
coding. So a decoder gives what comes out before the data breaks; where nothing comes out, the bytes
themselves when they read as text, else Undecodable.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable
from typing import Protocol

from fastwarc.stream_io import BrotliReader, ZstdReader

_CHUNK = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\n]*)?\r*\n")
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_TEXT_BYTES = 512
_STEP_BYTES = 1 << 16


class Undecodable(Exception):
    """A body whose announced coding does not fit its bytes; ``str`` names the coding."""


class TooLarge(Exception):
    """A body that decodes to more than the bytes allowed."""


class _Reader(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


def decode(coding: str, body: bytes, max_bytes: int) -> bytes:
    """The body with one coding taken off; an unknown coding, such as identity, takes off nothing.

    Raises Undecodable and TooLarge.
    """
    decoder = _DECODERS.get(coding)
    if decoder is None or not body:
        return body
    decoded = decoder(body, max_bytes)
    if not decoded:
        if _NOT_TEXT.search(body[:_TEXT_BYTES]):
            raise Undecodable(f"the body is not {coding}")
        return body
    if len(decoded) > max_bytes:
        raise TooLarge(f"{coding} body of more than {max_bytes} bytes")
    return decoded


def dechunked(body: bytes, max_bytes: int) -> bytes:
    """Chunks joined (RFC 9112, section 7.1). From a size that is no size on, bytes stay as is."""
    parts: list[bytes] = []
    at = 0
    while size := _CHUNK.match(body, at):
        length, begin = int(size[1], 16), size.end()
        if length == 0:
            return b"".join(parts)
        parts.append(body[begin : begin + length])
        at = begin + length
        at += 2 if body.startswith(b"\r\n", at) else body.startswith(b"\n", at)
    return b"".join((*parts, body[at:]))


def _gunzip(body: bytes, max_bytes: int) -> bytes:
    return _inflated(body, max_bytes, 31)


def _undeflate(body: bytes, max_bytes: int) -> bytes:
    """In a zlib wrapper (RFC 9110, section 8.4.1.2) or, as some servers send it, without."""
    return _inflated(body, max_bytes, 15) or _inflated(body, max_bytes, -15)


def _inflated(body: bytes, max_bytes: int, window_bits: int) -> bytes:
    decoder = zlib.decompressobj(window_bits)
    parts: list[bytes] = []
    n_left = max_bytes + 1
    for at in range(0, len(body), _STEP_BYTES):
        try:
            parts.append(decoder.decompress(body[at : at + _STEP_BYTES], n_left))
        except zlib.error:
            break
        n_left -= len(parts[-1])
        if decoder.eof or n_left <= 0:
            break
    return b"".join(parts)


def _unbrotli(body: bytes, max_bytes: int) -> bytes:
    return _read(BrotliReader(io.BytesIO(body)), max_bytes)


def _unzstd(body: bytes, max_bytes: int) -> bytes:
    return _read(ZstdReader(io.BytesIO(body)), max_bytes)


def _read(reader: _Reader, max_bytes: int) -> bytes:
    parts: list[bytes] = []
    n_left = max_bytes + 1
    try:
        while n_left > 0 and (part := reader.read(min(n_left, _STEP_BYTES))):
            parts.append(part)
            n_left -= len(part)
    except OSError:
        pass
    return b"".join(parts)


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "chunked": dechunked,
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _undeflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
