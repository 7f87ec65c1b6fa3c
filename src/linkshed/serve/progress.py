"""Progress on standard error: for people where it is a terminal, as lines of JSON where
LINKSHED_PROGRESS says so, else not at all.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from linkshed.config import PROGRESS_VARIABLE


@contextmanager
def ingest_progress(quiet: bool) -> Iterator[Callable[[Any], None] | None]:
    """A callback that shows rate and time left of reading."""
    if _is_for_programs():
        yield _line("reading")
        return
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(30), DownloadColumn(), TextColumn("{task.description}"),
               TimeRemainingColumn(elapsed_when_finished=True))  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def show(state: Any) -> None:
            rate = f"{state.pages_per_second:,.0f} pages/s, {state.n_links:,} links"
            bar.update(task, total=state.n_bytes_total, completed=state.n_bytes, description=rate)

        yield show


@contextmanager
def crawl_progress(
    quiet: bool,
) -> Iterator[tuple[Callable[[Any], None] | None, Callable[[Any], None] | None]]:
    """Two callbacks that share a line: for crawling, and for reading what was fetched."""
    if _is_for_programs():
        yield _line("crawling"), _line("reading")
        return
    if quiet or not sys.stderr.isatty():
        yield None, None
        return
    from rich.console import Console

    with Console(stderr=True).status("starting") as status:

        def show_reading(state: Any) -> None:
            status.update(f"reading: {state.n_pages:,} pages, {state.n_links:,} links")

        yield (lambda state: status.update(crawl_line(state))), show_reading


def crawl_line(state: Any) -> str:
    """One line on how far a crawl is."""
    parts = [f"{state.pages:,} pages", f"{state.pages_per_second:,.1f}/s",
             f"{state.waiting:,} waiting", f"{state.known:,} addresses known"]  # fmt: skip
    if state.seconds_left is not None and state.waiting:
        parts.append(f"{state.seconds_left:,.0f} s left for these")
    parts += [f"{n:,} {word}" for word, n in sorted(state.failures.items())]
    return ", ".join(parts)


@contextmanager
def stages(quiet: bool) -> Iterator[Callable[[str], None] | None]:
    """A callback that shows which stage of a build or scoring is running."""
    if _is_for_programs():
        yield lambda stage: _tell({"stage": stage})
        return
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    with Console(stderr=True).status("starting") as status:
        yield status.update


def _is_for_programs() -> bool:
    return os.environ.get(PROGRESS_VARIABLE) == "json"


def _line(stage: str) -> Callable[[Any], None]:
    return lambda state: _tell({"stage": stage, **asdict(state)})


def _tell(told: dict[str, Any]) -> None:
    print(json.dumps(told, default=str), file=sys.stderr, flush=True)
