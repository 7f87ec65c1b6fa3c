"""A table as a file: exactly the columns and rows that its page shows, all pages of them."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO

from starlette.responses import Response, StreamingResponse

from linkshed.api import Linkshed, Result
from linkshed.errors import ParameterError
from linkshed.serve.export import SHEET_ROWS, write_xlsx
from linkshed.serve.http.streams import answered
from linkshed.serve.pieces import FORMS, pieces
from linkshed.serve.web.view import View

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PIECE_BYTES = 262_144


def export(web: Linkshed, view: View, select: str, form: str | None) -> Response:
    """The rows of a view as a file. Raises ParameterError."""
    if form not in (*FORMS, "xlsx"):
        raise ParameterError(f"format {form!r:.100}", allowed=", ".join((*FORMS, "xlsx")))
    result = web.report(view.report.name, view.target.scope, select=select, **view.asked)
    headers = {"Linkshed-Total": str(result.total), "Linkshed-Snapshot": result.snapshot}
    if form == "xlsx":
        return _sheet(result, headers)
    made = pieces(result, form)
    answer = answered(made, form, view.report.name, len(result), headers)
    answer.headers["Content-Disposition"] = f'attachment; filename="{view.report.name}.{form}"'
    return answer


def _sheet(result: Result, headers: dict[str, str]) -> Response:
    if len(result) >= SHEET_ROWS:
        raise ParameterError(
            f"{len(result):,} rows in one sheet", allowed=f"less than {SHEET_ROWS:,}",
            repair="take CSV or Parquet, or narrow the filter",
        )  # fmt: skip
    stream = TemporaryFile()  # noqa: SIM115 - closed when it was sent
    write_xlsx(result, stream)
    stream.seek(0)
    headers["Content-Disposition"] = f'attachment; filename="{result.report}.xlsx"'
    return StreamingResponse(_pieces(stream), headers=headers, media_type=XLSX)


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    with stream:
        while piece := stream.read(PIECE_BYTES):
            yield piece
