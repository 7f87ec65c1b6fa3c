"""Rows as a file or on standard output: a table, XLSX, or what ``pieces`` makes of them.

Cells come from strangers. In CSV a text that a spreadsheet would take for a formula gets an
apostrophe before it (OWASP, CSV injection); XLSX holds texts as texts, never as formulas or links;
on a terminal control characters are shown, not obeyed.
"""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from linkshed.api import Result
from linkshed.errors import MissingExtra, ParameterError, ResourceError, StoreError
from linkshed.serve.pieces import FORMS, pieces, rows_of
from linkshed.serve.table import show

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
    if form == "xlsx":
        write_xlsx(result, stream)
    elif form in FORMS:
        for piece in pieces(result, form, excel=excel, raw=raw):
            stream.write(piece)
    else:
        stream.write(show(result).encode())


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
        for at, value in enumerate(row):
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
