"""A web server on this machine that misbehaves on purpose, each way under a path of its own.

It serves several host names (the crawler is told to reach them all here), counts requests by host
and path, and remembers the headers of the last one.
"""

from __future__ import annotations

import gzip
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, str], bytes]
Page = str | bytes | Answer | Callable[["Handler"], "Answer | None"]

HOST = "site.test"


class Server(ThreadingHTTPServer):
    """``pages`` maps ``/path`` (of site.test) or ``host/path`` to an answer, or to a function that
    writes one; a text is a page of HTML. ``more_headers`` go out with every answer."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, pages: dict[str, Page]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages = pages
        self.requests: Counter[str] = Counter()
        self.headers: dict[str, dict[str, str]] = {}
        self.times: list[tuple[float, str]] = []
        self.more_headers: dict[str, str] = {}
        self.lock = threading.Lock()

    def url(self, path: str = "/", host: str = HOST) -> str:
        """The address of a page."""
        return f"http://{host}:{self.server_address[1]}{path}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are expected."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, *words: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer, and as a proxy too, so that programs that ask DNS reach every host here."""
        host = (self.headers["Host"] or "").partition(":")[0]
        if self.path.startswith("http://"):
            self.path = f"/{self.path.split('/', 3)[3]}"
        name = self.path if host == HOST else host + self.path
        with self.server.lock:
            self.server.requests[name] += 1
            self.server.headers[name] = dict(self.headers.items())
            self.server.times.append((time.monotonic(), name))
        page = self.server.pages.get(name) or self.server.pages.get(name.partition("?")[0] + "*")
        if page is None:
            page = next((p for n, p in self.server.pages.items()
                         if n.endswith("/**") and name.startswith(n[:-2])), None)  # fmt: skip
        answer = page(self) if callable(page) else page
        if answer is None and page is not None:
            return
        self.send(answer if answer is not None else (404, {}, b"<h1>not found</h1>"))

    def send(self, answer: Answer | str | bytes) -> None:
        """Send a whole answer."""
        if isinstance(answer, str | bytes):
            answer = (200, {}, answer.encode() if isinstance(answer, str) else answer)
        status, headers, body = answer
        self.send_response(status)
        given = {name.lower() for name in headers}
        if "content-type" not in given:
            self.send_header("Content-Type", "text/html; charset=utf-8")
        for name, value in (headers | self.server.more_headers).items():
            self.send_header(name, value)
        if "content-length" not in given and "transfer-encoding" not in given:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def raw(self, data: bytes) -> None:
        """Send bytes as they are, and hang up."""
        self.wfile.write(data)
        self.wfile.flush()
        self.close_connection = True


@contextmanager
def serving(pages: dict[str, Page]) -> Iterator[Server]:
    """A running server."""
    server = Server(pages)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def links(*hrefs: str, words: str = "") -> str:
    """A page with links."""
    anchors = "".join(f'<p><a href="{href}">link {n}</a></p>' for n, href in enumerate(hrefs))
    return f"<!doctype html><title>page</title><body><p>{words}</p>{anchors}</body>"


def moved(location: str, status: int = 301) -> Answer:
    """A redirect."""
    return (status, {"Location": location}, b"")


def slow_bytes(handler: Handler) -> None:
    """A page that never ends: a byte at a time."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    try:
        for _ in range(200):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.1)
    except OSError:
        handler.close_connection = True


def gzip_bomb(handler: Handler) -> Answer:
    """A hundred megabytes in a hundred kilobytes."""
    body = gzip.compress(links("/from-bomb").encode() + bytes(100_000_000))
    return (200, {"Content-Encoding": "gzip"}, body)


def huge(handler: Handler) -> None:
    """A page of a hundred megabytes, its length not said beforehand."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Connection", "close")
    handler.end_headers()
    block = b"<p>words</p>" * 8_000
    try:
        for _ in range(100_000_000 // len(block)):
            handler.wfile.write(block)
    except OSError:
        pass
    handler.close_connection = True
