"""Small web archives written by hand, for the tests of the reader."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Sequence
from pathlib import Path

import zstandard

HTML = (
    b"<html><head><title>Tea</title></head>"
    b"<body><p>On <a href='/oolong'>oolong</a>.</p></body></html>"
)


def http(body: bytes = HTML, status: str = "HTTP/1.1 200 OK", **headers: str) -> bytes:
    """An HTTP response; ``Content_Type="..."`` gives a header."""
    fields = {"Content-Type": "text/html; charset=utf-8"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    lines = [status, *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    return "\r\n".join(lines).encode() + body


def warc(
    uri: str = "http://example.com/",
    block: bytes | None = None,
    kind: str = "response",
    length: int | None = None,
    **headers: str,
) -> bytes:
    """One WARC record, with its two empty lines."""
    block = http() if block is None else block
    fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": "<urn:uuid:00000000-0000-0000-0000-000000000000>",
        "WARC-Date": "2024-02-29T12:00:00Z",
        "WARC-Target-URI": uri,
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block) if length is None else length),
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = ["WARC/1.1", *(f"{name}: {value}" for name, value in fields.items() if value), "", ""]
    return "\r\n".join(lines).encode() + block + b"\r\n\r\n"


def arc(uri: str = "http://example.com/", block: bytes | None = None) -> bytes:
    """One ARC 1 record."""
    block = http() if block is None else block
    head = f"{uri} 192.0.2.1 20240229120000 text/html {len(block)}\n"
    return head.encode() + block + b"\n"


ARC_HEAD = arc(
    "filedesc://test.arc", b"1 0 test\nURL IP-address Archive-date Content-type Archive-length\n"
)


def gzip_members(records: Sequence[bytes]) -> bytes:
    """Each record in a gzip member of its own."""
    return b"".join(gzip.compress(record, mtime=0) for record in records)


def zstd_frames(records: Sequence[bytes], dictionary: bytes = b"", packed: bool = False) -> bytes:
    """Each record in a frame of its own, after the dictionary's frame when there is one."""
    if not dictionary:
        compressor = zstandard.ZstdCompressor(write_checksum=True)
        return b"".join(compressor.compress(record) for record in records)
    content = zstandard.ZstdCompressor().compress(dictionary) if packed else dictionary
    head = b"\x5d\x2a\x4d\x18" + struct.pack("<I", len(content)) + content
    data = zstandard.ZstdCompressionDict(dictionary)
    compressor = zstandard.ZstdCompressor(dict_data=data, write_checksum=True)
    return head + b"".join(compressor.compress(record) for record in records)


def written(folder: Path, data: bytes, name: str = "a.warc.gz") -> Path:
    """A file with that content."""
    path = folder / name
    path.write_bytes(data)
    return path
