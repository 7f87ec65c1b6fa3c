"""What the lines of a list tell of pages, added up: one row for each page of a block."""

from __future__ import annotations

from collections import Counter

from linkshed.errors import UrlError
from linkshed.ingest.reader import Batch
from linkshed.schema import KnownFrom, Reason
from linkshed.urls.parse import parse_url, resolve


class Tally:
    """Pages named by lines of one kind, their figures, and the lines refused by reason."""

    def __init__(self, batch: Batch, input_name: str, kind: KnownFrom, base_url: str = "") -> None:
        self.batch, self.input_name, self.kind, self.base_url = batch, input_name, kind, base_url
        self._clicks: Counter[str] = Counter()
        self._visits: Counter[str] = Counter()
        self._named: dict[str, None] = {}
        self._refused: dict[str, tuple[str, str]] = {}
        self._n_refused: Counter[str] = Counter()

    def name(
        self, written: str, place: str, *, clicks: int | None = None, visits: int | None = None
    ) -> None:
        """Note a line that names a page, or its refusal."""
        self.batch.n_records += 1
        try:
            url = resolve(self.base_url, written) if self.base_url else parse_url(written)
        except UrlError as error:
            self._refuse(error.reason, place, written)
            return
        self._named[url] = None
        if clicks is not None:
            self._clicks[url] += clicks
        if visits is not None:
            self._visits[url] += visits

    def refuse(self, reason: Reason, place: str, line: str) -> None:
        """Note a line that names no page."""
        self.batch.n_records += 1
        self._refuse(reason, place, line)

    def close(self) -> None:
        """Hand the rows to the batch."""
        for url in self._named:
            self.batch.add_known({
                "url": url,
                "known_from": int(self.kind),
                "n_clicks": self._clicks.get(url),
                "n_visits": self._visits.get(url),
            })  # fmt: skip
        for reason, (place, line) in self._refused.items():
            n = self._n_refused[reason]
            self.batch.refuse("record", reason, self.input_name, place, line, n)

    def _refuse(self, reason: str, place: str, line: str) -> None:
        self._refused.setdefault(reason, (place, line))
        self._n_refused[reason] += 1
