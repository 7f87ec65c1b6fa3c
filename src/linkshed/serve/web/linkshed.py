"""The linkshed of a target as a picture of flow: from domains through entry pages to it."""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from linkshed.serve.web.desk import Desk
from linkshed.serve.web.menu import TABLES, Entry
from linkshed.serve.web.patience import patient
from linkshed.serve.web.target import read

PATH = "/linkshed"
ENTRIES = (
    Entry("Linkshed", PATH, "Pages", "linkshed"),
    Entry("Flow between sections", "/flow", "Pages", "flow"),
)
WAYS = ("domain", "link", "page")


def routes(desk: Desk) -> list[Route]:
    """The pictures of flow."""

    async def shed(request: Request) -> Response:
        return await _drawn(desk, request, "linkshed")

    async def flow(request: Request) -> Response:
        return await _drawn(desk, request, "flow")

    return [Route(PATH, shed), Route("/flow", flow)]


async def _drawn(desk: Desk, request: Request, name: str) -> Response:
    target = read(request)
    if not target.scope:
        return RedirectResponse(target.address("/", to=request.url.path), 303)
    make = partial(_flow, desk, name)
    return await patient(desk, request, make, "The picture", "flow.html")


def _flow(desk: Desk, name: str, request: Request) -> Response:
    target = read(request)
    web = desk.web(target)
    report = web.declared(name)
    tables = [("All", target.address(TABLES + name))]
    if name == "linkshed":
        tables = [(f"By {way}", target.address(TABLES + name, by=way)) for way in WAYS]
    return desk.page(
        request, "flow.html", report=report, tables=tables,
        drawing=web.chart(name, target.scope, target.mode),
    )  # fmt: skip
