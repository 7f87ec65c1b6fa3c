"""Answers that take long: a page says so at once, and goes on when the answer is there."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from linkshed.errors import LinkshedError
from linkshed.serve.http.errors import meant
from linkshed.serve.web.desk import FRESH, Desk
from linkshed.serve.web.problems import problem

LOG = logging.getLogger("uvicorn.error")
SECONDS = 0.6
EACH_SECONDS = 1.0
MARK = "<!--main-->"
"""Where a page begins to differ from the one that says to wait."""
SO_FAR = "<!--so far-->"
"""Where that one says how long it has taken."""


async def patient(
    desk: Desk,
    request: Request,
    make: Callable[[Request], Response],
    heading: str,
    template: str,
) -> Response:
    """The answer that ``make`` gives, in two parts when it takes longer than SECONDS.

    ``template`` is that of the answer: the first part says to wait in its place, and names its
    styles and scripts.
    What ``make`` raises in time is raised here; later it is shown in the page.
    """
    work = asyncio.ensure_future(desk.shelf.workers.run(partial(make, request)))
    done, _ = await asyncio.wait({work}, timeout=SECONDS)
    if done:
        return work.result()
    waiting = desk.text(request, template, heading=heading, waiting=True)
    answer = StreamingResponse(
        _in_two(desk, request, waiting, work), headers=FRESH, media_type="text/html"
    )
    desk.begin(request, answer)
    return answer


async def _in_two(
    desk: Desk, request: Request, waiting: str, work: asyncio.Future[Response]
) -> AsyncIterator[str]:
    before, mark, told = waiting.partition(MARK)
    first, _, last = told.partition("</main>")[0].partition(SO_FAR)
    yield before + mark + first
    began = time.monotonic()
    while not (await asyncio.wait({work}, timeout=EACH_SECONDS))[0]:
        yield _so_far(time.monotonic() - began + SECONDS, desk.shelf.workers.n_coming)
    yield last
    try:
        answer = await work
    except Exception as error:
        if not isinstance(error, LinkshedError):
            LOG.exception("a page failed: %s", request.url.path)
        answer = problem(desk, request, meant(request, error))
    yield bytes(answer.body).decode().partition(MARK)[2]


def _so_far(seconds: float, n_coming: int) -> str:
    """How long it has taken; the last line of these is seen."""
    others = f"; {n_coming} answers are being computed" * (n_coming > 1)
    return f'<p class="so-far" aria-hidden="true">{seconds:.0f} s so far{others}</p>'
