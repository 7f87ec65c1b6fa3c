"""Addresses that start, watch and stop jobs."""

from __future__ import annotations

from typing import Annotated, Any, Union

from fastapi import APIRouter, Body, Path
from pydantic import Discriminator, Tag

from linkshed.errors import Forbidden
from linkshed.serve.http.reports import PREFIX
from linkshed.serve.jobs.asked import FORMS, form_name
from linkshed.serve.jobs.runner import Jobs

Job = Annotated[str, Path(description="Its id, as it was given when it was started.")]
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

    def start(asked: Wanted) -> dict[str, Any]:
        """Start a crawl or an ingest. One runs at a time; others wait."""
        known = need(jobs)
        return known.records.told(known.start(asked))

    def listed() -> list[dict[str, Any]]:
        """The last hundred jobs, newest first, also those of earlier servers."""
        return need(jobs).listed()

    def watch(job: Job) -> dict[str, Any]:
        """A job: its state, progress, notes and result, and the id of the snapshot it made."""
        known = need(jobs)
        return known.records.told(known.records.read(job))

    def stop(job: Job) -> dict[str, Any]:
        """Stop a job that waits or runs. A crawl keeps what it fetched."""
        known = need(jobs)
        return known.records.told(known.stop(job))

    made.add_api_route("/jobs", start, methods=["POST"], status_code=202, name="start_job")
    made.add_api_route("/jobs", listed, name="jobs")
    made.add_api_route("/jobs/{job}", watch, name="job")
    made.add_api_route("/jobs/{job}", stop, methods=["DELETE"], name="stop_job")
    return made
