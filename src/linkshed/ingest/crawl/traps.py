"""Spaces of addresses without end: calendars, session ids, folders in folders, parameters.

A bound must not cut a real site, so each looks at one known way of being endless:

* an address that is long, repeats its folders, or has many parameters is not followed at all;
* of addresses with a date far off, as of a calendar that can be turned for ever, a few are;
* addresses that differ by a session id are one page;
* of addresses that differ in the values of their query, or in the numbers of their path, only so
  many are followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from linkshed.schema import Unseen

MAX_URL_CHARACTERS = 2_000
MAX_FOLDERS = 40
MAX_PARAMETERS = 15
MAX_REPEATS = 3
"""How often the same folders may follow one another: /a/a/a or /a/b/a/b/a/b is too often."""
MAX_SESSIONS = 2
"""Addresses followed that differ in a session id only."""
NUMBERED_PAGES = 100
"""Times ``max_per_pattern``: addresses followed that differ in the numbers of their path."""
FAR_DATES = 50
"""Addresses of one shape followed whose date is before FIRST_YEAR or YEARS_AHEAD from now."""
FIRST_YEAR, YEARS_AHEAD = 1990, 2

_SESSION_NAMES = ("jsessionid", "phpsessid", "aspsessionid", "sessionid", "session_id", "session",
                  "sid", "cfid", "cftoken", "zenid", "oscsid", "s_id")  # fmt: skip
_PATH_SESSION = re.compile(r";(?:jsessionid|sid|sessionid)=[^/?;]*", re.IGNORECASE)
_LONG_ENOUGH_FOR_SESSION = 8
_DATE = re.compile(r"(?<!\d)([12]\d{3})[-/](?:0?[1-9]|1[0-2])(?!\d)")
_YEAR = re.compile(r"(?:^|&)(?:year|yr|jahr|annee|date|day|month)=([12]\d{3})(?!\d)", re.I)
_NUMBER = re.compile(r"\d+")


def refusal(url: str) -> Unseen | None:
    """Why an address is not followed whatever else is known, or None."""
    path, _, query = url.partition("?")
    folders = path.split("/")[3:]
    if len(url) > MAX_URL_CHARACTERS:
        return Unseen.LONG_URL
    if len(folders) > MAX_FOLDERS or repeats(folders):
        return Unseen.REPEATED_PATH
    if query.count("&") >= MAX_PARAMETERS:
        return Unseen.MANY_PARAMETERS
    return None


def repeats(folders: list[str]) -> bool:
    """Whether a run of folders with a name follows itself MAX_REPEATS times in a row."""
    n = len(folders)
    for length in range(1, n // MAX_REPEATS + 1):
        same = 0
        for i in range(length, n):
            is_same = folders[i] == folders[i - length] and not folders[i].isdigit()
            same = same + 1 if is_same and folders[i] else 0
            if same >= length * (MAX_REPEATS - 1):
                return True
    return False


def shapes(url: str, max_per_pattern: int, year_now: int) -> Iterator[tuple[str, Unseen, int]]:
    """The shapes an address has, each with the reason and the number above which it is refused."""
    bare = without_session(url)
    if bare != url:
        yield f"session {bare}", Unseen.SESSION, MAX_SESSIONS
    path, question, query = bare.partition("?")
    names = question + "&".join(sorted(part.partition("=")[0] for part in query.split("&")))
    if question:
        yield f"query {path}{names}", Unseen.PATTERN, max_per_pattern
    slash = path.find("/", 8)
    numbered = path[:slash] + _NUMBER.sub("#", path[slash:])
    if any(not FIRST_YEAR <= year <= year_now + YEARS_AHEAD for year in _years(path, query)):
        yield f"date {numbered}{names}", Unseen.CALENDAR, FAR_DATES
    if numbered != path:
        yield f"path {numbered}{question}", Unseen.PATTERN, max_per_pattern * NUMBERED_PAGES


def without_session(url: str) -> str:
    """The address without what looks like a session id."""
    path, question, query = url.partition("?")
    path = _PATH_SESSION.sub("", path)
    kept = [part for part in query.split("&") if not _is_session(part)]
    return path + (question + "&".join(kept) if kept and question else "")


def _is_session(part: str) -> bool:
    name, _, value = part.partition("=")
    return len(value) >= _LONG_ENOUGH_FOR_SESSION and name.lower() in _SESSION_NAMES


def _years(path: str, query: str) -> Iterator[int]:
    yield from (int(year) for year in _DATE.findall(path[8:]))
    yield from (int(year) for year in _YEAR.findall(query))
