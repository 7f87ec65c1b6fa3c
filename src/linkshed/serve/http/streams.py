"""Rows as answers: whole when they are few, in pieces when they are many."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.responses import Response, StreamingResponse

from linkshed.api import Result
from linkshed.serve.http.memory import give_back
from linkshed.serve.pieces import FORMS

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
WHOLE_ROWS = 50_000
CONTENT: dict[str, dict[str, object]] = {MEDIA[form].partition(";")[0]: {} for form in FORMS}


def n_rows_of(result: Result, limit: int | None, offset: int) -> int:
    """How many rows an answer has, also when none of them were asked for: they are not sent."""
    rest = max(result.total - offset, 0)
    return rest if limit is None else min(limit, rest)


def headed(form: str, name: str, headers: dict[str, str]) -> Response:
    """The answer to a HEAD: all headers but those that tell of a body, which is not made."""
    made = Response(headers=_told(form, name, headers), media_type=MEDIA[form])
    del made.headers["content-length"]
    return made


def _told(form: str, name: str, headers: dict[str, str]) -> dict[str, str]:
    return headers if form == "json" else headers | named(form, name)


def answered(
    pieces: Iterator[bytes], form: str, name: str, n_rows: int, headers: dict[str, str]
) -> Response:
    """An answer made of pieces. What the first of them raises is raised here."""
    headers = _told(form, name, headers)
    first = next(pieces, b"")
    if n_rows <= WHOLE_ROWS:
        return Response(first + b"".join(pieces), headers=headers, media_type=MEDIA[form])
    return StreamingResponse(_all(first, pieces), headers=headers, media_type=MEDIA[form])


def named(form: str, name: str) -> dict[str, str]:
    """The header that names a file."""
    return {"Content-Disposition": f'attachment; filename="{name}.{form}"'}


def _all(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    del first
    try:
        yield from pieces
    finally:
        give_back()
