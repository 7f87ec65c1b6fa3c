"""A table as a file: exactly the columns and rows that its page shows, all pages of them."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from linkshed.api import Linkshed, Result
from linkshed.errors import ParameterError
from linkshed.serve.export import SHEET_ROWS, write_xlsx
from linkshed.serve.http.heads import is_head
from linkshed.serve.http.streams import MEDIA, answered, headed, named
from linkshed.serve.http.tags import tagged, unchanged
from linkshed.serve.pieces import FORMS, pieces
from linkshed.serve.web.desk import FRESH
from linkshed.serve.web.view import View

PIECE_BYTES = 262_144


def export(
    request: Request, web: Linkshed, view: View, select: str, form: str | None, latest: str
) -> Response:
    """The rows of a view as a file; ``latest`` is the id of the newest snapshot that may tell of
    what became of links since. Raises ParameterError.
    """
    if form not in (*FORMS, "xlsx"):
        raise ParameterError(f"format {form!r:.100}", allowed=", ".join((*FORMS, "xlsx")))
    name, parts = view.report.name, (view.target.scope, view.asked, select, form)
    tag = tagged("export", name, *parts, web.snapshot, latest)
    headers = FRESH | tag | {"Linkshed-Snapshot": web.snapshot}
    if same := unchanged(request, headers):
        return same
    limit = 0 if is_head(request) else None
    result = web.report(name, view.target.scope, select=select, limit=limit, **view.asked)
    headers |= {"Linkshed-Total": str(result.total)} | named(form, name)
    if form == "xlsx":
        _check_fits(result.total)
    if is_head(request):
        return headed(form, name, headers)
    if form == "xlsx":
        return _sheet(result, headers)
    return answered(pieces(result, form), form, name, len(result), headers)


def _check_fits(n_rows: int) -> None:
    if n_rows >= SHEET_ROWS:
        raise ParameterError(
            f"{n_rows:,} rows in one sheet", allowed=f"less than {SHEET_ROWS:,}",
            repair="take CSV or Parquet, or narrow the filter",
        )  # fmt: skip


def _sheet(result: Result, headers: dict[str, str]) -> Response:
    stream = TemporaryFile()  # noqa: SIM115 - closed when it was sent
    write_xlsx(result, stream)
    stream.seek(0)
    return StreamingResponse(_pieces(stream), headers=headers, media_type=MEDIA["xlsx"])


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    with stream:
        while piece := stream.read(PIECE_BYTES):
            yield piece
