"""The addresses that scripts already use, answered by linkshed's own reports."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from linkshed.api import Result
from linkshed.errors import FilterError, NotFoundError, ParameterError
from linkshed.serve.http import streams
from linkshed.serve.http.answered import (
    listed_model,
    responses,
    selected_model,
    single_model,
)
from linkshed.serve.http.asked import once
from linkshed.serve.http.cursors import Cursor, digest, read_cursor
from linkshed.serve.http.endpoints import ENDPOINTS, LEFT_OUT, OLD_NAMES, Endpoint
from linkshed.serve.http.headers import CACHING, OF_FIGURES, OF_ROWS
from linkshed.serve.http.heads import is_head
from linkshed.serve.http.objects import Ask, batch_ask, figures_ask, history_ask
from linkshed.serve.http.reports import absence, next_cursor
from linkshed.serve.http.shapes import shaped
from linkshed.serve.http.shelf import Shelf
from linkshed.serve.http.singles import (
    DAY,
    FIGURES,
    HISTORIES,
    POINT,
    TOLD_OF_BATCH,
    member_of,
)
from linkshed.serve.http.tags import tagged, unchanged
from linkshed.serve.http.targets import (
    GROUPINGS,
    KINDS,
    MODES,
    FiguresQuestion,
    GroupedQuestion,
    HistoryQuestion,
    PastQuestion,
    RowsQuestion,
    TargetsQuestion,
    day_of,
    scoped,
)
from linkshed.serve.http.wheres import as_sent, filtered, listed, ordered
from linkshed.serve.pieces import Columns, batches, csv_pieces, json_pieces, object_lines

PREFIX = "/v3"
EXPLORER = "/site-explorer/"
"""Before the names of all addresses but that of batch."""


def router(shelf: Shelf) -> APIRouter:
    """Those addresses, and the reasons for those that are left out."""
    made = APIRouter(prefix=PREFIX, dependencies=[Depends(once)])
    for endpoint in ENDPOINTS:
        names = [old for old, new in OLD_NAMES.items() if new == endpoint.path]
        model = selected_model(endpoint.path, endpoint.rows, endpoint.members())
        kind = KINDS[endpoint.is_grouped, endpoint.has_past]
        for path in (endpoint.path, *names):
            _add(made, shelf, EXPLORER + path, kind, _rows(shelf, endpoint), model, OF_ROWS)
    for path, members in FIGURES.items():
        model = single_model(path, member_of(path), members)
        _add(made, shelf, EXPLORER + path, FiguresQuestion, figures_ask(shelf, path), model)
    for path, (member, figure) in HISTORIES.items():
        model = listed_model(path, member, {"date": DAY, figure: POINT[figure]})
        _add(made, shelf, EXPLORER + path, HistoryQuestion, history_ask(shelf, path), model)
    model = selected_model("batch-analysis", "targets", TOLD_OF_BATCH)
    _add(made, shelf, "/batch-analysis/batch-analysis", TargetsQuestion, batch_ask(shelf), model,
         method="POST")  # fmt: skip
    made.add_api_route(EXPLORER + "{path}", _left_out, include_in_schema=False)
    return made


def _add(
    made: APIRouter, shelf: Shelf, path: str, given: type[BaseModel], ask: Ask,
    answer: type[BaseModel], headers: Mapping[str, str] = OF_FIGURES, method: str = "GET",
) -> None:  # fmt: skip
    """An address whose parameters, or body, and whose answer are those of models."""
    source = Query() if method == "GET" else Body()
    keyword = inspect.Parameter.KEYWORD_ONLY
    run = shelf.workers.endpoint(ask)
    run.__signature__ = inspect.Signature([  # type: ignore[attr-defined]
        inspect.Parameter("request", keyword, annotation=Request),
        inspect.Parameter("given", keyword, annotation=Annotated[given, source]),
    ])  # fmt: skip
    content: dict[str, Any] = {"application/json": {}, "text/csv": {}}
    made.add_api_route(
        path,
        run,
        methods=[method],
        name=path.rpartition("/")[2],
        response_class=Response,
        responses=responses(answer, content, headers, is_known=method == "GET"),
    )


def _rows(shelf: Shelf, live: Endpoint) -> Ask:
    def ask(request: Request, given: RowsQuestion) -> Response:
        asked = given.model_dump()
        free = ("cursor", "offset", "limit", "output")
        question = digest(
            live.path, {name: value for name, value in asked.items() if name not in free}
        )
        if given.cursor and given.offset:
            raise ParameterError(f"offset {given.offset} with a cursor", allowed="one of them")
        at = Cursor(shelf.id_of(given.snapshot), given.offset, question)
        at = read_cursor(given.cursor, question) if given.cursor else at
        parts = (at.snapshot, at.offset, given.limit, given.output)
        headers = CACHING | tagged(question, *parts) | {"Linkshed-Snapshot": at.snapshot}
        if same := unchanged(request, headers):
            return same
        endpoint, options = _past(shelf, live, given, at.snapshot)
        names = _selected(endpoint, given.select)
        limit = 0 if is_head(request) else given.limit
        result = _asked(shelf, endpoint, given, names, at, limit, options)
        headers |= {"Linkshed-Total": str(result.total)} | absence(result.absent)
        if following := next_cursor(result, at, given.limit):
            headers["Linkshed-Cursor"] = following
        if is_head(request):
            return streams.headed(given.output, endpoint.path, headers)
        found = _named(result, endpoint, names)
        if given.output == "json":
            made = json_pieces({}, object_lines(names, found), endpoint.rows)
        else:
            made = csv_pieces(names, found)
        return streams.answered(made, given.output, endpoint.path, len(result), headers)

    ask.__doc__ = f"Rows of the report {live.report}."
    return ask


def _past(
    shelf: Shelf, live: Endpoint, given: RowsQuestion, snapshot_id: str
) -> tuple[Endpoint, dict[str, Any]]:
    """What answers, and the options of its report: ``since`` when links that are gone are asked
    for and there is an older snapshot.
    """
    since = None
    if isinstance(given, PastQuestion) and given.history != "live":
        since = shelf.since(snapshot_id, day_of(given.history))
    endpoint = live.past or live if since else live
    options = endpoint.options | ({"since": since} if since else {})
    if isinstance(given, GroupedQuestion):
        options |= {"grouping": GROUPINGS[given.aggregation]}
    return endpoint, options


def _asked(
    shelf: Shelf, endpoint: Endpoint, given: RowsQuestion, names: list[str], at: Cursor,
    limit: int, options: dict[str, Any],
) -> Result:  # fmt: skip
    protocol = "both" if given.mode == "exact" else given.protocol
    target = given.target
    if protocol == "both":
        target = scoped(given.target, given.mode, given.protocol)
    own = [column for name in names for column in endpoint.needed(name)]
    where, links = filtered(endpoint, given.where, protocol)
    if links:
        options = options | {"where_links": links}
    try:
        return shelf.web(at.snapshot).report(
            endpoint.report,
            target,
            mode=MODES[given.mode],
            where=where,
            order_by=ordered(endpoint, given.order_by),
            select=",".join(own or [next(iter(endpoint.names().values()))]),
            limit=limit,
            offset=at.offset,
            **options,
        )
    except FilterError as error:
        raise as_sent(error, given.where or "") from None


def _selected(endpoint: Endpoint, select: str | None) -> list[str]:
    return listed(select) or [*endpoint.names(), *endpoint.derived]


def _named(result: Result, endpoint: Endpoint, names: list[str]) -> Iterator[Columns]:
    """The rows with the columns that were asked for, under their names; what cannot be known is
    null.
    """
    own = [column.name for column in result.columns]
    for columns in batches(result):
        found = dict(zip(own, columns, strict=True))
        yield [_values(endpoint, name, found, len(columns[0])) for name in names]


def _values(endpoint: Endpoint, name: str, found: dict[str, list[Any]], n: int) -> list[Any]:
    if endpoint.is_unknown(name):
        return [None] * n
    columns = [found[own] for own in endpoint.needed(name)]
    if name in endpoint.derived:
        return endpoint.derived[name].of(*columns)
    return shaped(name, columns[0])


def _left_out(path: str) -> Response:
    """Say why an address is not answered."""
    offered = [endpoint.path for endpoint in ENDPOINTS] + [*FIGURES, *HISTORIES]
    why = f": {LEFT_OUT[path]}" if path in LEFT_OUT else ""
    raise NotFoundError(
        f"no {PREFIX}{EXPLORER}{path[:100]}{why}",
        allowed=", ".join(offered),
        repair="GET /v1/reports lists what linkshed answers",
    )
