"""What a crawl is told: where to begin, what belongs to it, how far and how fast to go."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from importlib.metadata import version
from typing import Any

from linkshed.errors import ParameterError, UrlError
from linkshed.ingest.crawl.rendering import MODES
from linkshed.urls.parse import parse_url
from linkshed.urls.scope import Scope, merged, parse_scope

SCOPES = ("domain", "subdomains", "host", "prefix")
_PACE = ("concurrency", "delay", "timeout", "max_seconds", "look_again_after", "browser")
"""Settings that change how fast a crawl goes, not what it finds."""


@dataclass(frozen=True)
class CrawlSettings:
    """A crawl's settings; times in seconds, None means no limit unless said otherwise."""

    starts: tuple[str, ...]
    """Normalised URLs the crawl begins with."""
    scope: str = "domain"
    """What belongs to the crawl: the domain, subdomains, host or prefix of each start."""
    max_pages: int | None = None
    max_depth: int = 100
    """Clicks from a start; redirects count nothing."""
    max_seconds: float | None = None
    max_bytes: int = 20_000_000
    """Largest body that is read."""
    max_per_pattern: int = 1_000
    """Addresses followed that differ in their query only."""
    user_agent: str = field(default_factory=lambda: f"linkshed/{version('linkshed')}")
    concurrency: int = 4
    """Requests under way at one host."""
    delay: float | None = None
    """Between two requests to a host; None adapts to how fast the host answers."""
    timeout: float = 30.0
    """For one whole answer."""
    looks: int = 3
    """Looks at an address that does not answer, before the crawl gives up."""
    look_again_after: float = 10.0
    """Pause before the second look; the third comes after three times as long."""
    sitemaps: bool = True
    obey_nofollow: bool = False
    check_external: bool = False
    conditional: bool = True
    """Ask only for what changed since the crawl before; pages with scripts to run are all asked."""
    render: str = "never"
    """Pages whose scripts are run: never, thin (hardly a link in their HTML) or all."""
    render_seconds: float = 20.0
    """For the scripts of one page."""
    browser: str = ""
    """The browser that runs them; empty for the Chromium that is found."""
    allow_private: bool = False
    verify_tls: bool = True
    resolve: tuple[tuple[str, str], ...] = ()
    """Hosts and the addresses to reach them at, instead of asking DNS."""

    @property
    def id(self) -> str:
        """Names what is crawled: equal for crawls that differ only in pace."""
        kept = {name: value for name, value in asdict(self).items() if name not in _PACE}
        return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:16]

    def as_dict(self) -> dict[str, Any]:
        """The settings as JSON can hold them."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> CrawlSettings:
        """The inverse of ``as_dict``."""
        pairs = tuple((host, address) for host, address in stored["resolve"])
        return cls(**{**stored, "starts": tuple(stored["starts"]), "resolve": pairs})

    def pages_in_scope(self) -> Scope:
        """The pages that belong to the crawl."""
        scopes = [parse_scope(_prefix(url, self.scope), self.scope) for url in self.starts]
        intervals = merged(interval for scope in scopes for interval in scope.intervals)
        return Scope(", ".join(self.starts), "set", intervals)


@dataclass(frozen=True)
class Secrets:
    """What proves who asks. Sent to the origins of the starts only, and stored nowhere."""

    headers: tuple[tuple[str, str], ...] = ()
    cookies: tuple[tuple[str, str], ...] = ()
    user: str = ""
    """``name:password`` for basic authentication."""


def settings_of(starts: Iterable[str], options: Mapping[str, Any]) -> CrawlSettings:
    """Settings from what a user wrote; options that are None keep their default.

    Raises UrlError and ParameterError.
    """
    given = {name: value for name, value in options.items() if value is not None}
    known = {item.name for item in fields(CrawlSettings)} - {"starts"}
    if unknown := sorted(given.keys() - known):
        raise ParameterError(f"option {unknown[0]!r}", allowed=", ".join(sorted(known)))
    given["resolve"] = tuple(_pair(text, "=") for text in given.get("resolve", ()))
    settings = CrawlSettings(tuple(dict.fromkeys(map(_start, starts))), **given)
    _check(settings)
    return settings


def secrets_of(headers: Iterable[str], cookies: Iterable[str], user: str | None) -> Secrets:
    """Secrets from ``Name: value``, ``name=value`` and ``name:password``. Raises ParameterError."""
    if user is not None and ":" not in user:
        raise ParameterError("a user without password", allowed="name:password")
    return Secrets(
        tuple(_pair(text, ":") for text in headers),
        tuple(_pair(text, "=") for text in cookies),
        user or "",
    )


def _start(text: str) -> str:
    written = text.strip()
    try:
        return parse_url(written if "://" in written else f"https://{written}")
    except UrlError as error:
        raise ParameterError(
            f"start {text[:200]!r}: {error.received}",
            allowed="an http or https URL",
            repair="write it as https://host/path",
        ) from None


def _pair(text: str, separator: str) -> tuple[str, str]:
    name, found, value = text.partition(separator)
    if not (found and name.strip()) or "\n" in text or "\r" in text:
        raise ParameterError(f"{name[:40]!r} is no pair", allowed=f"name{separator}value")
    return name.strip(), value.strip()


def _check(settings: CrawlSettings) -> None:
    if not settings.starts:
        raise ParameterError("nothing to begin with", repair="name a URL, or a file with --list")
    if settings.render not in MODES:
        raise ParameterError(f"render {settings.render!r}", allowed=", ".join(MODES))
    if settings.scope not in SCOPES:
        raise ParameterError(f"scope {settings.scope!r}", allowed=", ".join(SCOPES))
    least = {"max_pages": 1, "max_depth": 0, "max_bytes": 1, "max_per_pattern": 1,
             "concurrency": 1, "looks": 1, "delay": 0, "look_again_after": 0}  # fmt: skip
    for name, floor in least.items():
        value = getattr(settings, name)
        if value is not None and value < floor:
            raise ParameterError(f"{name.replace('_', '-')} {value}", allowed=f"{floor} or more")
    for name in ("timeout", "max_seconds", "render_seconds"):
        value = getattr(settings, name)
        if value is not None and value <= 0:
            raise ParameterError(f"{name.replace('_', '-')} {value}", allowed="more than 0")


def _prefix(url: str, scope: str) -> str:
    """A start as a scope text; as prefix it stands for its folder."""
    if scope != "prefix":
        return url
    return url.partition("?")[0].rpartition("/")[0] + "/"
