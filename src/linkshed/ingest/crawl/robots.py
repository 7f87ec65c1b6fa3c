"""robots.txt by RFC 9309, as a downloader middleware of Scrapy, with Protego reading the rules.

Scrapy's own middleware reads whatever answer comes, so an error page of a server in trouble allows
everything. The standard asks for more (section 2.3.1): up to five redirects are followed; 4xx
allows everything; 5xx, and no answer at all, forbids everything (429 too: it comes from servers
that are asked too much); at least the first 500 KiB count. One file rules one scheme, host and
port.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from linkshed.schema import Unseen

MAX_BYTES = 500 * 1024
MAX_REDIRECTS = 5

_PRIORITY = 1_000
_REDIRECTS = (301, 302, 303, 307, 308)


class Forbidden(IgnoreRequest):
    """A page that may not be fetched; ``reason`` is a word of ``schema.Unseen``."""

    def __init__(self, reason: Unseen) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Rules:
    """What an origin allows; ``delay`` in seconds.

    ``outcome``: ``rules``, ``none`` (all allowed) or ``unreachable`` (all forbidden); ``status`` is
    None when nothing answered, and ``error`` says why.
    """

    outcome: str
    status: int | None = None
    body: bytes = b""
    rules: Protego | None = None
    delay: float | None = None
    error: Exception | None = None

    def reason_against(self, url: str, agent: str) -> Unseen | None:
        """Why a page may not be fetched, or None."""
        if self.outcome == "unreachable":
            return Unseen.ROBOTS_UNREACHABLE
        if self.rules is not None and not self.rules.can_fetch(url, agent):
            return Unseen.ROBOTS
        return None

    @property
    def sitemaps(self) -> list[str]:
        """The sitemaps named."""
        return list(self.rules.sitemaps) if self.rules is not None else []


class RobotsMiddleware:
    """Holds back what robots.txt forbids. Each origin is asked once, or once in a while as long as
    it does not answer."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.agent: str = crawler.settings["USER_AGENT"]
        self.pause: float = crawler.settings.getfloat("ROBOTS_PAUSE")
        self._origins: dict[str, asyncio.Future[Rules]] = {}
        self._asked: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """As Scrapy makes its middlewares."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises Forbidden, or what kept robots.txt from being read."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        rules = await self._rules(request.url)
        if rules.error is not None:
            raise rules.error
        if reason := rules.reason_against(request.url, self.agent):
            raise Forbidden(reason)

    async def _rules(self, url: str) -> Rules:
        origin = url[: url.find("/", 8)]
        known = self._origins.get(origin)
        if known is None or (known.done() and self._is_old(origin, known.result())):
            known = self._origins[origin] = asyncio.get_running_loop().create_future()
            rules = await self._look(f"{origin}/robots.txt")
            self._asked[origin] = time.monotonic()
            spider: Any = self.crawler.spider
            spider.robots_read(origin, rules)
            known.set_result(rules)
        return await known

    def _is_old(self, origin: str, rules: Rules) -> bool:
        is_answer = rules.outcome != "unreachable"
        return not is_answer and time.monotonic() - self._asked[origin] >= self.pause

    async def _look(self, url: str) -> Rules:
        try:
            for _ in range(MAX_REDIRECTS + 1):
                response = await self._download(url)
                location = response.headers.get("Location")
                if response.status not in _REDIRECTS or not location:
                    return rules_of(response.status, response.body, self.agent)
                url = urljoin(url, location.decode("utf-8", "replace"))
        except Exception as error:
            return Rules("unreachable", error=error)
        return Rules("none", response.status)

    async def _download(self, url: str) -> Response:
        meta = {"dont_obey_robotstxt": True, "dont_merge_cookies": True}
        request = Request(url, meta=meta, priority=_PRIORITY, callback=NO_CALLBACK)
        engine = self.crawler.engine
        assert engine is not None
        return await engine.download_async(request)


def rules_of(status: int, body: bytes, agent: str) -> Rules:
    """What an answer to a request for robots.txt means."""
    if status >= 500 or status == 429:
        return Rules("unreachable", status)
    if not 200 <= status < 300:
        return Rules("none", status)
    body = body[:MAX_BYTES]
    rules = Protego.parse(body.decode("utf-8-sig", "replace"))
    delay = rules.crawl_delay(agent)
    return Rules("rules", status, body, rules, None if delay is None else float(delay))
