"""The application: the guard, the addresses, the form of errors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version
from threading import Thread

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from linkshed import api
from linkshed.machine import n_cores
from linkshed.serve import web
from linkshed.serve.http import errors, legacy, reports
from linkshed.serve.http.answered import with_keys
from linkshed.serve.http.guard import Guard
from linkshed.serve.http.heads import Heads
from linkshed.serve.http.jobs import router as jobs_router
from linkshed.serve.http.memory import settle
from linkshed.serve.http.sessions import Sessions
from linkshed.serve.http.settings import Settings
from linkshed.serve.http.shelf import Shelf
from linkshed.serve.jobs.runner import Jobs
from linkshed.serve.web.desk import Desk
from linkshed.serve.web.problems import teller

SPARE_THREADS = 1
"""Besides one for each core: for what waits for the disk. More would only take turns."""


def create_app(settings: Settings) -> FastAPI:
    """The application that serves a store."""
    jobs = _jobs(settings)
    app = FastAPI(
        title="linkshed",
        version=version("linkshed"),
        description="Every report over the whole link graph. Unknown is null, never 0.",
        docs_url=None,
        redoc_url=None,
        lifespan=partial(_lifespan, jobs),
        responses=errors.RESPONSES,
    )
    shelf, sessions = Shelf(settings.store), Sessions(settings.keys)
    desk = Desk(shelf, settings, sessions, jobs)
    app.router.routes.extend(web.routes(desk))  # first: an address is looked for in this order
    app.include_router(reports.router(shelf))
    app.include_router(legacy.router(shelf))
    app.include_router(jobs_router(jobs))
    tell = teller(desk)
    app.add_middleware(Guard, settings=settings, sessions=sessions, tell=tell)
    app.add_middleware(Heads)
    errors.install(app, tell)
    with_keys(app, needed=bool(settings.keys))
    return app


def _jobs(settings: Settings) -> Jobs | None:
    if not settings.has_jobs:
        return None
    return Jobs(settings.store, settings.inbox, allow_private=settings.is_private_allowed)


@asynccontextmanager
async def _lifespan(jobs: Jobs | None, app: FastAPI) -> AsyncIterator[None]:
    """Bound how many questions are worked on at once, the others wait; load meanwhile what they
    run; end jobs with the server.
    """
    n_threads = n_cores() + SPARE_THREADS
    current_default_thread_limiter().total_tokens = n_threads
    Thread(target=_make_ready, daemon=True).start()
    if jobs is not None:
        jobs.recover()
    try:
        yield
    finally:
        if jobs is not None:
            await run_in_threadpool(jobs.close)


def _make_ready() -> None:
    api.ready()
    settle()
