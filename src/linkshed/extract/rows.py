"""What was extracted, as rows of a reader's batch."""

from __future__ import annotations

from typing import Any, Protocol

from linkshed.extract.response import Extracted


class Rows(Protocol):
    """The part of a reader's batch that ``add_to`` fills."""

    pages: dict[str, list[Any]]
    links: dict[str, list[Any]]
    dead_ends: dict[str, list[Any]]
    n_links: int

    def add_page(self, row: dict[str, Any]) -> None: ...

    def refuse(
        self, level: str, reason: str, input_name: str, locator: str, value: str, n: int = 1
    ) -> None: ...


def add_to(batch: Rows, extracted: Extracted, fetched_at: int | None, input_name: str) -> None:
    """Append what was extracted to a reader's batch."""
    page = extracted.page
    batch.add_page(page)
    n = len(extracted.links["kind"])
    columns = batch.links
    for name, cells in extracted.links.items():
        columns[name] += cells
    columns["source_url"] += [page["url"]] * n
    columns["is_scripted"] += extracted.is_scripted or [None] * n
    for name in ("first_seen", "last_seen", "last_verified"):
        columns[name] += [fetched_at] * n
    batch.n_links += n
    _add_dead_ends(batch, extracted, fetched_at)
    for reason, value, count in extracted.refused:
        batch.n_links += count
        batch.refuse("link", reason, input_name, page["url"], value, count)


def _add_dead_ends(batch: Rows, extracted: Extracted, fetched_at: int | None) -> None:
    n = len(extracted.dead_ends.get("reason", ()))
    if n:
        for name, cells in extracted.dead_ends.items():
            batch.dead_ends[name] += cells
        batch.dead_ends["source_url"] += [extracted.page["url"]] * n
        batch.dead_ends["seen_at"] += [fetched_at] * n
