"""What a watch is restricted to: links, domains and pages that somebody chose in a report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from linkshed.errors import ParameterError
from linkshed.serve.table import plain

MOST = 1_000
"""Choices that a watch holds."""
LONGEST = 4_096
"""Characters of each of their parts."""
_NO_PAGE = {"field": "url", "is": "empty"}


@dataclass(frozen=True)
class Chosen:
    """One choice, in the words of a report: a link by both of its ends; the links of a domain; or
    a page, which is the links to it and how it moves. What is None restricts nothing.
    """

    source_url: str | None = None
    source_domain: str | None = None
    target_url: str | None = None

    def __post_init__(self) -> None:
        if not self.given or not all(map(_is_text, self.given.values())):
            raise ParameterError(
                f"chosen {str(dict(self.given))[:200]}",
                allowed=f"one or more of source_url, source_domain and target_url, each a text of"
                f" up to {LONGEST:,} characters",
            )

    @property
    def given(self) -> dict[str, str]:
        """The columns that it names, and their values."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @property
    def is_page(self) -> bool:
        """Whether it is a page, whoever links to it."""
        return self.target_url is not None and len(self.given) == 1

    @property
    def told(self) -> str:
        """What it is, on one line."""
        source = self.source_url or self.source_domain
        if source is None:
            return plain(str(self.target_url))
        return plain(f"{source} -> {self.target_url or 'any page'}")


def of_links(chosen: Iterable[Chosen]) -> dict[str, Any]:
    """The filter that keeps the links that were chosen."""
    return {"or": [_same(choice.given) for choice in chosen]}


def of_pages(chosen: Iterable[Chosen]) -> dict[str, Any]:
    """The filter that keeps the pages that were chosen; without any it keeps none."""
    found = [_same({"url": str(choice.target_url)}) for choice in chosen if choice.is_page]
    return {"or": found or [_NO_PAGE]}


def kinds_of(chosen: Iterable[Chosen], usual: tuple[str, ...]) -> tuple[str, ...]:
    """The kinds of events that choices can have, of those ``usual``; of a domain also links on
    pages that were not read before, as its first link is most often one.
    """
    rows = tuple(chosen)
    links = tuple(kind for kind in usual if kind in ("new", "lost", "changed"))
    found = usual if any(row.is_page for row in rows) else links
    return (*found, "found") if any(row.source_domain for row in rows) else found


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST


def _same(given: dict[str, str]) -> dict[str, Any]:
    tests = [{"field": name, "is": ["eq", value]} for name, value in given.items()]
    return tests[0] if len(tests) == 1 else {"and": tests}
