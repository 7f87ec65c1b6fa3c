"""What a table looks like: format, encoding, delimiter, and which column means what."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path

from linkshed.errors import FormatError
from linkshed.ingest.links import parquet
from linkshed.ingest.reader import Refused
from linkshed.ingest.stream import encoding_of, is_gzip, pieces
from linkshed.schema import LINK_ROW

OTHER_NAMES: dict[str, tuple[str, ...]] = {
    "source_url": ("source",),
    "target_url": ("target",),
    "anchor": ("anchor_text",),
    "nofollow": ("is_nofollow",),
    "ugc": ("is_ugc",),
    "sponsored": ("is_sponsored",),
    "dofollow": ("is_dofollow", "follow"),
    "is_content": (),
    "status": ("http_code", "source_status"),
    "title": ("source_title",),
}
"""Names a column may have besides those of ``schema.LINK_ROW``; a key is a name too."""

_READ = (
    *("source_url", "target_url", "anchor", "rel", "nofollow", "ugc", "sponsored", "dofollow"),
    *("kind", "placement", "is_content", "context_left", "context_right", "alt", "path"),
    *("position", "n_block", "ordinal", "first_seen", "last_seen", "status", "title"),
)

_DELIMITERS = ",\t;|"
_HEAD_BYTES = 1 << 20
_OTHER_FORMATS = {
    b"PK\x03\x04": "a zip or XLSX file",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"\x28\xb5\x2f\xfd": "compressed with Zstandard",
    b"SQLite format 3": "an SQLite database",
}


def _names() -> dict[str, str]:
    """Every accepted name -> the column it means."""
    names = {name: name for name in _READ}
    for column in LINK_ROW:
        if column.name in _READ and column.alias:
            names[column.alias] = column.name
    for name, others in OTHER_NAMES.items():
        names |= dict.fromkeys(others, name)
    return names


COLUMNS = _names()


@dataclass(frozen=True)
class Layout:
    """``places`` gives the index of each known column; ``unknown`` the names not understood."""

    is_parquet: bool
    is_gzip: bool
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    places: dict[str, int]
    unknown: tuple[str, ...]
    n_head_bytes: int
    n_head_lines: int


def layout_of(path: Path) -> Layout:
    """The layout of a file, from its first bytes. Raises FormatError."""
    facts = path.stat()
    return _layout(path, facts.st_size, facts.st_mtime_ns)


@lru_cache(maxsize=64)
def _layout(path: Path, size_bytes: int, modified_at: int) -> Layout:
    with path.open("rb") as file:
        magic = file.read(16)
    if magic.startswith(b"PAR1"):
        header = parquet.header(path)
        places, unknown = _places(path, header)
        return Layout(True, False, "", "", header, places, unknown, 0, 0)
    for start, name in _OTHER_FORMATS.items():
        if magic.startswith(start):
            raise FormatError(f"{str(path)!r} is {name}", allowed="CSV (.gz too) or Parquet")
    return _text_layout(path)


def _text_layout(path: Path) -> Layout:
    zipped = is_gzip(path)
    head = _head(path, zipped)
    encoding = encoding_of(head)
    utf8 = b"".join(p for p in pieces(path, zipped, encoding, _HEAD_BYTES) if isinstance(p, bytes))
    text = utf8.decode(_decoder(encoding), "surrogateescape")
    delimiter, header, lines = max(
        (_header(text, delimiter) for delimiter in _DELIMITERS),
        key=lambda found: (_n_urls(found[1]), len(found[1])),
    )
    if not header:
        raise FormatError(f"{str(path)!r} is empty", allowed="a table with a header line")
    places, unknown = _places(path, header)
    n_head_bytes = len("".join(lines).encode(_decoder(encoding), "surrogateescape"))
    return Layout(
        False, zipped, encoding, delimiter, header, places, unknown, n_head_bytes, len(lines)
    )


def _head(path: Path, zipped: bool) -> bytes:
    found = pieces(path, zipped, "", _HEAD_BYTES)
    first = next((piece for piece in found if not isinstance(piece, Refused)), b"")
    return first[:_HEAD_BYTES]


def _decoder(encoding: str) -> str:
    return "cp1252" if encoding == "cp1252" else "utf-8"


def _header(text: str, delimiter: str) -> tuple[str, tuple[str, ...], list[str]]:
    """The delimiter, the first row that is not blank, and the lines up to its end."""
    lines: list[str] = []

    def counted() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            lines.append(line)
            yield line

    csv.field_size_limit(1 << 31)
    for row in islice(csv.reader(counted(), delimiter=delimiter), 100):
        if any(cell.strip() for cell in row):
            return delimiter, tuple(row), lines
    return delimiter, (), lines


def _n_urls(header: Sequence[str]) -> int:
    meanings = {COLUMNS.get(_plain(name)) for name in header}
    return len(meanings & {"source_url", "target_url"})


def _places(path: Path, header: Sequence[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    places: dict[str, int] = {}
    unknown = []
    for index, name in enumerate(header):
        meaning = COLUMNS.get(_plain(name))
        if meaning is None or meaning in places:
            unknown.append(_shown(name))
        else:
            places[meaning] = index
    missing = [name for name in ("url_from", "url_to") if COLUMNS[name] not in places]
    if missing:
        received = ", ".join(map(_shown, header[:50]))
        raise FormatError(
            f"{str(path)!r} has no column {' and '.join(missing)}; its columns are: {received}",
            allowed=", ".join(COLUMNS),
            repair="rename the columns that hold the two URLs to url_from and url_to",
        )
    return places, tuple(unknown)


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", name.strip(" \t\r\n\ufeff\xa0")).lower()


def _shown(name: str) -> str:
    return name.strip()[:80].encode("utf-8", "replace").decode()
