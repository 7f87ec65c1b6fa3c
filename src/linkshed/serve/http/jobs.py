"""Addresses that start, watch and stop jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Union

from fastapi import APIRouter, Body, Path
from pydantic import Discriminator, Tag
from starlette.responses import Response

from linkshed.errors import Forbidden
from linkshed.serve.http.answered import responses
from linkshed.serve.http.headers import CACHING
from linkshed.serve.http.reports import PREFIX
from linkshed.serve.jobs.asked import FORMS, form_name
from linkshed.serve.jobs.runner import Jobs
from linkshed.serve.jobs.told import Job
from linkshed.serve.pieces import as_json

JobId = Annotated[str, Path(description="Its id, as it was given when it was started.")]
_TAGGED: Any = tuple(Annotated[form, Tag(name)] for name, form in FORMS.items())
Wanted = Annotated[Union[_TAGGED], Discriminator(form_name), Body()]  # noqa: UP007


def need(jobs: Jobs | None) -> Jobs:
    """The jobs of this server. Raises Forbidden when it runs none."""
    if jobs is None:
        raise Forbidden(
            "a job", allowed="questions", repair="start the server with --jobs to crawl and ingest"
        )
    return jobs


def router(jobs: Jobs | None) -> APIRouter:
    """The addresses of jobs; without jobs they say how to allow them."""
    made = APIRouter(prefix=PREFIX)

    def start(asked: Wanted) -> Response:
        """Start a crawl or an ingest. One runs at a time; others wait."""
        known = need(jobs)
        return _answer(known.records.told(known.start(asked)), 202)

    def listed() -> Response:
        """The last hundred jobs, newest first, also those of earlier servers."""
        return _answer(need(jobs).listed())

    def watch(job: JobId) -> Response:
        """A job: its state, progress, notes and result, and the id of the snapshot it made."""
        known = need(jobs)
        return _answer(known.records.told(known.records.read(job)))

    def stop(job: JobId) -> Response:
        """Stop a job that waits or runs. A crawl keeps what it fetched."""
        known = need(jobs)
        return _answer(known.records.told(known.stop(job)))

    _add(made, "/jobs", start, "start_job", "POST", status=202)
    _add(made, "/jobs", listed, "jobs", kind=list[Job])
    _add(made, "/jobs/{job}", watch, "job")
    _add(made, "/jobs/{job}", stop, "stop_job", "DELETE")
    return made


def _add(
    made: APIRouter, path: str, ask: Callable[..., Response], name: str, method: str = "GET", *,
    status: int = 200, kind: Any = Job,
) -> None:  # fmt: skip
    told = responses(kind, {"application/json": {}}, {}, is_known=False, status=status)
    made.add_api_route(
        path, ask, methods=[method], name=name, status_code=status, response_class=Response,
        responses=told,
    )  # fmt: skip


def _answer(told: Any, status: int = 200) -> Response:
    return Response(as_json(told), status, CACHING, media_type="application/json")
