"""Rows as answers: whole when they are few, in pieces when they are many."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.responses import Response, StreamingResponse

from linkshed.serve.http.memory import give_back

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
}
WHOLE_ROWS = 50_000
CONTENT: dict[str, dict[str, object]] = {media.partition(";")[0]: {} for media in MEDIA.values()}


def answered(
    pieces: Iterator[bytes], form: str, name: str, n_rows: int, headers: dict[str, str]
) -> Response:
    """An answer made of pieces. What the first of them raises is raised here."""
    if form != "json":
        headers = headers | {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    first = next(pieces, b"")
    if n_rows <= WHOLE_ROWS:
        return Response(first + b"".join(pieces), headers=headers, media_type=MEDIA[form])
    return StreamingResponse(_all(first, pieces), headers=headers, media_type=MEDIA[form])


def _all(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    del first
    try:
        yield from pieces
    finally:
        give_back()
