"""The addresses that scripts already use, answered by linkshed's own reports."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from linkshed.api import Result
from linkshed.errors import ColumnError, NotFoundError, ParameterError
from linkshed.serve.http import figures, streams
from linkshed.serve.http.cursors import Cursor, digest, is_known, read_cursor
from linkshed.serve.http.endpoints import (
    BATCH,
    ENDPOINTS,
    FIGURES,
    HISTORIES,
    LEFT_OUT,
    LISTS,
    OLD_NAMES,
    REASONS,
    UNKNOWN_OF_BATCH,
    Endpoint,
)
from linkshed.serve.http.reports import CACHING, next_cursor
from linkshed.serve.http.shelf import Shelf
from linkshed.serve.http.targets import (
    GROUPINGS,
    MODES,
    BatchQuestion,
    FiguresQuestion,
    GroupedQuestion,
    HistoryQuestion,
    PastQuestion,
    RowsQuestion,
    filtered,
    ordered,
    scoped,
    since,
)
from linkshed.serve.pieces import Columns, as_json, batches, csv_pieces, json_pieces

PREFIX = "/v3"
Ask = Callable[..., Response]


def router(shelf: Shelf) -> APIRouter:
    """Those addresses, and the reasons for those that are left out."""
    made = APIRouter(prefix=PREFIX)
    for endpoint in ENDPOINTS:
        names = [old for old, new in OLD_NAMES.items() if new == endpoint.path]
        for path in (endpoint.path, *names):
            kind = (
                PastQuestion
                if endpoint.past
                else (GroupedQuestion if endpoint.is_grouped else RowsQuestion)
            )
            _add(made, f"/site-explorer/{path}", kind, _rows(shelf, endpoint), "GET")
    for path in FIGURES:
        _add(made, f"/site-explorer/{path}", FiguresQuestion, _figures(shelf, path), "GET")
    for path in HISTORIES:
        _add(made, f"/site-explorer/{path}", HistoryQuestion, _history(shelf, path), "GET")
    _add(made, "/batch-analysis/batch-analysis", BatchQuestion, _batch(shelf), "POST")
    made.add_api_route("/site-explorer/{path}", _left_out, include_in_schema=False)
    return made


def _add(made: APIRouter, path: str, model: type[BaseModel], ask: Ask, method: str) -> None:
    """An address whose parameters, or body, are those of a model."""
    source = Query() if method == "GET" else Body()
    keyword = inspect.Parameter.KEYWORD_ONLY
    ask.__signature__ = inspect.Signature([  # type: ignore[attr-defined]
        inspect.Parameter("request", keyword, annotation=Request),
        inspect.Parameter("given", keyword, annotation=Annotated[model, source]),
    ])  # fmt: skip
    content: dict[str, Any] = {"application/json": {}, "text/csv": {}}
    made.add_api_route(
        path,
        ask,
        methods=[method],
        name=path.rpartition("/")[2],
        response_class=Response,
        responses={200: {"content": content, "description": "The answer."}},
    )


def _rows(shelf: Shelf, live: Endpoint) -> Ask:
    def ask(request: Request, given: RowsQuestion) -> Response:
        endpoint = live
        asked = given.model_dump()
        free = ("cursor", "offset", "limit", "output")
        question = digest(
            endpoint.path, {name: value for name, value in asked.items() if name not in free}
        )
        at = Cursor(shelf.id_of(given.snapshot), given.offset, question)
        at = read_cursor(given.cursor, question) if given.cursor else at
        tag = f'"{digest(question, at.snapshot, at.offset, given.limit, given.output)}"'
        headers = CACHING | {"ETag": tag, "Linkshed-Snapshot": at.snapshot}
        if is_known(tag, request.headers.get("if-none-match")):
            return Response(status_code=304, headers=headers)
        options = _options(shelf, endpoint, given, at.snapshot)
        if "since" in options and endpoint.past:
            endpoint = endpoint.past
        names = _selected(endpoint, given.select)
        result = _asked(shelf, endpoint, given, names, at, options)
        headers["Linkshed-Total"] = str(result.total)
        if following := next_cursor(result, at):
            headers["Linkshed-Cursor"] = following
        found = _named(result, endpoint, names)
        made = json_pieces({}, names, found, endpoint.rows) if given.output == "json" else (
            csv_pieces(names, found))  # fmt: skip
        return streams.answered(made, given.output, endpoint.path, len(result), headers)

    ask.__doc__ = f"Rows of the report {live.report}."
    return ask


def _options(
    shelf: Shelf, endpoint: Endpoint, given: RowsQuestion, snapshot_id: str
) -> dict[str, Any]:
    """The options of the report: with ``since``, those of the past. Raises ParameterError."""
    if isinstance(given, GroupedQuestion):
        return endpoint.options | {"grouping": GROUPINGS[given.aggregation]}
    if not isinstance(given, PastQuestion) or endpoint.past is None:
        return endpoint.options
    first = None
    if given.history != "live":
        first = shelf.first_of(snapshot_id, since(given.history))
    if first is None:
        return endpoint.options | {"grouping": GROUPINGS[given.aggregation or "similar_links"]}
    if given.aggregation not in (None, "all"):
        raise ParameterError(f"aggregation {given.aggregation!r}", allowed="all, or history=live")
    return endpoint.past.options | {"since": first}


def _asked(
    shelf: Shelf, endpoint: Endpoint, given: RowsQuestion, names: list[str], at: Cursor,
    options: dict[str, Any],
) -> Result:  # fmt: skip
    protocol = given.protocol if endpoint.target and given.mode != "exact" else "both"
    target = given.target
    if protocol == "both":
        target = scoped(given.target, given.mode, given.protocol)
    known = endpoint.names()
    own = [known.get(name, name) for name in names if not endpoint.is_unknown(name)]
    day = since(given.history) if "since" in options else None
    return shelf.web(at.snapshot).report(
        endpoint.report,
        target,
        mode=MODES[given.mode],
        where=filtered(endpoint, given.where, protocol, day),
        order_by=ordered(endpoint, given.order_by),
        select=",".join(own or [next(iter(known.values()))]),
        limit=given.limit,
        offset=at.offset,
        **options,
    )


def _selected(endpoint: Endpoint, select: str | None) -> list[str]:
    if not select:
        return list(endpoint.names())
    return list(dict.fromkeys(name.strip() for name in select.split(",") if name.strip()))


def _named(result: Result, endpoint: Endpoint, names: list[str]) -> Iterator[Columns]:
    """The rows with the columns that were asked for, under their names; what cannot be known is
    null.
    """
    known, own = endpoint.names(), [column.name for column in result.columns]
    for columns in batches(result):
        found = dict(zip(own, columns, strict=True))
        nothing = [None] * len(columns[0])
        yield [
            nothing if endpoint.is_unknown(name) else _shaped(name, found[known.get(name, name)])
            for name in names
        ]


def _shaped(name: str, values: list[Any]) -> list[Any]:
    if name in REASONS:
        return [REASONS[name].get(value) for value in values]
    if name not in LISTS:
        return values
    return [None if value is None else [value] for value in values]


def _figures(shelf: Shelf, path: str) -> Ask:
    def ask(request: Request, given: FiguresQuestion) -> Response:
        web = shelf.web(shelf.scored_on(str(given.date) if given.date else None))
        target = scoped(given.target, given.mode, given.protocol)
        row = figures.OBJECTS[path](web, target, MODES[given.mode])
        member = "domain_rating" if path == "domain-rating" else "metrics"
        return _objects([row], list(FIGURES[path]), member, given.output, path, is_one=True)

    ask.__doc__ = figures.OBJECTS[path].__doc__
    return ask


def _history(shelf: Shelf, path: str) -> Ask:
    member, figure = HISTORIES[path]

    def ask(request: Request, given: HistoryQuestion) -> Response:
        rows = figures.history(shelf, path, figure, given)
        return _objects(rows, ["date", figure], member, given.output, path)

    ask.__doc__ = f"{figure} in the last scored snapshot of each period."
    return ask


def _batch(shelf: Shelf) -> Ask:
    def ask(request: Request, given: BatchQuestion) -> Response:
        """All figures of many targets."""
        select = ",".join(given.select) if isinstance(given.select, list) else given.select
        names = select.split(",") if select else [*BATCH, *UNKNOWN_OF_BATCH]
        web = shelf.web(shelf.id_of())
        rows = [
            figures.batch_row(web, index, target.url, target.mode, target.protocol)
            for index, target in enumerate(given.targets)
        ]
        names = [_checked(name.strip(), rows[0]) for name in names]
        name, _, way = (given.order_by or "index").partition(":")
        _sort(rows, _checked(name, rows[0]), is_falling=way == "desc")
        return _objects(rows, names, "targets", given.output, "batch-analysis")

    return ask


def _checked(name: str, row: dict[str, Any]) -> str:
    if name not in row:
        raise ColumnError(f"column {name!r}", allowed=", ".join(row))
    return name


def _sort(rows: list[dict[str, Any]], name: str, *, is_falling: bool) -> None:
    """Order rows by one column; null comes last."""
    known = [row for row in rows if row[name] is not None]
    known.sort(key=lambda row: row[name], reverse=is_falling)
    rows[:] = known + [row for row in rows if row[name] is None]


def _objects(
    rows: list[dict[str, Any]], names: list[str], member: str, form: str, path: str,
    *, is_one: bool = False,
) -> Response:  # fmt: skip
    """Rows that are at hand already, as an answer."""
    if form == "json":
        picked = [{name: row[name] for name in names} for row in rows]
        body = as_json({member: picked[0] if is_one else picked})
        return Response(body, headers=CACHING, media_type="application/json")
    columns = [[row[name] for row in rows] for name in names]
    return streams.answered(csv_pieces(names, [columns]), form, path, len(rows), dict(CACHING))


def _left_out(path: str) -> Response:
    """Say why an address is not answered."""
    offered = [endpoint.path for endpoint in ENDPOINTS] + [*FIGURES, *HISTORIES]
    why = f": {LEFT_OUT[path]}" if path in LEFT_OUT else ""
    raise NotFoundError(
        f"no {PREFIX}/site-explorer/{path[:100]}{why}",
        allowed=", ".join(offered),
        repair="GET /v1/reports lists what linkshed answers",
    )
