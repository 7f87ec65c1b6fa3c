"""An address for each report, besides those that tell of the store and of pages."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Body, Depends, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from linkshed import api
from linkshed.api import Result
from linkshed.serve.http import about, streams
from linkshed.serve.http.answered import responses, rows_model
from linkshed.serve.http.asked import OWN, model_of, once
from linkshed.serve.http.cursors import Cursor, digest, read_cursor
from linkshed.serve.http.headers import CACHING, OF_ROWS
from linkshed.serve.http.heads import is_head
from linkshed.serve.http.shelf import Shelf
from linkshed.serve.http.tags import tagged, unchanged
from linkshed.serve.pieces import head, json_pieces, objects, pieces

PREFIX = "/v1"
ABSENT, ABSENT_CHARACTERS = 20, 200
"""How many absent parts of a scope a header names, and how much of each."""


def router(shelf: Shelf) -> APIRouter:
    """The server's own addresses."""
    made = APIRouter(prefix=PREFIX, dependencies=[Depends(once)])
    about.add(made, shelf)
    for name in api.REPORTS:
        _add(made, shelf, name)
    return made


def _add(made: APIRouter, shelf: Shelf, name: str) -> None:
    """The addresses of a report: GET with parameters, POST with the same as JSON."""
    report, model = api.REPORTS.load(name).REPORT, model_of(name)
    rows = rows_model(report)
    columns = ", ".join(column.name for column in report.columns)
    for method, source in (("GET", Query()), ("POST", Body())):
        made.add_api_route(
            f"/reports/{name}",
            _endpoint(shelf, name, Annotated[model, source]),
            methods=[method],
            name=f"{method.lower()}_{name}",
            summary=report.question,
            description=f"Columns: {columns}.",
            response_class=Response,
            responses=responses(rows, streams.CONTENT, OF_ROWS, is_known=method == "GET"),
        )


def _endpoint(shelf: Shelf, name: str, kind: Any) -> Callable[..., Awaitable[Response]]:
    async def ask(request: Request, given: BaseModel) -> Response:
        return await shelf.workers.run(partial(_answer, shelf, name, given.model_dump(), request))

    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter("request", keyword, annotation=Request),
                  inspect.Parameter("given", keyword, annotation=kind)]  # fmt: skip
    ask.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return ask


def _answer(shelf: Shelf, name: str, given: dict[str, Any], request: Request) -> Response:
    question = question_of(name, given)
    start = read_cursor(given["cursor"], question) if given["cursor"] else None
    at = start or Cursor(shelf.id_of(given["snapshot"]), 0, question)
    parts = (at.snapshot, shelf.id_of(), at.offset, given["limit"], given["format"])
    headers = CACHING | tagged(question, *parts) | {"Linkshed-Snapshot": at.snapshot}
    if same := unchanged(request, headers):
        return same
    asked = {n: v for n, v in given.items() if n not in OWN}
    limit = None if asked["limit"] == "all" else asked["limit"]
    asked["limit"] = 0 if is_head(request) else limit
    result = shelf.web(at.snapshot).report(name, offset=at.offset, **asked)
    following = next_cursor(result, at, limit)
    headers |= {"Linkshed-Total": str(result.total)} | absence(result.absent)
    if following:
        headers["Linkshed-Cursor"] = following
    form = given["format"]
    if is_head(request):
        return streams.headed(form, name, headers)
    made = _with_cursor(result, following) if form == "json" else pieces(result, form)
    return streams.answered(made, form, name, len(result), headers)


def absence(members: Iterable[str]) -> dict[str, str]:
    """The header that names the parts of a scope of which a snapshot holds no page, as many as
    fit; of the others it says how many they are.
    """
    told = [quote(member[:ABSENT_CHARACTERS], safe=" :/?&=*~") for member in members]
    named = ", ".join(told[:ABSENT]) + f", and {len(told) - ABSENT} more" * (len(told) > ABSENT)
    return {"Linkshed-Absent": named} if named else {}


def question_of(name: str, given: dict[str, Any]) -> str:
    """The digest of a question, the same for all its pages."""
    free = ("cursor", "format", "limit")
    return digest(name, {n: v for n, v in given.items() if n not in free})


def next_cursor(result: Result, at: Cursor, limit: int | None) -> str | None:
    """The cursor of the rows behind those of a page of so many, or None."""
    n = streams.n_rows_of(result, limit, at.offset)
    has_more = n and at.offset + n < result.total
    return str(Cursor(at.snapshot, at.offset + n, at.question)) if has_more else None


def _with_cursor(result: Result, following: str | None) -> Any:
    front = head(result) | {"cursor": following}
    return json_pieces(front, objects(result))
