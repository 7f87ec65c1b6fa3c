"""The page of every report: its rows as a table, and what can be done with them."""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from linkshed import api
from linkshed.api import Result
from linkshed.errors import InputError, NotFoundError, UsageError
from linkshed.serve.options import FORMATS
from linkshed.serve.web import choices, conditions, grid
from linkshed.serve.web.desk import Desk
from linkshed.serve.web.dialogs import changed, dialogs
from linkshed.serve.web.exports import export
from linkshed.serve.web.grid import Grid
from linkshed.serve.web.menu import TABLES
from linkshed.serve.web.opened import Opened
from linkshed.serve.web.patience import patient
from linkshed.serve.web.target import read
from linkshed.serve.web.unanswered import unanswered
from linkshed.serve.web.weight import fitting

INSIDE_ROWS = 50
BEGUN_ROWS = 25
FORMS = tuple(form for form in FORMATS if form != "table")


def routes(desk: Desk) -> list[Route]:
    """The addresses of each report: its table, rows inside a row, its files, its dialogs."""

    async def table(request: Request) -> Response:
        name = request.path_params["name"]
        report = api.REPORTS.load(name).REPORT
        target = read(request)
        if not target.scope:
            return RedirectResponse(target.address("/", to=request.url.path), 303)
        return await patient(
            desk, request, partial(_table, desk), report.heading, "report.html",
            partial(_begun, desk),
        )  # fmt: skip

    async def rows(request: Request) -> Response:
        return await desk.shelf.workers.run(partial(_inside, desk, request))

    async def asked(request: Request) -> Response:
        return await desk.shelf.workers.run(partial(dialogs, desk, request))

    async def file(request: Request) -> Response:
        return await desk.shelf.workers.run(partial(_file, desk, request))

    def change(request: Request) -> Response:
        return RedirectResponse(changed(Opened(desk, request), request), 303)

    path = TABLES + "{name}"
    return [
        Route(path, table),
        Route(path + "/rows", rows),
        Route(path + "/file", file),
        Route(path + "/dialogs", asked),
        Route(path + "/change", change),
    ]


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
    tree = api.filter_tree(view.where) if view.where else None
    return desk.page(
        request, "report.html", view=view, report=view.report, result=result,
        grid=rows, first=opened.offset + 1, last=opened.offset + len(rows),
        is_cut=is_cut, before=_before(opened, limit), after=_after(opened, len(rows), result.total),
        orders=_orders(opened), chips=conditions.chips(view.report, tree),
        dialogs=opened.dialogs(limit if is_cut else None), forms=FORMS,
        is_ticked=choices.are_ticked(request),
    )  # fmt: skip


def _inside(desk: Desk, request: Request) -> Response:
    """The first rows of a view, to stand inside a row of another table."""
    opened = Opened(desk, request)
    result = opened.ask(INSIDE_ROWS)
    rows = grid.drawn(opened.view, opened.columns, result.to_dicts())
    return desk.page(
        request, "rows.html", view=opened.view, report=opened.view.report, result=result, grid=rows
    )


def _begun(desk: Desk, request: Request) -> str:
    """The first rows of a view, as far as they are known; nothing where none is."""
    opened = Opened(desk, request)
    result = opened.ask(BEGUN_ROWS)
    if not len(result):
        return ""
    rows = grid.drawn(opened.view, opened.columns, result.to_dicts())
    return desk.text(request, "begun.html", report=opened.view.report, result=result, grid=rows)


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
