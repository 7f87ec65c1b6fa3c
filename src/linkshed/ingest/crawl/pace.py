"""How fast a host is asked: Scrapy's AutoThrottle, never faster than robots.txt allows."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import Any

from scrapy import Request, Spider
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response

MAX_PAUSE_SECONDS = 300.0


class Pace(AutoThrottle):
    """AutoThrottle that keeps the delay robots.txt asks for as the least of a host."""

    def _response_downloaded(self, response: Response, request: Request, spider: Spider) -> None:
        super()._response_downloaded(response, request, spider)
        key, slot = self._get_slot(request, spider)
        if slot is not None and key is not None:
            engine: Any = self.crawler.engine
            least = engine.downloader.per_slot_settings.get(key, {}).get("delay", 0.0)
            slot.delay = max(slot.delay, least)


def slow_down(downloader: Any, host: str, delay: float) -> None:
    """Ask a host one thing at a time, ``delay`` seconds apart."""
    downloader.per_slot_settings[host] = {"delay": delay, "concurrency": 1}
    slot = downloader.slots.get(host)
    if slot is not None:
        slot.delay, slot.concurrency = max(slot.delay, delay), 1


def pause_asked(retry_after: str, now: float, default: float) -> float:
    """Seconds a Retry-After header asks for (RFC 9110, section 10.2.3), within bounds."""
    text = retry_after.strip()
    if text.isdigit():
        return min(float(text), MAX_PAUSE_SECONDS)
    try:
        seconds = parsedate_to_datetime(text).timestamp() - now
    except (TypeError, ValueError):
        return min(default, MAX_PAUSE_SECONDS)
    return min(max(seconds, 0.0), MAX_PAUSE_SECONDS)
