"""URL <-> sort key: the form in which every scope is one interval.

``https://www.example.com:8443/a?b=1`` has the key ``com,example,www,):8443/a?b=1``: the labels of
the host reversed, **each followed by a comma**, then ``)``, the port unless it is the scheme's
default, path and query exactly as normalised. ``(key, scheme)`` identifies a page, and rows are
sorted by it.

Two rules make it safe. A label is made of ``a-z 0-9 _ -`` only, so a comma or parenthesis in a host
can never place it inside another site. An IP address is one label, not reversed: ``192.0.2.1,)``
and ``[2001:db8::1],)``; no name has a dot or a bracket in a label.
"""

from __future__ import annotations

import re
from functools import lru_cache

from linkshed.errors import UrlError
from linkshed.schema import Reason, Scheme

_NAME = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_ADDRESS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|\[[0-9a-f:]+\]")
_ENDS_IN_NUMBER = re.compile(r"(?:.*\.)?[0-9]+")
_ORIGIN = re.compile(r"(https?)://([^:/\[]+|\[[^/\]]*\])(:[0-9]+)?")

_PREFIXES = ("http://", "https://")


def url_key(url: str) -> tuple[str, int]:
    """The key of a normalised URL, and its scheme (``schema.Scheme``).

    Raises UrlError for a text that ``parse_url`` did not make.
    """
    slash = url.find("/", 8)
    if slash < 0:
        raise _not_normalised(url)
    prefix, scheme = _origin_key(url[:slash])
    return prefix + url[slash:], scheme


def key_url(key: str, scheme: int) -> str:
    """The URL of a key: the exact inverse of ``url_key``."""
    end = key.index(")")
    return _PREFIXES[scheme] + _host_of_labels(key[:end]) + key[end + 1 :]


def host_key(host: str) -> str:
    """The reversed labels of a host, each followed by a comma: ``com,example,www,``.

    Raises UrlError with reason ``bad_host`` for a host that is not made of plain labels.
    """
    if is_address(host):
        return host + ","
    if not _NAME.fullmatch(host) or _ENDS_IN_NUMBER.fullmatch(host):
        raise UrlError(
            f"host {host[:200]!r}",
            Reason.BAD_HOST,
            allowed="labels of the characters a-z 0-9 _ - with single dots between, or an address",
        )
    return ",".join(reversed(host.split("."))) + ","


def is_address(host: str) -> bool:
    """Whether a host is an IPv4 or a bracketed IPv6 address."""
    return _ADDRESS.fullmatch(host) is not None


def host_of_key(key: str) -> str:
    """The host of a key, or of the labels before its parenthesis."""
    return _host_of_labels(key.partition(")")[0])


def host_of(url: str) -> str:
    """The host of a normalised URL, without port."""
    match = _ORIGIN.match(url)
    if match is None:
        raise _not_normalised(url)
    return match[2]


@lru_cache(maxsize=65_536)
def _origin_key(origin: str) -> tuple[str, int]:
    match = _ORIGIN.fullmatch(origin)
    if match is None:
        raise _not_normalised(origin)
    scheme = Scheme.HTTPS if match[1] == "https" else Scheme.HTTP
    return f"{host_key(match[2])}){match[3] or ''}", int(scheme)


@lru_cache(maxsize=65_536)
def _host_of_labels(labels: str) -> str:
    return ".".join(reversed(labels.removesuffix(",").split(",")))


def _not_normalised(url: str) -> UrlError:
    return UrlError(
        f"{url[:200]!r} is not a normalised URL",
        Reason.BAD_URL,
        allowed="what parse_url returns",
        repair="pass it through parse_url first",
    )
