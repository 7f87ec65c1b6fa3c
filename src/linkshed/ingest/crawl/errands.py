"""What pages ask for while their scripts run, fetched as the crawl fetches its own pages."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any
from urllib.parse import urljoin

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK

from linkshed.ingest.crawl.discover import Answer
from linkshed.ingest.crawl.exchange import Proofs, received
from linkshed.urls.parse import parse_url

MAX_REDIRECTS = 5
CACHED_BYTES = 64_000_000
"""Scripts kept, as most pages of a site ask for the same."""

_PASSED = ("accept", "origin", "referer", "x-requested-with")
_REDIRECTS = (301, 302, 303, 307, 308)


class Errands:
    """Fetches for pages, through Scrapy's downloader and all its middlewares."""

    def __init__(self, crawler: Any, proofs: Proofs) -> None:
        self.crawler, self.proofs = crawler, proofs
        self._scripts: OrderedDict[str, Answer] = OrderedDict()
        self._n_bytes = 0

    async def fetch(self, url: str, headers: dict[str, str], kind: str, max_bytes: int) -> Answer:
        """The answer at the end of redirects. Raises what keeps it from being fetched."""
        if kind == "script" and url in self._scripts:
            self._scripts.move_to_end(url)
            return self._scripts[url]
        passed = {name: headers[name] for name in _PASSED if name in headers}
        at = parse_url(url)
        for _ in range(MAX_REDIRECTS + 1):
            answer = await self._asked(at, passed, max_bytes)
            location = answer.header("location")
            if answer.status not in _REDIRECTS or not location:
                self._keep(url, answer, kind)
                return answer
            at = parse_url(urljoin(at, location))
        raise IgnoreRequest("too many redirects")

    async def _asked(self, url: str, passed: dict[str, str], max_bytes: int) -> Answer:
        headers, cookies = self.proofs.of(url)
        meta = {"verbatim_url": True, "download_maxsize": max_bytes}
        request = Request(
            url, headers=passed | headers, cookies=cookies, meta=meta, callback=NO_CALLBACK
        )
        response = await self.crawler.engine.download_async(request)
        return received(response, url).answer

    def _keep(self, url: str, answer: Answer, kind: str) -> None:
        if kind != "script" or answer.status != 200 or len(answer.body) > CACHED_BYTES // 4:
            return
        self._scripts[url] = answer
        self._n_bytes += len(answer.body)
        while self._n_bytes > CACHED_BYTES:
            _, oldest = self._scripts.popitem(last=False)
            self._n_bytes -= len(oldest.body)
