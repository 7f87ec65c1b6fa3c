"""A view opened on the snapshot it is of: its columns, its rows, the statements that give them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.requests import Request

from linkshed import api
from linkshed.api import Linkshed, Result
from linkshed.serve.http.cursors import Cursor, digest, read_cursor
from linkshed.serve.web import cells, choices, drills, tries
from linkshed.serve.web.desk import Desk
from linkshed.serve.web.menu import TABLES
from linkshed.serve.web.recipe import file_of
from linkshed.serve.web.view import View, read_view


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
        return self.view.address(cursor=self._cursor(offset) if offset else None)

    def dialogs(self, n_cut: int | None) -> str:
        """The address of the dialogs of these rows, of this snapshot; ``n_cut`` how many they were
        cut to, None when they are all that were asked for.
        """
        path = f"{self.view.path}/dialogs"
        return self.view.address(path, cursor=self._cursor(self.offset), rows=n_cut)

    def _cursor(self, offset: int) -> str:
        return str(Cursor(self.web.snapshot, offset, self.question))


def _columns(view: View) -> list[Any]:
    if not view.select:
        return [view.report.column(name) for name in view.report.select]
    if view.select.strip() == "*":
        return list(view.report.columns)
    named = (view.report.column(name.strip()) for name in view.select.split(",") if name.strip())
    return list(dict.fromkeys(named))
