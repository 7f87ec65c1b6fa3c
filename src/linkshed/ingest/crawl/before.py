"""The crawl before this one: what it got, so that only what changed is fetched again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from linkshed.ingest.crawl import liveness
from linkshed.ingest.crawl.archive import exists, read_answer
from linkshed.ingest.crawl.database import NAME, State, reading
from linkshed.ingest.crawl.discover import Answer
from linkshed.ingest.crawl.liveness import Look

_QUERY = "SELECT state, status, looks, etag, modified, crawl, segment, offset FROM urls WHERE url=?"


@dataclass(frozen=True)
class Copy:
    """Where a whole answer lies, and what names its version."""

    etag: str | None
    modified: str | None
    crawl: str
    segment: int
    offset: int

    @property
    def conditions(self) -> dict[str, str]:
        """Headers that ask for another version only (RFC 9110, section 13.1)."""
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True)
class Known:
    """What an earlier crawl knew of an address."""

    looks: list[Look]
    copy: Copy | None


class Before:
    """Crawls of the same recipe lie beside each other; this is the latest finished before ours."""

    def __init__(self, folder: Path) -> None:
        self.crawls = folder.parent
        earlier = [path for path in sorted(self.crawls.iterdir()) if path.name < folder.name]
        ended = [path for path in earlier if (path / "completeness.json").exists()]
        self.db = reading(ended[-1]) if ended and (ended[-1] / NAME).exists() else None

    def known(self, url: str) -> Known | None:
        """What is known of an address, or None."""
        row = self.db.execute(_QUERY, (url,)).fetchone() if self.db is not None else None
        if row is None:
            return None
        state, status, looks, etag, modified, crawl, segment, offset = row
        is_whole = state == State.DONE and status == 200 and segment is not None
        has_version = is_whole and (etag or modified)
        copy = Copy(etag, modified, crawl, segment, offset) if has_version else None
        return Known(liveness.from_json(json.loads(looks or "[]")), copy)

    def has(self, copy: Copy) -> bool:
        """Whether the archive of a copy is still there."""
        return exists(self.crawls / copy.crawl, copy.segment)

    def answer(self, copy: Copy, url: str) -> Answer | None:
        """The answer stored then; None when its archive is gone."""
        return read_answer(self.crawls / copy.crawl, copy.segment, copy.offset, url)
