"""Jobs: start a crawl or an ingest, watch it, stop it; and the snapshots they lead to."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from linkshed.errors import LinkshedError, ParameterError
from linkshed.serve.http.jobs import need
from linkshed.serve.jobs.asked import FORMS, CrawlJob, IngestJob, form_name, waiting_in
from linkshed.serve.jobs.readers import options_of, readers
from linkshed.serve.scores import is_scored
from linkshed.serve.web.desk import Desk
from linkshed.serve.web.menu import Entry

PATH, SNAPSHOTS = "/jobs", "/snapshots"
GROUP = "Data"
ENTRIES = (
    Entry("Snapshots", SNAPSHOTS, GROUP, is_free=True),
    Entry("Jobs", PATH, GROUP, is_free=True),
)
SHOWN = 30


def routes(desk: Desk) -> list[Route]:
    """The page of jobs, its list, its forms, and the page of snapshots."""

    def page(request: Request) -> Response:
        return desk.page(request, "jobs.html", **_state(desk), **_choices(desk))

    def listed(request: Request) -> Response:
        return desk.page(request, "jobs_list.html", **_state(desk))

    async def start(request: Request) -> Response:
        fields = await desk.fields(request)
        jobs = need(desk.jobs)
        await run_in_threadpool(jobs.start, _asked(fields))
        return RedirectResponse(PATH, 303)

    async def stop(request: Request) -> Response:
        given = await desk.form(request)
        await run_in_threadpool(need(desk.jobs).stop, given.get("job", ""))
        return RedirectResponse(PATH, 303)

    def snapshots(request: Request) -> Response:
        found = desk.shelf.manifests()[::-1]
        scored = {manifest.id for manifest in found if is_scored(manifest)}
        twins = {m.id: [n.id for n in found if n.id in scored and n.inputs == m.inputs]
                 for m in found if m.id not in scored}  # fmt: skip
        return desk.page(
            request, "snapshots.html", manifests=found, scored=scored, twins=twins,
            kept=[m for m in found if not twins.get(m.id)],
            steps=[m for m in found if twins.get(m.id)], store=desk.shelf.store,
        )  # fmt: skip

    return [
        Route(PATH, page),
        Route(f"{PATH}/list", listed),
        Route(PATH, start, methods=["POST"]),
        Route(f"{PATH}/stop", stop, methods=["POST"]),
        Route(SNAPSHOTS, snapshots),
    ]


def _state(desk: Desk) -> dict[str, Any]:
    found = [] if desk.jobs is None else desk.jobs.listed(SHOWN)
    return {"jobs": found, "is_open": any(job["state"] in ("waiting", "running") for job in found)}


def _choices(desk: Desk) -> dict[str, Any]:
    """What the forms offer."""
    inbox = None if desk.jobs is None else desk.jobs.inbox
    files = sorted(waiting_in(inbox)) if inbox else []
    return {"has_jobs": desk.jobs is not None, "inbox": inbox, "files": files,
            "readers": {name: options_of(name) for name in readers()},
            "allow_private": desk.settings.is_private_allowed,
            "crawl": CrawlJob.model_construct()}  # fmt: skip


def _asked(fields: list[tuple[str, str]]) -> CrawlJob | IngestJob:
    """The job that a form describes. Raises ParameterError."""
    given = dict(fields)
    kind = given.pop("kind", "")
    filled: dict[str, Any] = {name: text.strip() for name, text in given.items() if text.strip()}
    filled["build"] = "build" in given
    try:
        if kind == "crawl":
            filled["urls"] = [_with_scheme(url) for url in filled.get("urls", "").split()]
            return CrawlJob.model_validate(filled)
        filled["files"] = [text for name, text in fields if name == "files"]
        filled["options"] = _options(filled)
        return FORMS[form_name(filled)].model_validate(filled)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise _wrong(name, first) from None


def _options(filled: dict[str, Any]) -> dict[str, Any]:
    """Take the options of readers out of a form; gives those of the reader chosen."""
    told = {name: filled.pop(name) for name in list(filled) if "." in name}
    chosen = (name.partition(".") for name in told)
    return {own: told[f"{of}.{own}"] for of, _, own in chosen if of == filled.get("reader")}


def _with_scheme(url: str) -> str:
    return url if "://" in url else f"https://{url}"


def _wrong(name: str, fault: Any) -> LinkshedError:
    return ParameterError(f"{name} {str(fault['input'])[:200]!r}", allowed=str(fault["msg"]))
