"""Where the next page begins, and the short name of a question."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from linkshed.errors import ParameterError

_RELEASE = version("linkshed")


@dataclass(frozen=True)
class Cursor:
    """A place in the rows of one question to one snapshot; ``question`` is its digest."""

    snapshot: str
    offset: int
    question: str

    def __str__(self) -> str:
        text = json.dumps([self.snapshot, self.offset, self.question], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(text: str, question: str) -> Cursor:
    """The cursor that was given out for a question. Raises ParameterError."""
    try:
        padded = text.encode() + b"=" * (-len(text) % 4)
        snapshot, offset, of = json.loads(base64.b64decode(padded, b"-_", validate=True))
        is_one = isinstance(snapshot, str) and type(offset) is int and offset >= 0
    except (ValueError, TypeError, binascii.Error, RecursionError):
        is_one = False
    if not is_one or of != question:
        raise ParameterError(
            f"cursor {text[:100]!r}",
            allowed="the cursor of the page before, with the same parameters",
            repair="begin anew without a cursor",
        )
    return Cursor(snapshot, offset, question)


def digest(*parts: Any) -> str:
    """A short name for what was asked."""
    text = json.dumps([_RELEASE, *parts], sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
