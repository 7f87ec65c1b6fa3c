"""HEAD: answered like GET, with the same status and headers, but without a body.

Whoever answers with many rows asks ``is_head`` and makes none; Content-Length is then left out.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_MARK = "linkshed.head"


class Heads:
    """Middleware that has a HEAD answered as a GET, and keeps the body back."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        await self.app({**scope, "method": "GET", _MARK: True}, receive, _without_body(send))


def is_head(request: Request) -> bool:
    """Whether only the headers of an answer are asked for."""
    return _MARK in request.scope


def _without_body(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return sent
