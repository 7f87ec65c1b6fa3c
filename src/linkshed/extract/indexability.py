"""Whether a search engine may keep a page, from one response, with the first reason why not.

Robots rules: meta robots and googlebot, and X-Robots-Tag with or without a user agent; rules are
case-insensitive comma lists, several combine and the more restrictive wins (Google, "Robots meta
tag, data-nosnippet, and X-Robots-Tag specifications").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from linkshed.schema import Indexability

ROBOTS_NAMES = frozenset(("robots", "googlebot"))
_RULE_WITH_VALUE = ("unavailable_after", "max-snippet", "max-image-preview", "max-video-preview")
_NOT_FOUND = re.compile(
    r"\b(?:404|page (?:not|cannot be|could not be|was not) found|not found|no longer (?:exists|"
    r"available)|does not exist|seite nicht gefunden|nicht gefunden|page (?:introuvable|non trouv"
    r"[ée]e)|p[áa]gina no encontrada|no encontrad[oa]|pagina non trovata|pagina niet gevonden|"
    r"nie znaleziono|p[áa]gina n[ãa]o encontrada|страница не найдена|sidan hittades inte|"
    r"sayfa bulunamad[ıi])\b|页面不存在|找不到页面|"
    r"ページが見つかりません|페이지를 찾을 수 없습니다",
    re.IGNORECASE,
)
_FEW_WORDS = 150
_LONG_TITLE = 80


@dataclass(frozen=True)
class Robots:
    """What a page asks of robots, and where it asks not to be kept."""

    noindex_meta: bool = False
    noindex_header: bool = False
    nofollow: bool = False


def robots_of(metas: Iterable[tuple[str, str]], headers: Iterable[str]) -> Robots:
    """Combine (name, content) of meta elements and the values of X-Robots-Tag."""
    meta = set()
    for name, content in metas:
        if name.strip().lower() in ROBOTS_NAMES:
            meta |= _rules(content)
    header = set()
    for value in headers:
        agent, colon, rest = value.partition(":")
        agent = agent.strip().lower()
        if not colon or agent in _RULE_WITH_VALUE or "," in agent:
            header |= _rules(value)
        elif agent in ROBOTS_NAMES:
            header |= _rules(rest)
    both = meta | header
    return Robots(
        noindex_meta=bool(meta & {"noindex", "none"}),
        noindex_header=bool(header & {"noindex", "none"}),
        nofollow=bool(both & {"nofollow", "none"}),
    )


def _rules(text: str) -> set[str]:
    return {rule.strip().lower() for rule in text.split(",")}


def judge(
    status: int,
    robots: Robots,
    *,
    is_empty: bool = False,
    is_refreshed: bool = False,
    title: str = "",
    heading: str = "",
    n_words: int | None = None,
) -> Indexability:
    """The verdict on one response; the checks stand in the order in which they end the matter."""
    by_status = _by_status(status)
    if by_status is not None:
        return by_status
    if is_empty or status == 204:
        return Indexability.EMPTY
    if is_refreshed:
        return Indexability.REFRESHED
    if robots.noindex_header:
        return Indexability.NOINDEX_HEADER
    if robots.noindex_meta:
        return Indexability.NOINDEX_META
    if says_not_found(title, heading, n_words):
        return Indexability.NOT_FOUND_TEXT
    return Indexability.INDEXABLE


def _by_status(status: int) -> Indexability | None:
    if status == 429 or status >= 500:
        return Indexability.SERVER_ERROR
    if status >= 400:
        return Indexability.CLIENT_ERROR
    if 300 <= status < 400 and status != 304:
        return Indexability.REDIRECTED
    return None


def says_not_found(title: str, heading: str, n_words: int | None) -> bool:
    """Whether a page that answers 200 says it is not there: in its title or first heading, and with
    a second sign: both say so, or there are few words."""
    in_title = len(title) <= _LONG_TITLE and bool(_NOT_FOUND.search(title))
    in_heading = len(heading) <= _LONG_TITLE and bool(_NOT_FOUND.search(heading))
    is_short = n_words is not None and n_words < _FEW_WORDS
    return (in_title and in_heading) or ((in_title or in_heading) and is_short)
