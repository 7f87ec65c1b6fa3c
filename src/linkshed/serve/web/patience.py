"""Answers that take long: a page says so at once, and goes on when the answer is there."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from linkshed.errors import LinkshedError
from linkshed.serve.http.errors import meant
from linkshed.serve.web.desk import FRESH, Desk
from linkshed.serve.web.problems import problem

LOG = logging.getLogger("uvicorn.error")
SECONDS = 0.6
MARK = "<!--main-->"
"""Where a page begins to differ from the one that says to wait."""


async def patient(
    desk: Desk,
    request: Request,
    make: Callable[[Request], Response],
    heading: str,
    template: str = "working.html",
) -> Response:
    """The answer that ``make`` gives, in two parts when it takes longer than SECONDS.

    ``template`` says to wait; it names the styles and scripts of the page that follows.
    What ``make`` raises in time is raised here; later it is shown in the page.
    """
    work = asyncio.ensure_future(run_in_threadpool(make, request))
    done, _ = await asyncio.wait({work}, timeout=SECONDS)
    if done:
        return work.result()
    waiting = desk.text(request, template, heading=heading)
    return StreamingResponse(
        _in_two(desk, request, waiting, work), headers=FRESH, media_type="text/html"
    )


async def _in_two(
    desk: Desk, request: Request, waiting: str, work: asyncio.Future[Response]
) -> AsyncIterator[str]:
    before, mark, told = waiting.partition(MARK)
    yield before + mark + told.partition("</main>")[0]
    try:
        answer = await work
    except Exception as error:
        if not isinstance(error, LinkshedError):
            LOG.exception("a page failed: %s", request.url.path)
        answer = problem(desk, request, meant(request, error))
    yield bytes(answer.body).decode().partition(MARK)[2]
