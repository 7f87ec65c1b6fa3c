"""Watch lists: rows chosen in a report, kept as a watch of the store or given as its file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from linkshed.errors import LinkshedError, NotFoundError
from linkshed.serve.http.jobs import need
from linkshed.serve.watch import lists
from linkshed.serve.watch.chosen import Chosen
from linkshed.serve.watch.definition import Watch, as_toml
from linkshed.serve.watch.folder import Folder
from linkshed.serve.web.choices import box_of, chosen_by
from linkshed.serve.web.desk import Desk
from linkshed.serve.web.menu import Entry

PATH = "/watches"
ENTRIES = (Entry("Watches", PATH, "Data", is_free=True),)
_GAPS = re.compile(r"[^a-z0-9]+")


def routes(desk: Desk) -> list[Route]:
    """The page of watches, what they told, and the forms that change lists."""

    def page(request: Request) -> Response:
        is_allowed = desk.jobs is not None
        return desk.page(request, "watches.html", is_allowed=is_allowed, box=box_of,
                         watches=_held(desk) if is_allowed else [])  # fmt: skip

    def told(request: Request) -> Response:
        need(desk.jobs)
        path = lists.told_in(desk.shelf.store, request.path_params["name"])
        if not path.is_file():
            raise NotFoundError("nothing told yet", allowed="lists that have told something")
        return FileResponse(path, media_type="text/markdown", filename=path.name)

    async def put(request: Request) -> Response:
        watch = _asked(desk, await desk.fields(request))
        if desk.jobs is None:
            return desk.page(request, "watch_file.html", watch=watch, text=as_toml(watch),
                             box=box_of, store=desk.shelf.store)  # fmt: skip
        await run_in_threadpool(lists.put, desk.shelf.store, watch)
        return RedirectResponse(f"{PATH}#{watch.name}", 303)

    async def file(request: Request) -> Response:
        watch = _asked(desk, await desk.fields(request))
        headers = {"Content-Disposition": f'attachment; filename="{watch.name}.toml"'}
        return Response(as_toml(watch), headers=headers, media_type="application/toml")

    async def take_away(request: Request) -> Response:
        given = await desk.form(request)
        need(desk.jobs)
        rows = chosen_by([given["row"]] if "row" in given else [])
        name = given.get("name", "")
        await run_in_threadpool(lists.take_away, desk.shelf.store, name, *rows)
        return RedirectResponse(PATH, 303)

    return [
        Route(PATH, page),
        Route(PATH, put, methods=["POST"]),
        Route(f"{PATH}/file", file, methods=["POST"]),
        Route(f"{PATH}/take-away", take_away, methods=["POST"]),
        Route(f"{PATH}/{{name}}.md", told),
    ]


@dataclass(frozen=True)
class Held:
    """A watch of the store; ``watch`` None when its file cannot be read, ``problem`` says why."""

    name: str
    watch: Watch | None = None
    n_waiting: int = 0
    has_told: bool = False
    problem: LinkshedError | None = None


def _held(desk: Desk) -> list[Held]:
    folder = Folder(desk.shelf.store)
    return [_one(folder, desk.shelf.store, name) for name in folder.names()]


def _one(folder: Folder, store: str, name: str) -> Held:
    try:
        n_waiting = len(folder.state(name).waiting)
        return Held(name, folder.watch(name), n_waiting, lists.told_in(store, name).is_file())
    except LinkshedError as error:
        return Held(name, problem=error)


def _asked(desk: Desk, fields: list[tuple[str, str]]) -> Watch:
    """The list that a form describes; a name of several words is joined. Raises ParameterError."""
    given: dict[str, Any] = dict(fields)
    name = _GAPS.sub("-", given.get("name", "").lower()).strip("-")
    chosen: tuple[Chosen, ...] = chosen_by(text for field, text in fields if field == "row")
    scope, mode = given.get("scope", "").strip(), given.get("mode") or None
    return lists.listed(desk.shelf.store, name, scope, mode, chosen)
