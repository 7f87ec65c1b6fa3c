"""Webs written as text of which a single marker of link risk fires, or none."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from linkshed.report.columns import incoming, is_followed
from linkshed.simulate.risk.assess import Assessment, assess
from linkshed.simulate.risk.subject import Measured, Profile
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import parse_scope
from snapshots import scored_web

WEEK = 604_800


def assessed(snapshot: Snapshot, scope: str = "shop.com") -> Assessment:
    """What is found of a scope."""
    of = parse_scope(scope)
    rows = incoming(snapshot, of)
    return assess(Profile(snapshot, of, rows, is_followed(snapshot, rows)))


def of_web(text: str, folder: Path, scope: str = "shop.com") -> Assessment:
    """What is found of a scope of a web written as text."""
    return assessed(scored_web(text, folder), scope)


def found(assessment: Assessment, name: str, about: str) -> Measured:
    """What one marker found."""
    every = (*assessment.scope, *assessment.domains, *assessment.links)
    return next(m for m in every if (m.marker.name, m.marker.about) == (name, about))


def referrers(n: int, words: str = "Shop", extra: str = "") -> list[str]:
    """Lines of ``n`` domains that link to the shop by its name."""
    return [f"r{k}.com/ -> shop.com/ '{words}' {extra}" for k in range(n)]


def elsewhere(n: int = 400) -> list[str]:
    """A web beside it, so that little is expected by chance."""
    return [f"x{k}.org/ -> x{(k + 1) % n}.org/ 'next to it'" for k in range(n)]


def web(*parts: Iterable[str]) -> str:
    """A web of several lists of lines."""
    return "\n".join(line for part in parts for line in part)
