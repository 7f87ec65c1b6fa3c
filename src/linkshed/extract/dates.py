"""Dates that pages state, as seconds since 1970 (UTC)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_DAY = re.compile(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})")
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


def seconds_of(text: str | None) -> int | None:
    """The time a text states: ISO 8601, or the form of HTTP and mail headers; None for others.

    A date without a time means its first second; a time without a zone is taken as UTC.
    """
    if not text or len(text) > 64:
        return None
    found = _iso(text.strip()) or _mail(text) or _day(text)
    if found is None or not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        return None
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _mail(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _day(text: str) -> datetime | None:
    found = _DAY.match(text)
    try:
        return datetime(*(int(part) for part in found.groups())) if found else None  # type: ignore[arg-type]
    except ValueError:
        return None
