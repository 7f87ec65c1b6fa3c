"""An HTTP response as an archive holds it -> status, headers and the body a reader would see.

Lenient where servers and crawlers are careless (RFC 9112): a missing reason phrase, bare line
feeds, folded headers, lines that are no headers, codings that were already taken off.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from linkshed.ingest.warc.codings import Undecodable, decode

Headers = list[tuple[str, str]]

_STATUS = re.compile(
    rb"\s*(?:HTTP/?[\d.]*|ICY)[ \t]+([1-9]\d\d)(?!\d)[^\n]*(?:\n|\Z)", re.IGNORECASE
)
_HEAD_END = re.compile(rb"^\r*\n", re.MULTILINE)
_FOLD = re.compile(rb"\r*\n[ \t]+")
_CODING_HEADERS = ("transfer-encoding", "content-encoding")


class BadHttp(Exception):
    """A record that holds no HTTP response that can be read; ``str`` says why."""


@dataclass(frozen=True)
class Http:
    """One response. The body is decoded; the headers that announced its codings are left out."""

    status: int
    headers: Headers
    body: bytes


def parse_http(block: bytes, max_bytes: int) -> Http:
    """The response in a record's block. Raises BadHttp, and TooLarge for a body that unpacks so."""
    status, headers, body = _split(block)
    while 100 <= status < 200 and _STATUS.match(body):
        status, headers, body = _split(body)
    try:
        for header in _CODING_HEADERS:
            for coding in _codings(headers, header):
                body = decode(coding, body, max_bytes)
    except Undecodable as error:
        raise BadHttp(str(error)) from None
    kept = [pair for pair in headers if pair[0].lower() not in _CODING_HEADERS]
    return Http(status, kept, body)


def parse_headers(head: bytes) -> Headers:
    """Named fields, in order; UTF-8 where valid, else ISO-8859-1. Other lines are passed over."""
    fields = []
    for line in _FOLD.sub(b" ", head).split(b"\n"):
        name, colon, value = line.partition(b":")
        if colon and name.strip():
            fields.append((to_text(name.strip()), to_text(value.strip())))
    return fields


def to_text(data: bytes) -> str:
    """Bytes of a header as text."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _split(block: bytes) -> tuple[int, Headers, bytes]:
    status = _STATUS.match(block)
    if not status:
        raise BadHttp(f"no HTTP status line but {to_text(block[:40])!r}")
    end = _HEAD_END.search(block, status.end())
    head = block[status.end() : end.start() if end else len(block)]
    return int(status[1]), parse_headers(head), block[end.end() :] if end else b""


def _codings(headers: Headers, header: str) -> list[str]:
    """Codings in the order in which they are taken off: the last applied first."""
    values = [value for name, value in headers if name.lower() == header]
    return [coding.strip().lower() for coding in ",".join(values).split(",")][::-1]
