"""Text -> normalised absolute URL: the identity of a page.

Parsing and resolving follow the WHATWG URL standard (https://url.spec.whatwg.org/#url-parsing), as
implemented by ada. On top of it, for identity (RFC 3986, section 6.2.2):

* the fragment is dropped, ``#!`` too; so are user name and password: they say who asks, not what
  is asked for, and a secret has no place in a store of links;
* one trailing dot of the host is dropped;
* in path and query, ``%xx`` is written in upper case, and decoded where it stands for a letter, a
  digit or one of ``- . _ ~`` (a triplet right after a stray ``%`` stays: no new one arises).

Everything else stays as written: trailing slashes, the order of the query, an empty query ``?``,
letter case of the path. Identity loses nothing; merging pages is a recorded decision made later.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ada_url import join_url, normalize_url

from linkshed.errors import UrlError
from linkshed.schema import Reason
from linkshed.urls.key import host_key

MAX_URL_LENGTH = 8192
"""Longest URL accepted, in characters of its normalised form without fragment."""

_CACHED_LENGTH = 300
_ABSOLUTE = ("http://", "https://")
_PATH_START = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./")
_SCHEME = re.compile(r"[\x00-\x20]*([a-zA-Z][a-zA-Z0-9+.\t\r\n-]*):")
_TO_REWRITE = re.compile(
    r"(?<!%)(?<!%[0-9A-Fa-f])%"
    r"(?:2[de]|3[0-9]|[46][1-9a-f]|[57][0-9a]|5f|7e|[a-f][0-9a-f]|[0-9][a-f])",
    re.IGNORECASE,
)
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def parse_url(text: str) -> str:
    """The normalised absolute http or https URL in a text, without fragment.

    Raises UrlError with reason ``bad_url``, ``bad_host``, ``bad_scheme``, ``javascript`` or
    ``url_too_long``.
    """
    if len(text) > MAX_URL_LENGTH:
        text = _shortened(text)
    try:
        url = normalize_url(text)
    except ValueError:
        raise _unparsable(text) from None
    return _identity(url)


def resolve(base: str, href: str) -> str:
    """The URL that ``href`` names on the page ``base`` (a normalised URL). Raises as parse_url."""
    if len(href) > _CACHED_LENGTH:
        return _join(base, _shortened(href) if len(href) > MAX_URL_LENGTH else href)
    if href.startswith(_ABSOLUTE):
        return _join_cached("", href)
    if ":" not in href and href[:1] in _PATH_START:
        return _join_cached(_directory(base), href)
    return _join(base, href)


def _join(base: str, href: str) -> str:
    try:
        url = join_url(base, href) if base else normalize_url(href)
    except ValueError:
        raise _unparsable(href) from None
    return _identity(url)


_join_cached = lru_cache(maxsize=32_768)(_join)


@lru_cache(maxsize=1024)
def _directory(base: str) -> str:
    path = base.partition("?")[0]
    return path[: path.rfind("/") + 1]


def _identity(url: str) -> str:
    if not url.startswith(_ABSOLUTE):
        raise _bad_scheme(url)
    if (fragment := url.find("#")) >= 0:
        url = url[:fragment]
    slash = url.find("/", 8)
    rest = url[slash:]
    if "%" in rest:
        rest = _TO_REWRITE.sub(_rewrite, rest)
    url = _origin(url[:slash]) + rest
    if len(url) > MAX_URL_LENGTH:
        raise _too_long(url)
    return url


@lru_cache(maxsize=65_536)
def _origin(origin: str) -> str:
    """Scheme, host and port of an origin as ada wrote it. Raises UrlError ``bad_host``."""
    scheme, _, authority = origin.partition("://")
    authority = authority.rpartition("@")[2]
    host, colon, port = authority, "", ""
    if not authority.endswith("]") and ":" in authority:
        host, colon, port = authority.rpartition(":")
    host = host.removesuffix(".")
    host_key(host)
    return f"{scheme}://{host}{colon}{port}"


def _rewrite(match: re.Match[str]) -> str:
    triplet = match[0]
    byte = int(triplet[1:], 16)
    return chr(byte) if byte in _UNRESERVED else triplet.upper()


def _shortened(text: str) -> str:
    """A text over the bound without its fragment, in case that alone makes it long."""
    text = text.partition("#")[0]
    if len(text) > MAX_URL_LENGTH:
        raise _bad_scheme(text) if _other_scheme(text) else _too_long(text)
    return text


def _other_scheme(text: str) -> str:
    """The scheme a text begins with, lower case; empty for http, https or none."""
    match = _SCHEME.match(text)
    scheme = re.sub(r"[\t\r\n]", "", match[1]).lower() if match else ""
    return "" if scheme in ("http", "https") else scheme


def _unparsable(text: str) -> UrlError:
    if _other_scheme(text):
        return _bad_scheme(text)
    return UrlError(
        f"{text[:200]!r} is not a URL",
        Reason.BAD_URL,
        allowed="an absolute http or https URL",
        repair="write it as https://host/path",
    )


def _bad_scheme(text: str) -> UrlError:
    scheme = _other_scheme(text)
    reason = Reason.SCRIPT if scheme == "javascript" else Reason.BAD_SCHEME
    return UrlError(f"scheme {scheme[:200]!r} of {text[:200]!r}", reason, allowed="http, https")


def _too_long(text: str) -> UrlError:
    return UrlError(
        f"{text[:80]!r}... has {len(text)} characters",
        Reason.URL_TOO_LONG,
        allowed=f"at most {MAX_URL_LENGTH}",
    )
