"""Where a connection may go: names are looked up, judged and connected to in one place.

The addresses that pass are the very ones Twisted then connects to, so a name that answers otherwise
a moment later, or a redirect into the inner network, gains nothing.
"""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver, IHostResolution
from twisted.internet.threads import deferToThreadPool
from zope.interface import implementer

from linkshed.errors import UrlError
from linkshed.schema import Unseen
from linkshed.urls.address import is_public
from linkshed.urls.parse import parse_url

MAX_CACHED = 10_000

_NOT_THERE = {
    getattr(socket, name) for name in ("EAI_NONAME", "EAI_NODATA") if hasattr(socket, name)
}


def plain_host(host: str) -> str:
    """A host as DNS knows it: ASCII, lower case, without the brackets of an IPv6 address."""
    host = host.strip("[]").lower()
    if host.isascii():
        return host
    try:
        return urlsplit(parse_url(f"http://{host}/")).hostname or host
    except UrlError:
        return host


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """A look-up in a thread cannot be called off."""
        raise NotImplementedError


@implementer(IHostnameResolver)
class CheckedResolver:
    """Looks names up, and gives only addresses that may be connected to.

    ``failures`` says, by host, why the last look-up gave none.
    """

    failures: dict[str, Unseen]

    def __init__(self, reactor: Any, allow_private: bool, given: dict[str, str]) -> None:
        self.reactor, self.allow_private, self.given = reactor, allow_private, given
        self._cache: dict[str, list[str]] = {}
        self.failures = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> CheckedResolver:
        """As Scrapy makes its resolver."""
        settings = crawler.settings
        return cls(reactor, settings.getbool("ALLOW_PRIVATE"), settings.getdict("RESOLVE"))

    def install_on_reactor(self) -> None:
        """From now on the reactor resolves through this."""
        self.reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Any = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        """Twisted's question (IHostnameResolver)."""
        resolution = _Resolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)
        host = plain_host(hostName)
        if host in self._cache:
            self._tell(resolutionReceiver, self._cache[host], portNumber)
            return resolution
        pool = self.reactor.getThreadPool()
        found = deferToThreadPool(self.reactor, pool, self._look_up, host)
        found.addCallback(lambda addresses: self._tell(resolutionReceiver, addresses, portNumber))
        return resolution

    def _look_up(self, host: str) -> list[str]:
        """The allowed addresses of a host; runs in a thread and never raises."""
        try:
            asked = self.given.get(host, host)
            found = socket.getaddrinfo(asked, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            is_absent = isinstance(error, socket.gaierror) and error.errno in _NOT_THERE
            self.failures[host] = Unseen.NO_SUCH_HOST if is_absent else Unseen.DNS_FAILED
            return []
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        allowed = [a for a in addresses if self.allow_private or is_public(a)]
        if not allowed:
            self.failures[host] = Unseen.PRIVATE_ADDRESS
            return []
        if len(self._cache) >= MAX_CACHED:
            self._cache.clear()
        self._cache[host] = allowed
        return allowed

    @staticmethod
    def _tell(receiver: Any, addresses: list[str], port: int) -> None:
        for address in addresses:
            kind = IPv6Address if ":" in address else IPv4Address
            receiver.addressResolved(kind("TCP", address, port))
        receiver.resolutionComplete()
