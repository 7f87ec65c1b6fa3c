"""The start: a domain to ask about, the strongest ones, and the state of the store."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from linkshed.serve.web.desk import Desk
from linkshed.serve.web.target import Target, read

STRONGEST = 12


def routes(desk: Desk) -> list[Route]:
    """The start page."""

    def start(request: Request) -> Response:
        target = read(request)
        web = desk.web(target)
        wanted = desk.menu.entry(request.query_params.get("to", ""))
        return desk.page(
            request, "start.html", wanted=wanted, target=Target(snapshot=target.snapshot),
            manifest=web.manifest, strongest=web.strongest(STRONGEST),
            store=desk.shelf.store,
        )  # fmt: skip

    return [Route("/", start)]
