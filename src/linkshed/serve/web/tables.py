"""The page of every report: its rows as a table."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from linkshed import api
from linkshed.serve.web.desk import Desk
from linkshed.serve.web.menu import TABLES
from linkshed.serve.web.target import read

PAGE_ROWS = 100


def routes(desk: Desk) -> list[Route]:
    """The address of each report."""

    def table(request: Request) -> Response:
        name = request.path_params["name"]
        report = api.REPORTS.load(name).REPORT
        target = read(request)
        if not target.scope:
            return RedirectResponse(target.address("/"), 303)
        web = desk.shelf.web(desk.shelf.id_of(target.snapshot))
        result = web.report(name, target.scope, mode=target.mode, limit=PAGE_ROWS)
        return desk.page(request, "report.html", report=report, result=result)

    return [Route(TABLES + "{name}", table)]
