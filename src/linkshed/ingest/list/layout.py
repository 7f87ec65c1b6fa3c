"""What a list of pages looks like: delimiter, which column holds addresses, which hold figures."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

from linkshed.schema import KnownFrom

ADDRESSES = (
    "url", "urls", "page", "pages", "toppages", "address", "adresse", "loc", "landingpage", "link",
    "pageurl", "fullurl", "fullpageurl", "pagelocation", "pagepath", "pagepathandscreenclass",
    "pagepathquerystring", "pagepathandquerystring", "landingpagequerystring",
)  # fmt: skip
CLICKS = ("clicks", "klicks", "clics", "clic", "cliques", "kliknięcia", "kliks")
VISITS = (
    "visits", "sessions", "views", "pageviews", "uniquepageviews", "entrances", "hits", "requests",
    "users", "totalusers", "activeusers", "visitors", "sitzungen", "aufrufe",
)  # fmt: skip
DELIMITERS = ",\t;|"
_ABSOLUTE = re.compile(r"https?://\S+", re.IGNORECASE)
_CONSOLE_COLUMNS = 5
_LETTERS = re.compile(r"[\W_]+")
_GROUPED = re.compile(r"\d{1,3}(?:[,.'\u2019\u00a0\u202f ]\d{3})+")
_WHOLE = re.compile(r"(\d{1,10})(?:[.,]\d{1,3})?")
_MOST = (1 << 32) - 1


@dataclass(frozen=True)
class Layout:
    """``address``, ``clicks`` and ``visits`` are places of columns, None where there is none;
    ``first`` is the number of the first line that names a page."""

    delimiter: str
    address: int
    clicks: int | None
    visits: int | None
    first: int
    kind: KnownFrom


def layout_of(head: str) -> Layout | None:
    """The layout of a list by its first lines; None when they name no page."""
    lines = [(n, line) for n, line in enumerate(head.splitlines(), 1) if _counts(line)]
    if not lines:
        return None
    found = [_by_header(*lines[0], delimiter) for delimiter in DELIMITERS]
    named = [layout for layout in found if layout is not None]
    return max(named, key=_n_figures) if named else _by_content(lines)


def cells(line: str, delimiter: str) -> list[str]:
    """The cells of a line."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def figure(text: str) -> int | None:
    """A whole number, with or without separators of thousands; None for anything else."""
    text = text.strip()
    if _GROUPED.fullmatch(text):
        return min(int(re.sub(r"\D", "", text)), _MOST)
    match = _WHOLE.fullmatch(text)
    return min(int(match[1]), _MOST) if match else None


def _counts(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip("\ufeff").startswith("#")


def _n_figures(layout: Layout) -> int:
    return (layout.clicks is not None) + (layout.visits is not None)


def _plain(name: str) -> str:
    return _LETTERS.sub("", name).lower()


def _by_header(number: int, line: str, delimiter: str) -> Layout | None:
    header = [_plain(cell) for cell in cells(line.lstrip("\ufeff"), delimiter)]
    address = _place(header, ADDRESSES)
    if address is None:
        return None
    clicks, visits = _place(header, CLICKS), _place(header, VISITS)
    kind = KnownFrom.ANALYTICS if visits is not None else KnownFrom.LIST
    kind = KnownFrom.SEARCH if clicks is not None else kind
    return Layout(delimiter, address, clicks, visits, number + 1, kind)


def _place(header: Sequence[str], names: Sequence[str]) -> int | None:
    return next((header.index(name) for name in names if name in header), None)


def _by_content(lines: Sequence[tuple[int, str]]) -> Layout | None:
    """A list without a header, or with one in another language: its first address decides."""
    for number, line in lines[:20]:
        for delimiter in DELIMITERS:
            row = cells(line.lstrip("\ufeff"), delimiter)
            places = [n for n, cell in enumerate(row) if _ABSOLUTE.fullmatch(cell.strip())]
            if places:
                return _of_row(row, places[0], delimiter, number)
    return None


def _of_row(row: list[str], address: int, delimiter: str, number: int) -> Layout:
    """In a search console's list of any language: address, clicks, impressions, rate, position."""
    is_console = len(row) == _CONSOLE_COLUMNS and address == 0 and row[3].strip().endswith("%")
    if is_console:
        return Layout(delimiter, 0, 1, None, number, KnownFrom.SEARCH)
    return Layout(delimiter, address, None, None, number, KnownFrom.LIST)
