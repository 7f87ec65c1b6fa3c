"""What extraction is given, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Response:
    """What a server answered. ``url`` is normalised; ``fetched_at`` in seconds since 1970."""

    url: str
    status: int
    headers: list[tuple[str, str]]
    body: bytes
    fetched_at: int | None = None

    def header(self, name: str) -> str:
        """The first value of a header, or an empty text."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        """All values of a header."""
        return [value for key, value in self.headers if key.lower() == name]


@dataclass
class Extracted:
    """A page row by column name, link columns, refused links as (reason, first value, n), and
    columns of the places that lead nowhere; none when the body is no markup."""

    page: dict[str, Any]
    links: dict[str, list[Any]]
    refused: list[tuple[str, str, int]] = field(default_factory=list)
    dead_ends: dict[str, list[Any]] = field(default_factory=dict)
    is_scripted: list[bool | None] = field(default_factory=list)
    """Of each link, whether scripts made it; empty when none were run."""
