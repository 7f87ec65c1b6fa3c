"""One record of an archive -> what was captured: a response, a revisit, or a reason to refuse it.

WARC 1.1 (ISO 28500:2017), clauses 5 and 6; ARC 1 and 2.
"""

from __future__ import annotations

import re
from calendar import timegm
from dataclasses import dataclass

from linkshed.errors import UrlError
from linkshed.ingest.warc.codings import TooLarge
from linkshed.ingest.warc.framer import MAX_BODY_BYTES
from linkshed.ingest.warc.http import BadHttp, Headers, parse_headers, parse_http, to_text
from linkshed.schema import Reason
from linkshed.urls.parse import parse_url

CAPTURES = ("response", "resource", "revisit")
"""WARC record types that say how a page looked; the others are refused as ``not_a_response``."""

_WARC_TYPE = re.compile(rb"^WARC-Type[ \t]*:[ \t]*([\w-]+)", re.IGNORECASE | re.MULTILINE)
_ARC_HEAD = re.compile(r"(.+?) [0-9A-Fa-f.:-]+ (\d{8,}|null|-) (?:(\S+) )?", re.DOTALL)
_DATE = re.compile(r"\D*(\d{4})\D?(\d\d)\D?(\d\d)(?:\D?(\d\d)\D?(\d\d)(?:\D?(\d\d))?)?")
_HTTP_URL = re.compile(r"https?:", re.IGNORECASE)


class Refusal(Exception):
    """A record that gives no page: ``reason`` is counted, ``str`` is the value shown."""

    def __init__(self, reason: str, value: str) -> None:
        self.reason = reason
        super().__init__(value)


@dataclass(frozen=True)
class Capture:
    """A page as it was captured. ``status`` is None when a revisit does not state it."""

    url: str
    fetched_at: int | None
    status: int | None
    headers: Headers
    body: bytes
    is_revisit: bool = False
    truncated: str = ""


def is_capture(head: bytes, is_arc: bool) -> bool:
    """Whether the body of the record with this head is needed at all."""
    return is_arc or record_type(head) in CAPTURES


def record_type(head: bytes) -> str:
    """The WARC-Type, in lower case; empty when the head states none."""
    found = _WARC_TYPE.search(head)
    return found[1].decode("ascii").lower() if found else ""


def target_uri(head: bytes) -> str:
    """The URI a record is about, as it stands in the head; empty when there is none."""
    if not head.startswith(b"WARC/"):
        found = _ARC_HEAD.match(to_text(head))
        return found[1] if found else ""
    return _uri(dict(reversed(_lowered(head))))


def read_warc(head: bytes, body: bytes) -> Capture:
    """The capture in a WARC record. Raises Refusal."""
    fields = dict(reversed(_lowered(head)))
    kind, uri = record_type(head), _uri(fields)
    if kind not in CAPTURES:
        raise Refusal(Reason.NOT_A_RESPONSE, f"{kind or 'no type'} {uri}".strip())
    url, date = _page_url(uri), to_seconds(fields.get("warc-date", ""))
    truncated = fields.get("warc-truncated", "")
    if kind == "revisit":
        return _revisit(url, date, fields.get("warc-profile", ""), body)
    content_type = fields.get("content-type", "")
    if kind == "resource" and not content_type.lower().startswith("application/http"):
        headers = [("Content-Type", content_type)] if content_type else []
        return Capture(url, date, 200, headers, body, truncated=truncated)
    return _response(url, date, body, truncated)


def read_arc(head: bytes, body: bytes) -> Capture:
    """The capture in an ARC record. Raises Refusal."""
    found = _ARC_HEAD.match(to_text(head))
    uri = found[1] if found else ""
    if uri.startswith("filedesc:"):
        raise Refusal(Reason.NOT_A_RESPONSE, uri)
    return _response(_page_url(uri), to_seconds(found[2] if found else ""), body, "")


def to_seconds(text: str) -> int | None:
    """Seconds since 1970 of an ISO 8601 UTC time or 14 digits; None when it is no time."""
    found = _DATE.match(text)
    if not found:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    is_day = year >= 1970 and 1 <= month <= 12 and 1 <= day <= 31
    if not (is_day and hour < 24 and minute < 60 and second <= 60):
        return None
    return timegm((year, month, day, hour, minute, second))


def _lowered(head: bytes) -> Headers:
    return [(name.lower(), value) for name, value in parse_headers(head)]


def _uri(fields: dict[str, str]) -> str:
    uri = fields.get("warc-target-uri", "")
    return uri[1:-1] if uri.startswith("<") and uri.endswith(">") else uri


def _page_url(uri: str) -> str:
    if not _HTTP_URL.match(uri):
        raise Refusal(Reason.NOT_HTTP, uri)
    try:
        return parse_url(uri)
    except UrlError as error:
        raise Refusal(error.reason, uri) from None


def _response(url: str, date: int | None, body: bytes, truncated: str) -> Capture:
    try:
        http = parse_http(body, MAX_BODY_BYTES)
    except BadHttp as error:
        raise Refusal(Reason.BAD_HTTP, f"{url}: {error}") from None
    except TooLarge as error:
        raise Refusal(Reason.TOO_LARGE, f"{url}: {error}") from None
    return Capture(url, date, http.status, http.headers, http.body, truncated=truncated)


def _revisit(url: str, date: int | None, profile: str, body: bytes) -> Capture:
    """A look that found the same bytes; a repeated redirect still states where it leads."""
    try:
        http = parse_http(body, MAX_BODY_BYTES)
    except (BadHttp, TooLarge):
        return Capture(url, date, None, [], b"", is_revisit=True)
    if 300 <= http.status < 400 and http.status != 304:
        return Capture(url, date, http.status, http.headers, b"")
    status = None if "not-modified" in profile or http.status == 304 else http.status
    return Capture(url, date, status, http.headers, b"", is_revisit=True)
