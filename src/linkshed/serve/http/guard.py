"""Who may ask, how often, and how much: decided before anything is answered."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from linkshed.errors import (
    AccessError,
    Forbidden,
    LinkshedError,
    ParameterError,
    TooLarge,
    TooManyRequests,
)
from linkshed.serve.http.errors import Tell
from linkshed.serve.http.headers import SAFE
from linkshed.serve.http.sessions import Sessions, session_in
from linkshed.serve.http.settings import Settings, is_loopback

OPEN_PATHS = ("/v1/health", "/login")
OPEN_FOLDER = "/static/"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
QUERY_BYTES = 32_768
BODY_BYTES = 1_048_576
BODY_SECONDS = 30
CLIENTS = 10_000


class Rates:
    """How many requests each client has left: ``per_minute`` at once, and as many each minute."""

    def __init__(self, per_minute: int, now: Callable[[], float] = time.monotonic) -> None:
        self.per_minute, self.now = per_minute, now
        self._left: OrderedDict[object, tuple[float, float]] = OrderedDict()

    def take(self, client: object) -> None:
        """Count a request of a client. Raises TooManyRequests."""
        if not self.per_minute:
            return
        now = self.now()
        left, since = self._left.pop(client, (float(self.per_minute), now))
        left = min(left + (now - since) * self.per_minute / 60, self.per_minute)
        self._left[client] = (left - 1 if left >= 1 else left), now
        while len(self._left) > CLIENTS:
            self._left.popitem(last=False)
        if left < 1:
            wait = int((1 - left) * 60 / self.per_minute) + 1
            raise TooManyRequests(
                "too many requests", wait, allowed=f"{self.per_minute} a minute",
                repair=f"wait {wait} s, or start the server with another --rate",
            )  # fmt: skip


class Guard:
    """Middleware that refuses what the settings do not allow; ``tell`` says so."""

    def __init__(self, app: ASGIApp, settings: Settings, sessions: Sessions, tell: Tell) -> None:
        self.app, self.settings, self.sessions, self.tell = app, settings, sessions, tell
        self.rates = Rates(settings.per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        send = _marked(send)
        try:
            self._check(scope, Headers(scope=scope))
            receive = await _whole_body(receive)
        except LinkshedError as error:
            await self.tell(Request(scope), error, None)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _check(self, scope: Scope, headers: Headers) -> None:
        self._check_host(headers.get("host", ""))
        if scope["method"] not in SAFE_METHODS:
            _check_origin(headers)
        if len(scope["query_string"]) > QUERY_BYTES:
            raise TooLarge(
                f"a query of {len(scope['query_string']):,} bytes",
                allowed=f"{QUERY_BYTES:,} bytes",
                repair="send the parameters of a report as JSON, with POST",
            )
        key = self._key(headers)
        self.rates.take(key or (scope.get("client") or ("",))[0])
        is_open = scope["path"] in OPEN_PATHS or scope["path"].startswith(OPEN_FOLDER)
        if self.settings.keys and key is None and not is_open:
            raise AccessError(
                "no key that the server knows", allowed="the header Authorization: Bearer KEY"
            )

    def _key(self, headers: Headers) -> bytes | None:
        """The digest of the key that a program or a browser brings."""
        scheme, _, text = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self.settings.key_of(text.strip())
        return self.sessions.key_of(session_in(headers))

    def _check_host(self, text: str) -> None:
        """Without keys, refuse names of others: a page in a browser may point its own name here."""
        host = text.rpartition(":")[0] if text.rpartition(":")[2].isdigit() else text
        if self.settings.keys or self.settings.is_public_allowed:
            return
        if not (is_loopback(host) or host == self.settings.host):
            raise Forbidden(
                f"host {host[:200]!r}", allowed="localhost, 127.0.0.1", repair="serve with keys"
            )


def _check_origin(headers: Headers) -> None:
    """Refuse a change that a page of another site asks for: browsers say whose page it was."""
    origin = headers.get("origin")
    if origin is not None and origin.partition("://")[2] != headers.get("host", ""):
        raise Forbidden(f"a request from a page of {origin[:200]!r}", allowed="our own pages")


def _marked(send: Send) -> Send:
    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(SAFE)
        await send(message)

    return marked


async def _whole_body(receive: Receive) -> Receive:
    """The same request with its body read. Raises TooLarge, ParameterError."""
    body, is_more = b"", True
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while is_more:
                message = await receive()
                body += message.get("body", b"")
                is_more = message["type"] == "http.request" and message.get("more_body", False)
                if len(body) > BODY_BYTES:
                    raise TooLarge(f"a body of over {BODY_BYTES:,} bytes",
                                   allowed=f"{BODY_BYTES:,} bytes")  # fmt: skip
    except TimeoutError:
        raise ParameterError(
            "a body that does not end", allowed=f"a whole body within {BODY_SECONDS} s"
        ) from None
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again
