"""The graph around a target: a picture to walk in, and the same as a table."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from linkshed import api
from linkshed.serve.pieces import as_json
from linkshed.serve.web.desk import Desk
from linkshed.serve.web.menu import TABLES, Entry
from linkshed.serve.web.patience import patient
from linkshed.serve.web.target import read

PATH = "/graph"
ENTRIES = (Entry("Graph", PATH, "Pages", "around"),)
SIZES = (100, 500, 2000, 10_000)
SHOWN = 50
_SELECT = "source,target,links,equity"


def routes(desk: Desk) -> list[Route]:
    """The page of the graph, and its data."""

    async def page(request: Request) -> Response:
        target = read(request)
        if not target.scope:
            return RedirectResponse(target.address("/", to=request.url.path), 303)
        make = partial(_page, desk)
        return await patient(desk, request, make, "The graph", "graph.html")

    def data(request: Request) -> Response:
        target = read(request)
        web = desk.web(target)
        found = web.graph(target.scope, mode=target.mode, **_asked(request))
        return Response(as_json(found), media_type="application/json")

    return [Route(PATH, page), Route(f"{PATH}/data", data)]


def _asked(request: Request) -> dict[str, Any]:
    """The options in an address. Raises ParameterError."""
    options = {option.name: option for option in api.REPORTS.load("around").REPORT.options}
    given = request.query_params
    return {name: option.check(given.get(name) or option.default)
            for name, option in options.items()}  # fmt: skip


def _page(desk: Desk, request: Request) -> Response:
    target, asked = read(request), _asked(request)
    web = desk.web(target)
    result = web.report("around", target.scope, mode=target.mode, select=_SELECT, limit=SHOWN,
                        **asked)  # fmt: skip
    return desk.page(
        request, "graph.html", rows=result.to_dicts(), total=result.total, asked=asked,
        remarks=result.remarks, sizes=SIZES, data=target.address(f"{PATH}/data", **asked),
        table=target.address(f"{TABLES}around", **asked),
        ways={by: target.address(PATH, **(asked | {"by": by})) for by in ("page", "domain")},
        amounts={n: target.address(PATH, **(asked | {"nodes": n})) for n in SIZES},
    )  # fmt: skip
