"""Who a browser is: a cookie that only this server could have written, and tokens for forms.

A session is ``<second it began>.<nonce>.<number of its key, or ->.<authentication code>``. It holds
no key, ends after DAYS days, and with the server, whose secret is made anew at each start.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.requests import cookie_parser

COOKIE = "linkshed"
DAYS = 7
FIELD = "token"
"""Name of the field of a form that holds its token."""


class Sessions:
    """The sessions of one server. ``keys`` are the digests of the keys it knows."""

    def __init__(self, keys: tuple[bytes, ...], now: Callable[[], float] = time.time) -> None:
        self.keys, self.now = keys, now
        self._secret = secrets.token_bytes(32)

    def begin(self, key: bytes | None = None) -> str:
        """A new session, of somebody who brought a key, or of anybody."""
        number = "-" if key is None else str(self.keys.index(key))
        told = f"{int(self.now())}.{secrets.token_urlsafe(16)}.{number}"
        return f"{told}.{self._code(told)}"

    def is_valid(self, session: str) -> bool:
        """Whether this server began a session, and it has not ended."""
        told, _, code = session.rpartition(".")
        if not hmac.compare_digest(code.encode(), self._code(told).encode()):
            return False
        return self.now() - int(told.partition(".")[0]) < DAYS * 86_400

    def key_of(self, session: str) -> bytes | None:
        """The digest of the key that a session was begun with."""
        if not self.is_valid(session):
            return None
        number = session.split(".")[-2]
        return None if number == "-" else self.keys[int(number)]

    def token(self, session: str) -> str:
        """What a form of a session must bring to change anything."""
        return self._code(f"token {session}")

    def is_token(self, session: str, token: str) -> bool:
        """Whether a form comes from a page of that session; the time it takes tells nothing."""
        expected = self.token(session).encode()
        return self.is_valid(session) and hmac.compare_digest(token.encode(), expected)

    def _code(self, text: str) -> str:
        return hmac.new(self._secret, text.encode("utf-8", "replace"), "sha256").hexdigest()


def session_in(headers: Headers) -> str:
    """The session that a request brings; empty without one."""
    return cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
