"""Rows as bytes, piece by piece: CSV, JSON, NDJSON and Parquet, for files and for answers.

A piece holds the rows of one batch, and the first piece the head, too: whoever has the first piece
knows that the question could be answered.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from linkshed.api import Result

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
FORMS = ("csv", "json", "ndjson", "parquet")
FEW_ROWS = 128
Columns = list[list[Any]]
_JSON = json.JSONEncoder(ensure_ascii=False)
_FORMULA = re.compile(r"\0[-=+@\t\r]")
_SPECIAL = re.compile(r'[",\r\n]')


def pieces(result: Result, form: str, *, excel: bool = False, raw: bool = False) -> Iterator[bytes]:
    """A result in one of FORMS. ``excel`` begins CSV with a byte order mark; ``raw`` leaves CSV
    cells that look like formulas as they are.
    """
    from linkshed.serve.lines import csv_lines

    if form == "parquet":
        return parquet_pieces(result)
    if form == "csv":
        names = [column.name for column in result.columns]
        found = (csv_lines(table, raw=raw) for table in result.batches())
        return _with_start("\ufeff" * excel + _header(names), chain.from_iterable(found))
    if form == "ndjson":
        return objects(result)
    return json_pieces(head(result), objects(result))


def objects(result: Result) -> Iterator[bytes]:
    """The rows as JSON objects, each on a line; few are written faster one by one."""
    if len(result) < FEW_ROWS:
        return object_lines([column.name for column in result.columns], batches(result))
    from linkshed.serve.lines import json_lines

    return chain.from_iterable(map(json_lines, result.batches()))


def batches(result: Result) -> Iterator[Columns]:
    """The rows in batches, each a list for each column; times as ISO 8601 texts in UTC."""
    times = [column.type == "time" for column in result.columns]
    for table in result.batches():
        lists = [column.to_pylist() for column in table.itercolumns()]
        yield [_moments(values) if is_time else values
               for values, is_time in zip(lists, times, strict=True)]  # fmt: skip


def _moments(values: list[datetime | None]) -> list[str | None]:
    return [None if value is None else moment(value) for value in values]


def moment(time: datetime) -> str:
    """A time as ISO 8601 in UTC."""
    return f"{time.isoformat(timespec='seconds')}Z"


def head(result: Result) -> dict[str, Any]:
    """What was asked, how many rows there are, and what else is to be said."""
    return {
        "report": result.report,
        "scope": result.scope,
        "snapshot": result.snapshot,
        "total": result.total,
        "notes": result.notes,
        "remarks": result.remarks,
        "columns": [column.name for column in result.columns],
    }


def csv_pieces(names: Sequence[str], found: Iterable[Columns]) -> Iterator[bytes]:
    """Values at hand as CSV in UTF-8 with a header (RFC 4180)."""
    lines = (_lines([cells(values) for values in columns]) for columns in found)
    return _with_start(_header(names), (text.encode("utf-8", "replace") for text in lines))


def _header(names: Sequence[str]) -> str:
    return _lines([[_quoted(name)] for name in names])


def _with_start(start: str, found: Iterator[bytes]) -> Iterator[bytes]:
    """The first piece after a start, then the others."""
    yield start.encode() + next(found, b"")
    yield from found


def _lines(columns: list[list[str]]) -> str:
    """Lines of cells that are quoted already; an empty cell alone on its line is quoted, too."""
    if len(columns) == 1:
        columns = [[cell or '""' for cell in columns[0]]]
    return "".join([",".join(row) + "\r\n" for row in zip(*columns, strict=True)])


def cells(values: list[Any], raw: bool = False) -> list[str]:
    """The cells of a column, whose values are all of one kind, quoted where they must be."""
    one = next((value for value in values if value is not None), None)
    if isinstance(one, bool):
        return ["" if value is None else "true" if value else "false" for value in values]
    if not isinstance(one, str | list):
        return ["" if value is None else repr(value) for value in values]
    if isinstance(one, list):
        values = [None if value is None else "; ".join(map(str, value)) for value in values]
    texts = ["" if value is None else value for value in values]
    together = "\0" + "\0".join(texts)
    if not raw and _FORMULA.search(together):
        texts = ["'" + text if text.startswith(FORMULA_STARTS) else text for text in texts]
    return [_quoted(text) for text in texts] if _SPECIAL.search(together) else texts


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _SPECIAL.search(text) else text


def json_pieces(
    front: dict[str, Any], found: Iterable[bytes], rows: str = "rows"
) -> Iterator[bytes]:
    """One object: some members, then under the name ``rows`` objects that stand each on a line."""
    start = as_json(front)[:-1] + (b", " if front else b"") + as_json(rows) + b": ["
    is_first = True
    for lines in found:
        separated = lines[:-1].replace(b"\n", b",\n")
        yield start + (b"\n" if is_first else b",\n") * bool(lines) + separated
        start, is_first = b"", is_first and not lines
    yield start + b"\n]}\n"


def object_lines(names: Sequence[str], found: Iterable[Columns]) -> Iterator[bytes]:
    """Values at hand as JSON objects, each on a line."""
    for columns in found:
        rows = (dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))
        yield b"".join(as_json(row) + b"\n" for row in rows)


def as_json(value: Any) -> bytes:
    """A value as JSON in UTF-8, on one line."""
    return _JSON.encode(value).encode("utf-8", "replace")


def parquet_pieces(result: Result) -> Iterator[bytes]:
    """Parquet with the columns' own types."""
    import pyarrow.parquet as pq

    sink, writer = _Sink(), None
    for batch in result.batches():
        writer = writer or pq.ParquetWriter(sink, batch.schema, compression="zstd")
        writer.write_table(batch)
        yield sink.taken()
    if writer is not None:
        writer.close()
        yield sink.taken()


class _Sink(io.RawIOBase):
    """A file that is only written to, and emptied as it grows."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._n_bytes = 0

    def writable(self) -> bool:
        return True

    def write(self, part: Any) -> int:
        self._parts.append(bytes(part))
        self._n_bytes += len(self._parts[-1])
        return len(self._parts[-1])

    def tell(self) -> int:
        return self._n_bytes

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def rows_of(result: Result) -> Iterator[tuple[Any, ...]]:
    """The rows one by one."""
    for columns in batches(result):
        yield from zip(*columns, strict=True)
