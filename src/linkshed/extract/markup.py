"""Whether a body is markup that is worth reading for links."""

from __future__ import annotations

import re

TYPES = ("text/html", "application/xhtml+xml")
PERHAPS = ("", "text/plain", "text/xml", "application/xml", "application/octet-stream")

_HTML = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|title|a\s|div|p[\s>]|table)", re.I)
_SNIFF_BYTES = 2048


def may_be_markup(media_type: str) -> bool:
    """Whether a body of that type, in lower case and without parameters, is worth fetching."""
    return media_type in TYPES or media_type in PERHAPS


def is_markup(body: bytes, media_type: str) -> bool:
    """Whether a body is markup, by its type and, where that does not tell, by its first bytes."""
    if not body:
        return False
    if media_type in TYPES:
        return b"\0" not in body[:_SNIFF_BYTES] or body[:2] in (b"\xff\xfe", b"\xfe\xff")
    return media_type in PERHAPS and bool(_HTML.search(body[:_SNIFF_BYTES]))
