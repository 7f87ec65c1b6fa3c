"""Scope: a set of pages a user names, as intervals of keys.

====================== ============ ===================================================
text                   mode         pages
====================== ============ ===================================================
example.com            domain       the registrable domain with all its hosts
www.example.com        subdomains   the host and every host below it
*.example.com          subdomains   the same; also for suffixes: ``*.github.io``, ``*.com``
example.com/blog/      prefix       every URL that begins so, http and https
example.com/blog*      prefix       the same; the star is not part of the URL
example.com/a?b=1      url          one page; both schemes when none is written
a.com, b.com/shop/     set          all pages of its members
*                      prefix       everything
====================== ============ ===================================================

An explicit mode wins over the one read from the text, and a star inside a path is then plain.
``host`` (one host, all its ports), ``subdomains`` and ``domain`` look at the host only: path and
port of the text do not matter. Under ``domain``, a public suffix names the one host that bears its
name, as it does in the table of domains; without a mode it stands for everything below it. A comma
inside a path separates two members only when a space, a scheme or ``*.`` follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from linkshed.errors import ScopeError, UrlError
from linkshed.urls.domain import is_public_suffix, registrable_domain
from linkshed.urls.key import host_key, host_of, url_key
from linkshed.urls.parse import parse_url

MODES = ("url", "prefix", "host", "subdomains", "domain", "set")

_FORMS = "example.com, *.example.com, https://example.com/page, example.com/blog/*"
_MEMBER_START = re.compile(r"\s|https?://|\*\.", re.IGNORECASE)
_HOST_END = re.compile(r"[/?#\\\\]")
_BARE_HOST = re.compile(r"(?:\[[^\]]*\]|[^:@]+)(?::[0-9]+)?")
_LOWEST = "!"  # the least character of a normalised URL
_EVERYTHING = "\x7f"  # above every character of a normalised URL


@dataclass(frozen=True)
class Interval:
    """Keys from ``lo`` up to, not including, ``hi``; ``scheme`` None means both schemes."""

    lo: str
    hi: str
    scheme: int | None = None

    def holds(self, key: str, scheme: int) -> bool:
        """Whether the page ``(key, scheme)`` lies inside."""
        return self.lo <= key < self.hi and self.scheme in (None, scheme)


@dataclass(frozen=True)
class Scope:
    """A set of pages: what the user wrote, how it was understood, and its sorted, disjoint keys;
    ``members`` are the scopes that a set is made of.
    """

    text: str
    mode: str
    intervals: tuple[Interval, ...]
    members: tuple[Scope, ...] = field(default=(), compare=False, repr=False)

    def holds(self, key: str, scheme: int) -> bool:
        """Whether the page ``(key, scheme)`` belongs to the scope."""
        return any(interval.holds(key, scheme) for interval in self.intervals)


def parse_scope(text: str, mode: str | None = None) -> Scope:
    """The scope a text names (forms: see the module). Raises ScopeError."""
    if mode is not None and mode not in MODES:
        raise ScopeError(f"mode {mode!r}", allowed=", ".join(MODES))
    members = list(scope_members(text))
    if not members:
        raise ScopeError("an empty scope", allowed=_FORMS)
    each = None if mode == "set" else mode
    scopes = [_one(member, each) for member in members]
    if len(scopes) == 1 and mode != "set":
        return scopes[0]
    whole = merged(i for scope in scopes for i in scope.intervals)
    return Scope(text.strip(), "set", whole, tuple(scopes))


def merged(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same pages as sorted, disjoint intervals."""
    result: list[Interval] = []
    for interval in sorted(intervals, key=lambda i: (i.lo, i.hi, i.scheme or 0)):
        if result and interval.lo < result[-1].hi:
            interval = _union(result.pop(), interval)
        result.append(interval)
    return tuple(result)


def _union(first: Interval, second: Interval) -> Interval:
    """Of two overlapping intervals. One of a single URL overlaps only what begins with its key."""
    hi = max(first.hi, second.hi)
    if first.scheme == second.scheme:
        return Interval(first.lo, hi, first.scheme)
    return Interval(first.lo, hi)


