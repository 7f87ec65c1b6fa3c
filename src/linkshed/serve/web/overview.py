"""The overview of a target: its figures, and how its links are spread."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from linkshed.serve.web.desk import Desk
from linkshed.serve.web.menu import Entry
from linkshed.serve.web.target import read

PATH = "/overview"
ENTRIES = (Entry("Overview", PATH, "Overview", "overview"),)


def routes(desk: Desk) -> list[Route]:
    """The overview."""

    def overview(request: Request) -> Response:
        target = read(request)
        if not target.scope:
            return RedirectResponse(target.address("/"), 303)
        web = desk.shelf.web(desk.shelf.id_of(target.snapshot))
        rows = web.report("overview", target.scope, mode=target.mode).to_dicts()
        return desk.page(request, "overview.html", sections=_sections(rows))

    return [Route(PATH, overview)]


def _sections(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The figures by section."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["section"], []).append(row)
    return found
