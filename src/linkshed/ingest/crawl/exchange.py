"""Between Scrapy's words and ours: what a request carries, and what a response says."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from scrapy.http import Response

from linkshed.errors import UrlError
from linkshed.ingest.crawl.discover import Answer
from linkshed.ingest.crawl.job import Received
from linkshed.ingest.crawl.settings import Secrets
from linkshed.urls.parse import resolve


class Proofs:
    """Headers and cookies that say who asks: for the origins of the starts, and no others.

    A start that is not secure stands for its secure twin too, to which it mostly redirects.
    """

    def __init__(self, starts: Iterable[str], secrets: Secrets) -> None:
        self.origins = {origin_of(url) for url in starts}
        self.origins |= {_secure(origin) for origin in self.origins}
        self.headers = dict(secrets.headers)
        if secrets.user:
            self.headers["Authorization"] = f"Basic {b64encode(secrets.user.encode()).decode()}"
        self.cookies = dict(secrets.cookies)
        self._with_cookies: set[str] = set()

    def of(self, url: str) -> tuple[dict[str, str], dict[Any, Any]]:
        """Headers and cookies for a request; cookies once, as the server may change them."""
        origin = origin_of(url)
        if origin not in self.origins:
            return {}, {}
        cookies = {} if origin in self._with_cookies else self.cookies
        self._with_cookies.add(origin)
        return dict(self.headers), dict(cookies)


def origin_of(url: str) -> str:
    """Scheme, host and port of a normalised URL."""
    return url[: url.find("/", 8)]


def _secure(origin: str) -> str:
    scheme, separator, host = origin.partition("://")
    has_port = ":" in host.rpartition("]")[2]
    return origin if has_port or scheme == "https" else f"https{separator}{host}"


def received(response: Response, url: str) -> Received:
    """A response to a request for a URL."""
    headers = [(text(name), text(value)) for name, values in response.headers.items()
               for value in values]  # fmt: skip
    return Received(
        Answer(url, response.status, headers, response.body),
        str(response.ip_address or ""),
        "disconnect" if "dataloss" in response.flags else "",
        "download_stopped" in response.flags,
    )


def resolved(base: str, written: Iterable[str]) -> list[str]:
    """The addresses among some texts, seen from a page."""
    found = []
    for word in written:
        with suppress(UrlError):
            found.append(resolve(base, word.strip()))
    return found


def text(data: bytes | None) -> str:
    """Bytes of a header as text; empty when there is none."""
    try:
        return (data or b"").decode("utf-8")
    except UnicodeDecodeError:
        return (data or b"").decode("latin-1")
