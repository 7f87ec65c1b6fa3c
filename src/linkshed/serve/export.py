"""Rows as a file or as text: table, CSV, XLSX, JSON, NDJSON, Parquet, in batches of bounded size.

Cells come from strangers. In CSV a text that a spreadsheet would take for a formula gets an
apostrophe before it (OWASP, CSV injection); XLSX holds texts as texts, never as formulas or links;
on a terminal control characters are shown, not obeyed.
"""

from __future__ import annotations

import csv
import json
import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from linkshed.api import Result
from linkshed.errors import MissingExtra, ParameterError, ResourceError, StoreError
from linkshed.serve.table import show

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
SHEET_ROWS = 1_048_576
SHEET_CHARACTERS = 32_767
BINARY = ("xlsx", "parquet")


def deliver(
    result: Result, form: str, output: str | None, *, excel: bool = False, raw: bool = False
) -> None:
    """Write a result to a file, or to standard output. Raises ParameterError, StoreError."""
    if output is None:
        if form in BINARY and sys.stdout.isatty():
            raise ParameterError(
                f"{form} would be written to the terminal", repair="name a file with --output"
            )
        _write(result, form, sys.stdout.buffer, excel=excel, raw=raw)
        sys.stdout.buffer.flush()
        return
    with whole_file(Path(output)) as stream:
        _write(result, form, stream, excel=excel, raw=raw)


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name only when it was written to the end.

    A device or pipe is written to as it is. Raises StoreError, ResourceError when the disk is full.
    """
    real = Path(os.path.realpath(path))
    scratch = real.parent / f".{uuid.uuid4().hex}"
    try:
        if os.path.lexists(real) and not (real.is_file() or real.is_dir()):
            with real.open("wb") as stream:
                yield stream
            return
        with scratch.open("wb") as stream:
            yield stream
        os.replace(scratch, real)
    except OSError as error:
        kind = ResourceError if error.errno in (27, 28, 122) else StoreError
        raise kind(f"cannot write {path}: {error}", repair="name another --output") from error
    finally:
        with suppress(OSError):
            scratch.unlink()


def _write(result: Result, form: str, stream: IO[bytes], *, excel: bool, raw: bool) -> None:
    if form == "csv":
        write_csv(result, stream, excel=excel, raw=raw)
    elif form == "xlsx":
        write_xlsx(result, stream)
    elif form == "json":
        write_json(result, stream)
    elif form == "ndjson":
        for row in rows_of(result):
            stream.write(_json(row) + b"\n")
    elif form == "parquet":
        write_parquet(result, stream)
    else:
        stream.write(show(result).encode())


def rows_of(result: Result) -> Iterator[dict[str, Any]]:
    """The rows one by one; times as ISO 8601 texts in UTC."""
    times = [column.name for column in result.columns if column.type == "time"]
    for batch in result.batches():
        for row in batch.to_pylist():
            for name in times:
                if row[name] is not None:
                    row[name] = moment(row[name])
            yield row


def moment(time: datetime) -> str:
    """A time as ISO 8601 in UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def write_csv(result: Result, stream: IO[bytes], *, excel: bool, raw: bool) -> None:
    """CSV in UTF-8 with a header; ``excel`` begins with a byte order mark."""

    class Encoded:
        @staticmethod
        def write(text: str) -> int:
            return stream.write(text.encode("utf-8", "replace"))

    if excel:
        stream.write(b"\xef\xbb\xbf")
    writer = csv.writer(Encoded())
    writer.writerow([column.name for column in result.columns])
    for row in rows_of(result):
        writer.writerow([_cell(value, raw) for value in row.values()])


def _cell(value: Any, raw: bool) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    if isinstance(value, str) and not raw and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


def write_json(result: Result, stream: IO[bytes]) -> None:
    """One object: what was asked, how many rows there are, and the rows."""
    head = {
        "report": result.report,
        "scope": result.scope,
        "snapshot": result.snapshot,
        "total": result.total,
        "notes": result.notes,
        "remarks": result.remarks,
        "columns": [column.name for column in result.columns],
    }
    stream.write(_json(head)[:-1] + b', "rows": [')
    for number, row in enumerate(rows_of(result)):
        stream.write((b",\n" if number else b"\n") + _json(row))
    stream.write(b"\n]}\n")


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def write_parquet(result: Result, stream: IO[bytes]) -> None:
    """Parquet with the columns' own types."""
    import pyarrow.parquet as pq

    writer = None
    for batch in result.batches():
        writer = writer or pq.ParquetWriter(stream, batch.schema, compression="zstd")
        writer.write_table(batch)
    if writer is not None:
        writer.close()


def write_xlsx(result: Result, stream: IO[bytes]) -> None:
    """XLSX, split over sheets when there are more rows than one can hold. Raises MissingExtra."""
    try:
        import xlsxwriter
    except ImportError:
        raise MissingExtra(
            "xlsxwriter is not installed", repair="pip install 'linkshed[xlsx]'"
        ) from None
    book = xlsxwriter.Workbook(stream, {"constant_memory": True, "nan_inf_to_errors": True})
    bold = book.add_format({"bold": True})
    sheet, line, number = None, SHEET_ROWS, 0
    for row in rows_of(result) if len(result) else ():
        if line >= SHEET_ROWS:
            number += 1
            sheet, line = _sheet(book, f"{result.report} {number}", result, bold), 1
        assert sheet is not None
        for at, value in enumerate(row.values()):
            _write_cell(sheet, line, at, value)
        line += 1
    if sheet is None:
        _sheet(book, f"{result.report} 1", result, bold)
    book.close()


def _sheet(book: Any, name: str, result: Result, bold: Any) -> Any:
    sheet = book.add_worksheet(name[:31])
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(result.columns):
        sheet.write_string(0, at, column.name, bold)
    return sheet


def _write_cell(sheet: Any, line: int, at: int, value: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(line, at, value)
    elif isinstance(value, int | float):
        sheet.write_number(line, at, value)
    elif value is not None:
        text = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
        sheet.write_string(line, at, text[:SHEET_CHARACTERS])
