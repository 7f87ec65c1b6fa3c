"""Pages as they stand after their scripts ran, in a browser that cannot reach the network.

The browser gets the answer the crawl already has, and every further request of the page is handed
to the crawl, which fetches it like any other: robots.txt, the pace of hosts, and the refusal of
private addresses hold, also after redirects. The browser itself knows no way out: names resolve to
nothing, its proxy does not exist, sockets are closed. Pictures, media, fonts, frames, and requests
that would change something (POST and the like) are refused. Time, bytes and requests are bounded.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from linkshed.errors import MissingExtra
from linkshed.ingest.crawl.discover import Answer

MODES = ("never", "thin", "all")
THIN_LINKS = 5
"""A page with fewer addresses in its HTML is thin: it may be made by scripts."""
MAX_REQUESTS = 100
"""Requests of one page that are answered."""
QUIET_SECONDS = 5.0
"""How long to wait, once a page is loaded, for its requests to end."""
AT_ONCE = 2
PAGES_PER_BROWSER = 300
_GRACE_SECONDS = 3.0

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_OWN = "chromium-*/chrome-linux*/chrome"
_ANSWERED = ("script", "xhr", "fetch")
_METHODS = ("GET", "HEAD")
_NOT_PASSED = ("content-encoding", "content-length", "transfer-encoding", "set-cookie", "refresh",
               "link")  # fmt: skip
_ARGUMENTS = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy",
    "--disable-background-networking",
)
_NO_PROXY_THERE = "http://127.0.0.1:9"
_DOM = "document.documentElement.outerHTML.slice(0, {})"

Fetch = Callable[[str, dict[str, str], str, int], Awaitable[Answer]]
"""Fetches an address for a page: its headers, what it is for, and how many bytes it may have."""


@dataclass(frozen=True)
class Rendering:
    """A page after its scripts ran. ``problem`` is a word when it is not all there, or empty;
    ``html`` is None when nothing is; ``moved_to`` where scripts led away to, or empty."""

    html: bytes | None
    problem: str = ""
    moved_to: str = ""


def executable(given: str = "") -> str:
    """The browser to use. Raises MissingExtra."""
    if find_spec("playwright") is None:
        raise MissingExtra(
            "playwright is not installed, and running the scripts of pages needs it",
            repair="pip install 'linkshed[render]'",
        )
    own = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache/ms-playwright")
    names = [given] if given else [*_NAMES, *sorted(map(str, own.glob(_OWN)))]
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        raise MissingExtra(
            f"no browser {given!r}" if given else "no Chromium or Chrome is installed",
            allowed="Chromium or Chrome, to run the scripts of pages",
            repair="on Debian: apt install chromium; elsewhere: playwright install chromium; or"
            " name one with --browser",
        )
    return found


class Renderer:
    """A browser, started anew now and then. ``seconds`` and ``max_bytes`` bound each page."""

    def __init__(self, path: str, agent: str, seconds: float, max_bytes: int) -> None:
        self.path, self.agent = path, agent
        self.seconds, self.max_bytes = seconds, max_bytes
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._change = asyncio.Lock()
        self._driver: Any = None
        self._browser: Any = None
        self._n_pages = 0

    async def start(self) -> None:
        """Start the browser. Raises MissingExtra when it cannot be started."""
        from playwright.async_api import Error, async_playwright

        try:
            self._driver = self._driver or await async_playwright().start()
            self._browser = await self._driver.chromium.launch(
                executable_path=self.path, args=list(_ARGUMENTS), proxy={"server": _NO_PROXY_THERE},
                chromium_sandbox=os.geteuid() != 0, handle_sigint=False, handle_sigterm=False,
            )  # fmt: skip
        except Error as error:
            raise MissingExtra(
                f"the browser {self.path!r} does not start: {str(error)[:300]}",
                repair="start it by hand to see why, or name another with --browser",
            ) from None

    async def close(self) -> None:
        """End the browser."""
        await _closed(self._browser)
        with suppress(Exception):
            await asyncio.wait_for(self._driver.stop(), _GRACE_SECONDS)

    async def render(self, answer: Answer, fetch: Fetch) -> Rendering:
        """Run the scripts of a page. Never raises for anything a page does."""
        async with self._turns:
            browser = await self._ready()
            found = await self._tried(browser, answer, fetch)
            if found.html is None and browser is not self._browser:
                found = await self._tried(self._browser, answer, fetch)
            return found

    async def _tried(self, browser: Any, answer: Answer, fetch: Fetch) -> Rendering:
        """One try; a browser that another page brought down is no fault of this one."""
        from playwright.async_api import Error

        visit = _Visit(answer, fetch, self.max_bytes, self.seconds)
        try:
            async with asyncio.timeout(self.seconds + _GRACE_SECONDS):
                return await visit.rendering(browser, self.agent)
        except TimeoutError:
            problem = "timeout"
        except Error:
            problem = "crashed"
        if visit.is_stuck and browser is self._browser:
            await self._restart(browser)
        return Rendering(None, problem)

    async def _ready(self) -> Any:
        self._n_pages += 1
        if self._n_pages % PAGES_PER_BROWSER == 0:
            await self._restart(self._browser)
        return self._browser

    async def _restart(self, browser: Any) -> None:
        """Put another browser in the place of one, unless that was done already."""
        async with self._change:
            if browser is not self._browser:
                return
            await _closed(browser)
            with suppress(MissingExtra):
                await self.start()


class _Visit:
    """One page in the browser."""

    def __init__(self, answer: Answer, fetch: Fetch, max_bytes: int, seconds: float) -> None:
        self.answer, self.fetch, self.seconds = answer, fetch, seconds
        self.max_bytes = self.n_left = max_bytes
        self.n_requests = 0
        self.is_begun = self.is_stuck = False
        self._is_leaving = asyncio.Event()
        self._page: Any = None
        self.moved_to = self.problem = ""

    async def rendering(self, browser: Any, agent: str) -> Rendering:
        context = await browser.new_context(
            user_agent=agent, service_workers="block", accept_downloads=False
        )
        try:
            await context.route("**/*", self._answer)
            await context.route_web_socket("**/*", lambda socket: socket.close())
            self._page = page = await context.new_page()
            context.on("page", lambda other: asyncio.ensure_future(_closed(other)))
            await self._settled(page)
            html = await self._dom(context, page)
        finally:
            self.is_stuck = not await _closed(context)
        return Rendering(html, self.problem, self.moved_to)

    async def _settled(self, page: Any) -> None:
        """Load the page and wait until its requests end, as long as there is time and the page
        does not lead away."""
        from playwright.async_api import TimeoutError as Late

        waits = [asyncio.ensure_future(self._is_leaving.wait()),
                 asyncio.ensure_future(self._loaded(page))]  # fmt: skip
        try:
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            if not self.moved_to:
                await done.pop()
        except Late:
            self.problem = "timeout"
        finally:
            for wait in waits:
                wait.cancel()

    async def _loaded(self, page: Any) -> None:
        from playwright.async_api import TimeoutError as Late

        await page.goto(self.answer.url, wait_until="load", timeout=self.seconds * 1_000)
        with suppress(Late):
            await page.wait_for_load_state("networkidle", timeout=QUIET_SECONDS * 1_000)

    async def _dom(self, context: Any, page: Any) -> bytes:
        """The page as it stands, read where its scripts cannot reach."""
        session = await context.new_cdp_session(page)
        tree = await session.send("Page.getFrameTree")
        frame = {"frameId": tree["frameTree"]["frame"]["id"]}
        world = await session.send("Page.createIsolatedWorld", frame)
        told = await session.send("Runtime.evaluate", {
            "expression": _DOM.format(self.max_bytes + 1), "returnByValue": True,
            "contextId": world["executionContextId"], "timeout": self.seconds * 1_000,
        })  # fmt: skip
        text = str(told["result"].get("value") or "")
        if len(text) > self.max_bytes:
            self.problem = "too_large"
        return f"<!doctype html>{text[: self.max_bytes]}".encode("utf-8", "replace")

    async def _answer(self, route: Any) -> None:
        """Answer a request of the page, or refuse it."""
        request = route.request
        if request.is_navigation_request():
            await self._navigated(route, request)
        elif request.resource_type == "stylesheet":
            await route.fulfill(status=200, content_type="text/css", body="")
        elif request.resource_type in _ANSWERED and request.method in _METHODS:
            await self._fetched(route, request)
        else:
            await route.abort()

    async def _navigated(self, route: Any, request: Any) -> None:
        """The page itself is there already; where else it goes is noted, and not followed."""
        if not self.is_begun:
            self.is_begun = True
            await _fulfilled(route, self.answer)
            return
        url = request.url.partition("#")[0]
        if self._is_own(request) and request.method == "GET" and url != self.answer.url:
            self.moved_to = self.moved_to or url
            self._is_leaving.set()
        await route.fulfill(status=204)

    def _is_own(self, request: Any) -> bool:
        """Whether a request is to take the place of the page, not to fill a frame or a window."""
        from playwright.async_api import Error

        try:
            return bool(request.frame == self._page.main_frame)
        except Error:
            return False

    async def _fetched(self, route: Any, request: Any) -> None:
        self.n_requests += 1
        if self.n_requests > MAX_REQUESTS or self.n_left <= 0:
            self.problem = "too_many_requests" if self.n_left > 0 else "too_large"
            await route.abort()
            return
        kind = request.resource_type
        try:
            found = await self.fetch(request.url, request.headers, kind, self.n_left)
        except Exception:
            await route.abort()
            return
        self.n_left -= len(found.body)
        await _fulfilled(route, found)


async def _fulfilled(route: Any, answer: Answer) -> None:
    headers = {name: value for name, value in answer.headers if name.lower() not in _NOT_PASSED}
    await route.fulfill(status=answer.status, headers=headers, body=answer.body)


async def _closed(opened: Any) -> bool:
    """Close a page, a context or a browser; False when it cannot be."""
    try:
        await asyncio.wait_for(opened.close(), _GRACE_SECONDS)
    except Exception:
        return False
    return True