def scope_members(text: str) -> Iterator[str]:
    """The texts of the scopes in a set, which commas or line ends separate."""
    member = ""
    for piece in re.sub(r"[,\s]*\n", ", ", text).split(","):
        if "/" in member.split("://", 1)[-1] and not _MEMBER_START.match(piece):
            member += "," + piece
            continue
        if member.strip():
            yield member.strip()
        member = piece
    if member.strip():
        yield member.strip()


def _one(text: str, mode: str | None) -> Scope:
    if text == "*":
        return Scope(text, "prefix", (Interval("", _EVERYTHING),))
    scheme, host_onwards = _split_scheme(text)
    is_branch = host_onwards.startswith("*.")
    host_onwards = host_onwards.removeprefix("*.")
    is_starred = mode != "url" and host_onwards.endswith("*")
    if is_starred:
        host_onwards = host_onwards[:-1]
    url = _url(text, scheme, host_onwards, mode)
    if is_branch:
        mode = _branch_mode(text, url, mode)
    if mode is None:
        mode = "prefix" if is_starred else _default_mode(url)
    return Scope(text, mode, (_interval(url, mode, has_scheme=bool(scheme)),))


def _split_scheme(text: str) -> tuple[str, str]:
    scheme, separator, rest = text.partition("://")
    return (scheme, rest) if separator and "/" not in scheme else ("", text.removeprefix("//"))


def _url(text: str, scheme: str, host_onwards: str, mode: str | None) -> str:
    """The URL of a scope text. Without a scheme, a port 443 or 80 means the scheme's own."""
    host = _HOST_END.split(host_onwards, maxsplit=1)[0]
    if not scheme and not _BARE_HOST.fullmatch(host):
        raise _refused(text, f"{host[:200]!r} is no host", "write the host alone, or a whole URL")
    if "*" in host_onwards and mode is None:
        repair = "put the star before the host or at the end of the path, or name a mode"
        raise _refused(text, "a star in the middle", repair)
    if host_onwards == host and text.endswith("*"):
        raise _refused(text, "a star inside the host", f"{host}/* for its pages")
    implied = "https" if host.endswith(":443") else "http"
    try:
        return parse_url(f"{scheme or implied}://{host_onwards}")
    except UrlError as error:
        raise _refused(text, error.received, error.repair) from None


def _branch_mode(text: str, url: str, mode: str | None) -> str:
    """The mode of ``*.example.com``: a branch of the tree of names has no path."""
    if mode in ("url", "prefix") or (mode is None and _tail(url) != "/"):
        raise _refused(text, "a path below *.", "name one host, or leave the path out")
    return mode or "subdomains"


def _default_mode(url: str) -> str:
    tail = _tail(url)
    if tail != "/":
        return "prefix" if tail.endswith("/") and "?" not in tail else "url"
    host = host_of(url)
    is_domain = host == registrable_domain(host) and not is_public_suffix(host)
    return "domain" if is_domain else "subdomains"


def _tail(url: str) -> str:
    """Port, path and query, as in the key."""
    return url_key(url)[0].partition(")")[2]


def _interval(url: str, mode: str, *, has_scheme: bool) -> Interval:
    key, scheme = url_key(url)
    host = host_of(url)
    if mode == "url":
        return Interval(key, key + _LOWEST, scheme if has_scheme else None)
    if mode == "prefix":
        return _beginning(key)
    if mode == "domain":
        host = registrable_domain(host)
    if mode == "host" or (mode == "domain" and is_public_suffix(host)):
        return _beginning(host_key(host) + ")")
    return _beginning(host_key(host))


def _beginning(prefix: str) -> Interval:
    """All keys that begin with a text."""
    return Interval(prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1))


def _refused(text: str, why: str, repair: str) -> ScopeError:
    return ScopeError(f"scope {text[:200]!r}: {why}", allowed=_FORMS, repair=repair)
