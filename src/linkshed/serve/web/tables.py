"""The page of every report: its rows as a table, and what can be done with them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from linkshed import api
from linkshed.api import Linkshed, Result
from linkshed.errors import (
    InputError,
    NotFoundError,
    ParameterError,
    UsageError,
)
from linkshed.serve.http.cursors import Cursor, digest, read_cursor
from linkshed.serve.options import FORMATS
from linkshed.serve.web import cells, choices, conditions, drills, grid, tries
from linkshed.serve.web.desk import Desk
from linkshed.serve.web.exports import export
from linkshed.serve.web.grid import Grid
from linkshed.serve.web.menu import TABLES
from linkshed.serve.web.patience import patient
from linkshed.serve.web.recipe import Made, file_of
from linkshed.serve.web.target import read
from linkshed.serve.web.unanswered import unanswered
from linkshed.serve.web.view import View, read_view
from linkshed.serve.web.weight import fitting

INSIDE_ROWS = 50
FORMS = tuple(form for form in FORMATS if form != "table")


def routes(desk: Desk) -> list[Route]:
    """The addresses of each report: its table, rows inside a row, its files, its forms."""

    async def table(request: Request) -> Response:
        name = request.path_params["name"]
        report = api.REPORTS.load(name).REPORT
        target = read(request)
        if not target.scope:
            return RedirectResponse(target.address("/", to=request.url.path), 303)
        return await patient(desk, request, lambda asked: _table(desk, asked), report.heading)

    async def rows(request: Request) -> Response:
        return await desk.shelf.workers.run(partial(_inside, desk, request))

    async def file(request: Request) -> Response:
        return await desk.shelf.workers.run(partial(_file, desk, request))

    def change(request: Request) -> Response:
        return RedirectResponse(_changed(Opened(desk, request), request), 303)

    path = TABLES + "{name}"
    return [
        Route(path, table),
        Route(path + "/rows", rows),
        Route(path + "/file", file),
        Route(path + "/change", change),
    ]


class Opened:
    """A view, the snapshot it is of, and the columns it shows."""

    def __init__(self, desk: Desk, request: Request) -> None:
        name = request.path_params["name"]
        self.view = read_view(request, api.REPORTS.load(name).REPORT, TABLES + name)
        start = self._start(desk)
        self.offset = start.offset
        self.web: Linkshed = desk.shelf.web(start.snapshot)
        declared = self.web.declared(name).seen(self.view.options)
        self.view = replace(self.view, report=declared)
        asked = _columns(self.view)
        names = [column.name for column in asked]
        inside = cells.within(names)
        self.columns = [column for column in asked if column.name not in inside]
        self.parts = cells.companions(self.view.report, names)
        self.select = ",".join([*names, *self.parts])
        shown = [*names, *self.parts]
        self.drilled = [*drills.needed(self.view, shown), *tries.needed(self.view.report, shown),
                        *choices.needed(self.view.report, shown)]  # fmt: skip

    def _start(self, desk: Desk) -> Cursor:
        self.question = digest("web", self.view.first().address(limit=None))
        if self.view.cursor:
            return read_cursor(self.view.cursor, self.question)
        return Cursor(desk.known.id_of(self.view.target.snapshot), 0, self.question)

    def ask(self, limit: int) -> Result:
        """The rows of the view."""
        select = ",".join([self.select, *self.drilled])
        return self.web.report(
            self.view.report.name, self.view.target.scope, select=select, limit=limit,
            offset=self.offset, **self.view.asked,
        )  # fmt: skip

    def sql(self, limit: int) -> str | None:
        """The statement that gives the rows of the view; None when they are computed."""
        return self.web.sql(
            self.view.report.name, self.view.target.scope, select=self.select,
            limit=limit, offset=self.offset, **self.view.asked,
        )  # fmt: skip

    def over_file(self, limit: int) -> Any:
        """The statement over a file that the rows are written to, and how to write it."""
        asked = self.view.asked
        return self.web.sql_over_file(
            self.view.report.name, file_of(self.view), select=self.select, limit=limit,
            offset=self.offset, where=asked.get("where"), order_by=asked.get("order_by"),
        )  # fmt: skip

    def at(self, offset: int) -> str:
        """The address of the rows from another one on."""
        cursor = str(Cursor(self.web.snapshot, offset, self.question)) if offset else None
        return self.view.address(cursor=cursor)


def _columns(view: View) -> list[Any]:
    if not view.select:
        return [view.report.column(name) for name in view.report.select]
    if view.select.strip() == "*":
        return list(view.report.columns)
    named = (view.report.column(name.strip()) for name in view.select.split(",") if name.strip())
    return list(dict.fromkeys(named))


def _table(desk: Desk, request: Request) -> Response:
    try:
        return _shown(desk, request)
    except (UsageError, InputError, NotFoundError) as error:
        return unanswered(desk, request, error)


def _shown(desk: Desk, request: Request) -> Response:
    opened = Opened(desk, request)
    result = opened.ask(opened.view.limit)
    boxes = choices.Boxes(opened.view.report, is_ticked=choices.are_ticked(request))
    rows = grid.drawn(opened.view, opened.columns, result.to_dicts(), boxes)
    return fitting(rows, partial(_drawn, desk, request, opened, result))


def _drawn(
    desk: Desk, request: Request, opened: Opened, result: Result, rows: Grid
) -> Response:  # fmt: skip
    """The page of the first rows of a result."""
    view, is_cut = opened.view, len(rows) < len(result)
    limit = len(rows) if is_cut else view.limit
    made = Made(view, opened.web.snapshot, opened.select, opened.offset, limit,
                str(request.base_url), desk.shelf.store, opened.sql(limit),
                opened.over_file(limit))  # fmt: skip
    tree = api.filter_tree(view.where) if view.where else None
    return desk.page(
        request, "report.html", view=view, report=view.report, result=result,
        grid=rows, first=opened.offset + 1, last=opened.offset + len(rows),
        is_cut=is_cut, before=_before(opened, limit), after=_after(opened, len(rows), result.total),
        orders=_orders(opened), chips=conditions.chips(view.report, tree),
        form=conditions.form_of(view.report, tree), ops=conditions.OPS,
        made=made, forms=FORMS, is_ticked=choices.are_ticked(request),
    )  # fmt: skip


def _inside(desk: Desk, request: Request) -> Response:
    """The first rows of a view, to stand inside a row of another table."""
    opened = Opened(desk, request)
    result = opened.ask(INSIDE_ROWS)
    rows = grid.drawn(opened.view, opened.columns, result.to_dicts())
    return desk.page(
        request, "rows.html", view=opened.view, report=opened.view.report, result=result, grid=rows
    )


def _file(desk: Desk, request: Request) -> Response:
    opened = Opened(desk, request)
    form = request.query_params.get("format")
    return export(request, opened.web, opened.view, opened.select, form, desk.shelf.id_of())


def _before(opened: Opened, n_rows: int) -> str | None:
    return opened.at(max(opened.offset - n_rows, 0)) if opened.offset else None


def _after(opened: Opened, n_rows: int, total: int) -> str | None:
    end = opened.offset + n_rows
    return opened.at(end) if n_rows and end < total else None


def _orders(opened: Opened) -> dict[str, tuple[str, str]]:
    """By column, how rows are ordered by it now, and the address that orders them by it next."""
    first, falls = (opened.view.order or [("", False)])[0]
    found = {}
    for column in opened.columns:
        is_text = column.type in ("string", "list")
        now = ("descending" if falls else "ascending") if column.name == first else "none"
        is_next_falling = not falls if column.name == first else not is_text
        way = "desc" if is_next_falling else "asc"
        found[column.name] = now, opened.view.address(order_by=f"{column.name}:{way}")
    return found


def _changed(opened: Opened, request: Request) -> str:
    """The address of a view after one of its forms was sent."""
    asked = request.query_params
    changes: dict[str, Any] = {}
    if "column" in asked:
        chosen = asked.getlist("column")
        known = [column.name for column in opened.columns if column.name in chosen]
        added = [c.name for c in opened.view.report.columns if c.name in {*chosen} - {*known}]
        names = (*known, *added)
        changes["select"] = None if names == opened.view.report.select else ",".join(names)
    if "join" in asked:
        tree = conditions.tree_of(opened.view.report, asked["join"], _lines(request))
        changes["where"] = None if tree is None else api.filter_text(tree)
    return opened.view.address(**changes)


def _lines(request: Request) -> list[conditions.Condition]:
    asked = request.query_params
    lists = [asked.getlist(name) for name in ("g", "f", "o", "v")]
    if len({len(values) for values in lists}) > 1:
        raise ParameterError(
            "a condition without all of its parts", allowed="g, f, o and v of each"
        )
    fields = zip(*lists, strict=True)
    return [conditions.Condition(int(group) if group.isdigit() else 0, name, op, value)
            for group, name, op, value in fields
            if name and (value or op in conditions.UNARY)]  # fmt: skip
