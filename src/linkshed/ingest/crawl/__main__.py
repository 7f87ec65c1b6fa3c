"""The process that crawls: ``python -m linkshed.ingest.crawl FOLDER``, started by ``process``.

It reads one line of JSON with settings and secrets, writes lines of JSON with its progress, stops
at a signal when the requests under way are done, and at once when its standard input is closed.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess

from linkshed.errors import LinkshedError, StoreError
from linkshed.ingest.crawl import record
from linkshed.ingest.crawl.job import Job
from linkshed.ingest.crawl.settings import CrawlSettings, Secrets
from linkshed.ingest.crawl.spider import TOTAL_CONCURRENCY, CrawlSpider

REPORT_SECONDS = 0.5
COUNT_SECONDS = 3.0
_REPAIR = "repair: make room on the disk and run the same command again, it goes on"
_HERE = "linkshed.ingest.crawl"


def main() -> None:
    """Crawl until nothing is left, or a signal comes."""
    told = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    folder, settings = Path(sys.argv[1]), CrawlSettings.from_dict(told["settings"])
    secrets = Secrets(
        tuple(map(tuple, told["headers"])), tuple(map(tuple, told["cookies"])), told["user"]
    )
    try:
        job = Job(folder, settings)
    except LinkshedError as error:
        _say(error=str(error), kind=type(error).__name__)
        sys.exit(error.exit_code)
    reporter = _Reporter()
    _crawl(job, secrets, reporter)


def _crawl(job: Job, secrets: Secrets, reporter: _Reporter) -> None:
    started = time.monotonic()
    process = AsyncCrawlerProcess(scrapy_settings(job))
    crawler = process.create_crawler(CrawlSpider)
    process.crawl(crawler, job=job, secrets=secrets, on_tick=reporter.tick)
    process.start()
    spider: Any = crawler.spider
    is_over = spider is not None and spider.is_over
    ended = "stopped" if not is_over else "max_time" if spider.is_out_of_time else "finished"
    if spider is not None and spider.failure is not None:
        _say(error=str(spider.failure), kind=type(spider.failure).__name__)
        sys.exit(spider.failure.exit_code)
    if spider is not None and spider.trouble:
        _say(error=f"the crawl cannot be written: {spider.trouble}; {_REPAIR}", kind="StoreError")
        sys.exit(StoreError.exit_code)
    job.database.keep(seconds=job.seconds_before + time.monotonic() - started)
    found = record.completeness(job.database.db, job.settings, ended)
    job.close(time.monotonic() - started)
    if ended != "stopped":
        record.write(job.folder, found)
    reporter.tick(spider, is_last=True)
    _say(ended=ended, pages=found["pages"])


class _Reporter:
    """Tells how far the crawl is, at most every REPORT_SECONDS."""

    def __init__(self) -> None:
        self.told = float("-inf")
        self.last: dict[str, Any] = {}

    def tick(self, spider: Any, *, is_last: bool = False) -> None:
        now = time.monotonic()
        if is_last and self.last:
            _say(**self.last)
        if is_last or spider is None or (now - self.told < REPORT_SECONDS and not spider.is_over):
            return
        self.told = now
        job = spider.job
        db = job.database.db
        later = job.frontier.n_later(0.0 if spider.is_over else COUNT_SECONDS)
        self.last = {
            "pages": job.frontier.n_pages,
            "waiting": job.frontier.n_waiting + len(spider.traffic) + later,
            "known": db.execute("SELECT max(id) FROM urls").fetchone()[0] or 0,
            "bytes": job.n_bytes,
            "failures": dict(db.execute("SELECT word, n FROM failures")),
            "seconds": job.seconds_before + now - spider.started,
        }
        _say(**self.last)


def scrapy_settings(job: Job) -> dict[str, Any]:
    """The settings of a crawl in Scrapy's words."""
    settings = job.settings
    return {
        "LOG_FILE": str(job.folder / "scrapy.log"),
        "LOG_LEVEL": "ERROR",
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "STATS_DUMP": False,
        "WARN_ON_GENERATOR_RETURN_VALUE": False,  # it would read our source files meanwhile
        "USER_AGENT": settings.user_agent,
        "DEFAULT_REQUEST_HEADERS": {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"},
        "CONCURRENT_REQUESTS": TOTAL_CONCURRENCY,
        "CONCURRENT_ITEMS": 1,  # so many tasks are started for every answer
        "CONCURRENT_REQUESTS_PER_DOMAIN": settings.concurrency,
        "DOWNLOAD_DELAY": settings.delay or 0.0,
        "AUTOTHROTTLE_ENABLED": settings.delay is None,
        "AUTOTHROTTLE_START_DELAY": 0.5,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": float(settings.concurrency),
        "EXTENSIONS": {"scrapy.extensions.throttle.AutoThrottle": None, f"{_HERE}.pace.Pace": 0},
        "DOWNLOAD_TIMEOUT": settings.timeout,
        "DNS_TIMEOUT": settings.timeout,
        "DOWNLOAD_MAXSIZE": settings.max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_FAIL_ON_DATALOSS": False,
        "DOWNLOAD_VERIFY_CERTIFICATES": settings.verify_tls,
        "TWISTED_DNS_RESOLVER": f"{_HERE}.addresses.CheckedResolver",
        "ALLOW_PRIVATE": settings.allow_private,
        "RESOLVE": dict(settings.resolve),
        "ROBOTS_PAUSE": settings.look_again_after / 2,
        "RETRY_ENABLED": False,
        "REDIRECT_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "HTTPPROXY_ENABLED": False,
        "HTTPERROR_ALLOW_ALL": True,
        "REFERER_ENABLED": False,
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
            f"{_HERE}.robots.RobotsMiddleware": 100,
            "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
            f"{_HERE}.cookies.Cookies": 700,
        },
        "SPIDER_MIDDLEWARES": {
            "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
            "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
            "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
        },
    }


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(1)


def _say(**values: Any) -> None:
    try:
        print(json.dumps(values), flush=True)
    except BrokenPipeError:
        os._exit(1)


if __name__ == "__main__":
    main()
