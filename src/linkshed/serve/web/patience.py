"""Answers that take long: a page says so at once, shows what of them is known already, and goes on
when the answer is there.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from linkshed.api import NotAtHand
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
"""Where that one says how long it has taken, and shows what is known."""
Make = Callable[[Request], Response]
Part = Callable[[Request], str]


async def patient(
    desk: Desk, request: Request, make: Make, heading: str, template: str, part: Part | None = None
) -> Response:
    """The answer that ``make`` gives, in two parts when it takes longer than SECONDS, or as soon as
    something of it is known that ``part`` can show.

    ``template`` is that of the answer: the first part says to wait in its place, and names its
    styles and scripts. What ``make`` raises in time is raised here; later it is shown in the page.
    """
    asked = _Asked(desk, request, make, part)
    await asked.wait(SECONDS)
    if asked.work.done():
        return asked.work.result()
    waiting = desk.text(request, template, heading=heading, waiting=True)
    answer = StreamingResponse(asked.text(waiting), headers=FRESH, media_type="text/html")
    desk.begin(request, answer)
    return answer


class _Asked:
    """A page that was asked for, on its way."""

    def __init__(self, desk: Desk, request: Request, make: Make, part: Part | None) -> None:
        self._desk, self._request, self._part = desk, request, part
        self._began, self._news = time.monotonic(), asyncio.Event()
        self._is_begun = False
        tell = None if part is None else self._news.set
        self.work = asyncio.ensure_future(desk.shelf.workers.run(partial(make, request), tell))

    async def wait(self, seconds: float) -> None:
        """Until it is there, or something of it for the first time, or the seconds are over."""
        if self._is_begun:
            await asyncio.wait({self.work}, timeout=seconds)
            return
        told = asyncio.ensure_future(self._news.wait())
        first = asyncio.FIRST_COMPLETED
        await asyncio.wait({self.work, told}, timeout=seconds, return_when=first)
        told.cancel()

    async def text(self, waiting: str) -> AsyncIterator[str]:
        """The page that says to wait, what is known meanwhile, and the answer."""
        before, mark, told = waiting.partition(MARK)
        first, _, last = told.partition("</main>")[0].partition(SO_FAR)
        yield before + mark + first
        while not self.work.done():
            if self._news.is_set():
                yield await self._known()
            await self.wait(EACH_SECONDS)
            yield _so_far(time.monotonic() - self._began, self._desk.shelf.workers.n_coming)
        yield last
        yield bytes((await self._answer()).body).decode().partition(MARK)[2]

    async def _known(self) -> str:
        """What is known of it by now; nothing when it has just become whole."""
        self._news.clear()
        self._is_begun = True
        assert self._part is not None
        try:
            return await self._desk.shelf.workers.so_far(partial(self._part, self._request))
        except (NotAtHand, LinkshedError):
            return ""
        except Exception:
            LOG.exception("what is known of a page failed: %s", self._request.url.path)
            return ""

    async def _answer(self) -> Response:
        try:
            return await self.work
        except Exception as error:
            if not isinstance(error, LinkshedError):
                LOG.exception("a page failed: %s", self._request.url.path)
            return problem(self._desk, self._request, meant(self._request, error))


def _so_far(seconds: float, n_coming: int) -> str:
    """How long it has taken; the last line of these is seen."""
    others = f"; {n_coming} answers are being computed" * (n_coming > 1)
    return f'<p class="so-far" aria-hidden="true">{seconds:.0f} s so far{others}</p>'
