"""The spider: takes addresses from the frontier, and hands answers to the job.

Scrapy requests, waits, unpacks and keeps cookies; what to fetch next is asked of the frontier, so
that no more than a few requests of each host are ever in Scrapy's queues, and killing the process
loses nothing else.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Hashable, Iterator
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, StopDownload
from scrapy.http import Headers, Response
from twisted.python.failure import Failure

from linkshed.errors import MissingExtra
from linkshed.extract.markup import may_be_markup
from linkshed.extract.sitemap import MAX_BYTES as MAX_SITEMAP_BYTES
from linkshed.extract.sitemap import Sitemap, read_sitemap
from linkshed.ingest.crawl.before import Copy
from linkshed.ingest.crawl.discover import Answer
from linkshed.ingest.crawl.errands import Errands
from linkshed.ingest.crawl.exchange import Proofs, received, resolved, text
from linkshed.ingest.crawl.failures import word_for
from linkshed.ingest.crawl.job import Job
from linkshed.ingest.crawl.pace import pause_asked, slow_down
from linkshed.ingest.crawl.rendering import Renderer, Rendering, executable
from linkshed.ingest.crawl.robots import Forbidden, Rules
from linkshed.ingest.crawl.settings import Secrets
from linkshed.ingest.crawl.target import Target
from linkshed.ingest.crawl.traffic import Traffic
from linkshed.schema import Unseen
from linkshed.urls.key import host_of

TOTAL_CONCURRENCY = 64
MAX_SITEMAP_LEVELS = 5
READ_ANYWAY_BYTES = 32_768
"""An unwanted body that small is read all the same, to keep the connection."""
_TICK_SECONDS = 0.25


class CrawlSpider(Spider):
    """``job`` is the crawl; ``on_tick`` is called a few times a second.

    Afterwards ``is_over`` says that nothing is left, ``is_out_of_time`` that time ran out, and
    ``trouble`` what kept answers from being written, or is empty; ``failure`` what kept the crawl
    from beginning, or None.
    """

    name = "linkshed"
    errands: Errands

    def __init__(self, job: Job, secrets: Secrets, on_tick: Callable[[CrawlSpider], None]) -> None:
        super().__init__()
        self.job, self.on_tick = job, on_tick
        self.started = time.monotonic()
        self.is_over = self.is_out_of_time = False
        self.trouble = ""
        self.failure: MissingExtra | None = None
        self.traffic = Traffic(2 * job.settings.concurrency)
        self._sitemaps: deque[tuple[str, int]] = deque(job.waiting_sitemaps())
        self.proofs = Proofs(job.settings.starts, secrets)
        self.renderer = self._renderer()
        self._wake = asyncio.Event()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> CrawlSpider:
        """As Scrapy makes its spiders."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.headers_received, signals.headers_received)
        crawler.signals.connect(spider.lost, signals.spider_error)
        crawler.signals.connect(spider.closing, signals.spider_closed)
        spider.errands = Errands(crawler, spider.proofs)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Ask until nothing is left; between answers, wait for pauses to end."""
        try:
            if self.renderer is not None:
                await self.renderer.start()
        except MissingExtra as error:
            self.failure = error
            return
        while not self.is_over:
            for request in self.requests():
                yield request
            self.on_tick(self)
            self._wake.clear()
            try:
                await asyncio.wait_for(self._wake.wait(), _TICK_SECONDS)
            except TimeoutError:
                continue
        self.on_tick(self)

    async def closing(self) -> None:
        """End the browser, however the crawl ends."""
        if self.renderer is not None:
            await self.renderer.close()

    def _renderer(self) -> Renderer | None:
        settings = self.job.settings
        if settings.render == "never":
            return None
        return Renderer(executable(settings.browser), settings.user_agent,
                        settings.render_seconds, settings.max_bytes)  # fmt: skip

    def requests(self) -> Iterator[Request]:
        """As many of the next requests as may be under way together."""
        limit = self.job.settings.max_seconds
        spent = self.job.seconds_before + time.monotonic() - self.started
        self.is_out_of_time = limit is not None and spent >= limit
        while not self.is_out_of_time and len(self.traffic) < TOTAL_CONCURRENCY:
            request = self._next()
            if request is None:
                break
            yield request
        self.is_over = not self.traffic and (self.is_out_of_time or self._is_exhausted())

    def _is_exhausted(self) -> bool:
        frontier = self.job.frontier
        waits = frontier.n_waiting or self._sitemaps
        return not waits and frontier.seconds_to_next_look() is None

    def _next(self) -> Request | None:
        if self._sitemaps:
            return self._sitemap_request(*self._sitemaps.popleft())
        frontier = self.job.frontier
        if not self.traffic and not frontier.n_waiting:
            frontier.open_round()
        target = frontier.take(self.traffic.is_free)
        return self._request(target) if target is not None else None

    def _request(self, target: Target) -> Request:
        self.traffic.begin(target.id, target.host)
        copy = self.job.copy_of(target)
        conditions = dict(copy.conditions) if copy is not None else {}
        headers, cookies = self.proofs.of(target.url)
        return Request(
            target.url,
            headers=headers | conditions,
            cookies=cookies,
            callback=self.answered if self.renderer is None else self.answered_with_scripts,
            errback=self.failed,
            cb_kwargs={"target": target, "copy": copy},
            meta={"verbatim_url": True},
            dont_filter=True,
        )

    def headers_received(self, headers: Headers, body_length: object, request: Request) -> None:
        """Do not read bodies that nobody will look at. Raises StopDownload."""
        target: Target | None = request.cb_kwargs.get("target")
        n_bytes = body_length if isinstance(body_length, int) else READ_ANYWAY_BYTES + 1
        if target is None or n_bytes <= READ_ANYWAY_BYTES:
            return
        media = text(headers.get("Content-Type")).partition(";")[0].strip().lower()
        is_too_large = n_bytes > self.job.settings.max_bytes
        if target.is_external or is_too_large or not may_be_markup(media):
            raise StopDownload(fail=False)

    async def answered_with_scripts(
        self, response: Response, target: Target, copy: Copy | None
    ) -> AsyncIterator[Request]:
        """Run the scripts of a page that is to be rendered, then keep it."""
        got = received(response, target.url)
        rendering = None
        if self.renderer is not None and self.job.is_to_render(target, got):
            rendering = await self.renderer.render(got.answer, self.errands.fetch)
        for request in self.answered(response, target, copy, rendering):
            yield request

    def answered(
        self,
        response: Response,
        target: Target,
        copy: Copy | None,
        rendering: Rendering | None = None,
    ) -> Iterator[Request]:
        """Keep an answer; the next requests take its place."""
        got = received(response, target.url)
        self._heed(target, got.answer)
        is_wanted = not target.is_external and may_be_markup(got.answer.media_type)
        try:
            if got.is_head_only and is_wanted:
                self.job.failed(target, Unseen.TOO_LARGE, got)
            else:
                self.job.answered(target, got, copy, rendering)
        except (OSError, sqlite3.Error) as error:
            self.trouble = str(error)
            raise CloseSpider("cannot write") from error
        self._end(target.id)
        yield from self.requests()

    def failed(self, failure: Failure) -> Iterator[Request]:
        """Note why there is no answer."""
        target: Target = failure.request.cb_kwargs["target"]  # type: ignore[attr-defined]
        word = word_for(failure.value, target.host)
        if isinstance(failure.value, Forbidden) and word != Unseen.ROBOTS_UNREACHABLE:
            self.job.forbidden(target, word)
        else:
            self.job.failed(target, word)
        self._end(target.id)
        yield from self.requests()

    def lost(self, response: Response | Failure) -> None:
        """An error inside Scrapy or here: the request counts as failed, and the crawl goes on."""
        self.job.frontier.forget()
        told = getattr(getattr(response, "request", None), "cb_kwargs", {})
        target, url = told.get("target"), told.get("url")
        if target is not None and self._end(target.id):
            self.job.failed(target, Unseen.CONNECTION)
        elif url is not None and self._end(url):
            self.job.sitemap_read(url, None, Sitemap(problem=Unseen.CONNECTION))

    def _end(self, key: Hashable) -> bool:
        self._wake.set()
        return self.traffic.end(key)

    def _heed(self, target: Target, answer: Answer) -> None:
        """A host that is asked too much is left alone for a while."""
        if answer.status in (429, 503):
            default = self.job.settings.look_again_after
            pause = pause_asked(answer.header("retry-after"), time.time(), default)
            self.traffic.pause(target.host, pause)

    def robots_read(self, origin: str, rules: Rules) -> None:
        """Called by the middleware for each origin, before anything else of it is fetched."""
        if rules.delay:
            engine: Any = self.crawler.engine
            slow_down(engine.downloader, host_of(f"{origin}/").strip("[]"), rules.delay)
        if origin not in self.proofs.origins and not self.job.is_in_scope(f"{origin}/"):
            return
        self.job.robots_read(origin, rules.outcome, rules.status, rules.delay, rules.body)
        if self.job.settings.sitemaps:
            self._add_sitemaps(resolved(f"{origin}/robots.txt", rules.sitemaps), 0)
            guess = f"{origin}/sitemap.xml"
            if rules.reason_against(guess, self.job.settings.user_agent) is None:
                self._add_sitemaps([guess], 0, is_guess=True)

    def _add_sitemaps(self, urls: list[str], level: int, *, is_guess: bool = False) -> None:
        new = self.job.add_sitemaps(urls, level, is_guess=is_guess)
        self._sitemaps += [(url, level) for url in new]

    def _sitemap_request(self, url: str, level: int) -> Request:
        self.traffic.begin(url)
        headers, cookies = self.proofs.of(url)
        meta = {"verbatim_url": True, "dont_obey_robotstxt": True,
                "download_maxsize": MAX_SITEMAP_BYTES}  # fmt: skip
        return Request(
            url,
            headers=headers,
            cookies=cookies,
            callback=self.sitemap_answered,
            errback=self.sitemap_failed,
            cb_kwargs={"url": url, "level": level},
            meta=meta,
            dont_filter=True,
        )

    def sitemap_answered(self, response: Response, url: str, level: int) -> Iterator[Request]:
        """Note what a sitemap declares, and the sitemaps it names."""
        found = Sitemap(problem=f"http_{response.status}")
        if response.status == 200:
            found = read_sitemap(url, response.body)
        elif 300 <= response.status < 400:
            location = text(response.headers.get("Location"))
            found = Sitemap(children=resolved(url, [location]), problem="moved")
        if found.children and level >= MAX_SITEMAP_LEVELS:
            found.problem = "too_deep"
            found.children = []
        self._add_sitemaps(found.children, level + 1)
        self.job.sitemap_read(url, response.status, found)
        self._end(url)
        yield from self.requests()

    def sitemap_failed(self, failure: Failure) -> Iterator[Request]:
        """Note why a sitemap could not be read."""
        url = failure.request.cb_kwargs["url"]  # type: ignore[attr-defined]
        word = word_for(failure.value, url.split("/")[2].partition(":")[0])
        self.job.sitemap_read(url, None, Sitemap(problem=word))
        self._end(url)
        yield from self.requests()
