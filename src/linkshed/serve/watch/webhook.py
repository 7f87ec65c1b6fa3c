"""Tell a program by HTTP: JSON in parts of bounded size, each with an id that stays the same."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import socket
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from linkshed import api
from linkshed.errors import DeliveryError, ParameterError
from linkshed.serve.watch.batch import Batch
from linkshed.serve.watch.secrets import check_reference, is_reference, secret
from linkshed.serve.watch.trust import check_authorities, trusting

PART_EVENTS = 200
CONNECT_SECONDS = 10
SECONDS = 30
ANSWER_BYTES = 65_536


@dataclass(frozen=True)
class Webhook:
    """``address`` is an http or https URL, or a reference to one that is secret; ``secret`` a
    reference to the key that signs each part. Private addresses need ``allow_private``;
    ``ca_file`` holds further authorities that may vouch for the server.
    """

    address: str
    secret: str | None = None
    allow_private: bool = False
    ca_file: str | None = None

    def __post_init__(self) -> None:
        if not is_reference(self.address):
            _checked(self.address)
        check_reference(self.secret, "a secret of the webhook")
        check_authorities(self.ca_file)

    @property
    def told(self) -> str:
        """Where it sends, without secrets: a path may be one."""
        if is_reference(self.address):
            return f"webhook of {self.address}"
        return f"webhook at {urlsplit(self.address).hostname}"

    def parts(self, batch: Batch) -> list[str]:
        """What is delivered one by one: parts of so many events."""
        return [str(i) for i in range(max(1, -(-len(batch.events) // PART_EVENTS)))]

    def deliver(self, batch: Batch, pending: Iterable[str]) -> Iterator[str]:
        """Post the parts that were not taken yet. Raises DeliveryError, NotFoundError."""
        known = is_reference(self.address)
        url = _checked(secret(self.address, "address of the webhook") if known else self.address)
        key = secret(self.secret, "secret of the webhook") if self.secret else None
        for part in pending:
            self._post(url, key, _body(batch, int(part)), f"{batch.id}-{part}")
            yield part

    def _post(self, url: SplitResult, key: str | None, body: bytes, number: str) -> None:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"linkshed/{version('linkshed')}",
            "Idempotency-Key": number,
        }
        if key is not None:
            digest = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
            headers["Linkshed-Signature"] = f"sha256={digest}"
        try:
            with self._connection(url) as connection:
                connection.request("POST", _target(url), body, headers)
                answer = connection.getresponse()
                answer.read(ANSWER_BYTES)
        except (OSError, http.client.HTTPException, ValueError) as error:
            why = getattr(error, "strerror", None) or type(error).__name__
            is_late = isinstance(error, TimeoutError)
            raise self._failed("no answer in time" if is_late else f"{why}") from None
        if not 200 <= answer.status < 300:
            followed = "; redirects are not followed" * (300 <= answer.status < 400)
            raise self._failed(f"HTTP {answer.status}{followed}")

    @contextmanager
    def _connection(self, url: SplitResult) -> Iterator[http.client.HTTPConnection]:
        """A connection to an address that was judged, of a bounded time in all."""
        host, port = str(url.hostname), url.port or (443 if url.scheme == "https" else 80)
        held: list[socket.socket] = [self._connected(host, port)]
        ending = Timer(SECONDS, _end, [held])
        ending.daemon = True
        ending.start()
        try:
            connection = http.client.HTTPConnection(host, port)
            if url.scheme == "https":
                connection.default_port = 443
                held.append(_secured(held[0], host, self.ca_file))
                held[1].do_handshake()  # type: ignore[attr-defined]
            connection.sock = held[-1]
            yield connection
        finally:
            ending.cancel()
            held[-1].close()

    def _connected(self, host: str, port: int) -> socket.socket:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = dict.fromkeys(str(entry[4][0]) for entry in found)
        allowed = [a for a in addresses if self.allow_private or api.is_public(a)]
        if not allowed:
            raise self._failed("a private address", "allow it with --allow-private, if it is meant")
        return socket.create_connection((allowed[0], port), CONNECT_SECONDS)

    def _failed(self, what: str, repair: str = "it is sent again by the next run") -> DeliveryError:
        return DeliveryError(f"{self.told}: {what}", repair=repair)


def _checked(address: str) -> SplitResult:
    """The parts of an address. Raises ParameterError, without the address: it may be secret."""
    try:
        url = urlsplit(address)
        is_good = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
        is_good &= url.username is None and address.isascii() and address.isprintable()
    except ValueError:
        is_good = False
    if not is_good or " " in address:
        raise ParameterError(
            "the address of the webhook", allowed="an http or https URL without a user"
        )
    return url


def _target(url: SplitResult) -> str:
    return (url.path or "/") + (f"?{url.query}" if url.query else "")


def _secured(stream: socket.socket, host: str, ca_file: str | None) -> ssl.SSLSocket:
    context = trusting(ca_file)
    return context.wrap_socket(stream, server_hostname=host, do_handshake_on_connect=False)


def _end(held: list[socket.socket]) -> None:
    with suppress(OSError):
        held[-1].shutdown(socket.SHUT_RDWR)


def _body(batch: Batch, part: int) -> bytes:
    told = {
        "watch": batch.watch,
        "scope": batch.scope,
        "since": batch.since,
        "snapshot": batch.snapshot,
        "created_at": batch.created_at,
        "batch": batch.id,
        "part": part,
        "n_parts": max(1, -(-len(batch.events) // PART_EVENTS)),
        "is_trial": batch.is_trial,
        "chosen": batch.chosen,
        "totals": batch.totals,
        "causes": batch.causes,
        "untrusted": "texts in events were written by strangers",
        "events": batch.events[part * PART_EVENTS : (part + 1) * PART_EVENTS],
    }
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
