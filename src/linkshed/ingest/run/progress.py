"""How far a run has come: numbers only; showing them is the caller's business."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

INTERVAL_SECONDS = 0.2


@dataclass(frozen=True)
class Progress:
    """One look at a run. Bytes are those of the input files; rates leave out resumed work."""

    n_bytes: int
    n_bytes_total: int
    n_records: int
    n_pages: int
    n_links: int
    seconds: float
    pages_per_second: float
    bytes_per_second: float
    seconds_left: float | None
    """None until something was read."""
    input: str
    """The input being read; empty at the end."""
    is_done: bool = False


class Meter:
    """Adds up finished chunks and hands out a Progress at most every INTERVAL_SECONDS."""

    def __init__(self, n_bytes_total: int, report: Callable[[Progress], None]) -> None:
        self.n_bytes_total = n_bytes_total
        self.report = report
        self.started = time.monotonic()
        self.reported = float("-inf")
        self.n_bytes = self.n_bytes_resumed = 0
        self.n_records = self.n_pages = self.n_links = self.n_pages_resumed = 0

    def add(
        self, n_bytes: int, n_records: int, n_pages: int, n_links: int, *, is_resumed: bool = False
    ) -> None:
        """Count a chunk that is done; resumed: it was done by an earlier run."""
        self.n_bytes += n_bytes
        self.n_records += n_records
        self.n_pages += n_pages
        self.n_links += n_links
        if is_resumed:
            self.n_bytes_resumed += n_bytes
            self.n_pages_resumed += n_pages

    def show(self, input_name: str) -> None:
        """Report, unless the last report is too fresh."""
        now = time.monotonic()
        if now - self.reported >= INTERVAL_SECONDS:
            self.reported = now
            self.report(self.progress(input_name))

    def finish(self) -> None:
        """Report the end, always."""
        self.n_bytes = self.n_bytes_total
        self.report(self.progress("", is_done=True))

    def progress(self, input_name: str, is_done: bool = False) -> Progress:
        """The numbers now."""
        seconds = max(time.monotonic() - self.started, 1e-9)
        rate = (self.n_bytes - self.n_bytes_resumed) / seconds
        left = (self.n_bytes_total - self.n_bytes) / rate if rate else None
        return Progress(
            n_bytes=self.n_bytes,
            n_bytes_total=self.n_bytes_total,
            n_records=self.n_records,
            n_pages=self.n_pages,
            n_links=self.n_links,
            seconds=seconds,
            pages_per_second=(self.n_pages - self.n_pages_resumed) / seconds,
            bytes_per_second=rate,
            seconds_left=0.0 if is_done else left,
            input=input_name,
            is_done=is_done,
        )
