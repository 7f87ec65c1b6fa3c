"""One run of a crawl: its folder opened, and what becomes of every answer. Knows no network."""

from __future__ import annotations

import fcntl
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from linkshed.errors import StoreError
from linkshed.extract.markup import is_markup, may_be_markup
from linkshed.extract.sitemap import Sitemap
from linkshed.ingest.crawl import liveness
from linkshed.ingest.crawl.archive import Archive, kept
from linkshed.ingest.crawl.before import Before, Copy
from linkshed.ingest.crawl.database import NAME, Database, FoundBy, State
from linkshed.ingest.crawl.discover import Address, Answer, addresses
from linkshed.ingest.crawl.frontier import Frontier
from linkshed.ingest.crawl.liveness import Look
from linkshed.ingest.crawl.rendering import THIN_LINKS, Rendering
from linkshed.ingest.crawl.settings import CrawlSettings
from linkshed.ingest.crawl.target import Target
from linkshed.schema import Unseen
from linkshed.urls.key import url_key

LOCK_SECONDS = 5.0
"""How long to wait for another process that works on the crawl, such as one just dying."""
_STORE = (
    "UPDATE urls SET status = ?, fetched_at = ?, n_bytes = ?, head = ?, crawl = ?, segment = ?,"
    " offset = ?, etag = ?, modified = ? WHERE id = ?"
)
_ADD_SITEMAP = "INSERT OR IGNORE INTO sitemaps(url, level, is_guess, state) VALUES(?, ?, ?, ?)"


@dataclass(frozen=True)
class Received:
    """An answer as it came: from which IP address, and whether its body was cut or not read.

    ``cut`` is a word for WARC-Truncated, or empty.
    """

    answer: Answer
    address: str = ""
    cut: str = ""
    is_head_only: bool = False


class Job:
    """An open crawl. Raises StoreError when another process works on it."""

    def __init__(
        self, folder: Path, settings: CrawlSettings, patience_seconds: float = LOCK_SECONDS
    ) -> None:
        self.folder, self.settings = folder, settings
        self._lock = _locked(folder / "lock", patience_seconds)
        self.database = Database(folder / NAME, is_new=True)
        if self.database.fact("started_at") is None:
            now = time.time()
            self.database.keep(started_at=int(now), year=time.gmtime(now).tm_year)
        fact = self.database.fact
        self.archive = Archive(folder, fact("segment", 0), fact("size", 0))
        if self.archive.is_short:
            self._forget_lost()
        self.frontier = Frontier(self.database, settings)
        with self.database.transaction():
            self.frontier.begin()
        self.before = Before(folder)
        self.seconds_before = float(fact("seconds", 0.0))
        self.n_bytes = int(fact("n_bytes", 0))

    def copy_of(self, target: Target) -> Copy | None:
        """What an earlier crawl got of an address, to ask only for another version of it."""
        if not self.settings.conditional or target.is_external or target.n_looks:
            return None
        if self.settings.render != "never":
            return None
        known = self.before.known(target.url)
        copy = known.copy if known is not None else None
        return copy if copy is not None and self.before.has(copy) else None

    def answered(
        self,
        target: Target,
        received: Received,
        copy: Copy | None,
        rendering: Rendering | None = None,
    ) -> None:
        """Keep an answer and note where it leads, as one transaction."""
        now = int(time.time())
        answer = received.answer
        outcome = liveness.outcome_of(answer.status, answer.headers)
        old = self.before.answer(copy, target.url) if copy and answer.status == 304 else None
        if answer.status == 304 and old is None:
            return self.failed(target, Unseen.CONNECTION)
        with self.database.transaction():
            looks = [*self._looks(target), Look(now, outcome)]
            if self.frontier.answered(target, looks):
                self.database.count("failures", f"http_{answer.status}")
            elif old is not None and copy is not None:
                self._unchanged(target, received, copy, old, now)
            else:
                self._changed(target, received, now, rendering)
            self.n_bytes += len(answer.body)
            self.database.keep(segment=self.archive.segment, size=self.archive.size,
                               n_bytes=self.n_bytes)  # fmt: skip
        return None

    def is_to_render(self, target: Target, received: Received) -> bool:
        """Whether the scripts of a page are to be run."""
        answer, mode = received.answer, self.settings.render
        if mode == "never" or target.is_external or received.cut or received.is_head_only:
            return False
        if answer.status != 200 or not is_markup(answer.body, answer.media_type):
            return False
        return mode == "all" or len(addresses(answer)) < THIN_LINKS

    def failed(self, target: Target, word: Unseen, received: Received | None = None) -> None:
        """Note that an address gave no answer that can be kept; its head may be known."""
        now = int(time.time())
        with self.database.transaction():
            self.frontier.failed(target, [*self._looks(target), Look(now, word)], word)
            if received is not None:
                self._store(target, received, now, head=_head(received.answer))

    def forbidden(self, target: Target, reason: Unseen) -> None:
        """Note that an address may not be fetched."""
        with self.database.transaction():
            self.frontier.forbidden(target, reason)

    def is_in_scope(self, url: str) -> bool:
        """Whether a page belongs to the crawl."""
        return self.frontier.scope.holds(*url_key(url))

    def add_sitemaps(self, urls: Iterable[str], level: int, *, is_guess: bool = False) -> list[str]:
        """Note sitemaps to read; gives those that are new."""
        new = []
        with self.database.transaction() as db:
            for url in urls:
                row = (url, level, is_guess, State.WAITING)
                if db.execute(_ADD_SITEMAP, row).rowcount:
                    new.append(url)
        return new

    def waiting_sitemaps(self) -> list[tuple[str, int]]:
        """Sitemaps an earlier run left unread, with their levels."""
        query = "SELECT url, level FROM sitemaps WHERE state = ? ORDER BY url"
        return self.database.db.execute(query, (State.WAITING,)).fetchall()

    def sitemap_read(self, url: str, status: int | None, found: Sitemap) -> None:
        """Note what a sitemap declares; pages outside the scope count, and are not followed."""
        pages = [Address(page) for page in found.pages if self.is_in_scope(page)]
        n_bad = found.n_bad + len(found.pages) - len(pages)
        with self.database.transaction() as db:
            self.frontier.found(None, pages, FoundBy.SITEMAP, depth=1)
            db.execute(
                "UPDATE sitemaps SET state = ?, status = ?, n_pages = ?, n_bad = ?, problem = ?"
                " WHERE url = ?",
                (State.DONE, status, len(pages), n_bad, found.problem, url),
            )

    def robots_read(
        self, origin: str, outcome: str, status: int | None, delay: float | None, body: bytes
    ) -> None:
        """Note what a robots.txt said."""
        with self.database.transaction() as db:
            text = body.decode("utf-8", "replace")
            row = (origin, outcome, status, len(body), delay, text)
            db.execute("INSERT OR REPLACE INTO robots VALUES(?, ?, ?, ?, ?, ?)", row)

    def close(self, seconds: float) -> None:
        """Leave everything on the disk."""
        self.archive.close()
        self.database.keep(seconds=self.seconds_before + seconds)
        self.database.close()
        self._lock.close()

    def _forget_lost(self) -> None:
        """Fetch again what the database knows to be stored and the archive has lost: the answer
        in which the archive ends, and those behind it."""
        here = (self.folder.name, self.archive.segment)
        query = "SELECT max(offset) FROM urls WHERE crawl = ? AND segment = ? AND offset < ?"
        cut = self.database.db.execute(query, (*here, self.archive.size)).fetchone()[0]
        if cut is not None:
            self.archive.cut(cut)
        query = "UPDATE urls SET state = ? WHERE crawl = ? AND segment = ? AND offset >= ?"
        with self.database.transaction() as db:
            db.execute(query, (State.WAITING, *here, cut or 0))
            self.database.keep(size=self.archive.size)

    def _looks(self, target: Target) -> list[Look]:
        if target.looks or target.n_looks:
            return list(target.looks)
        known = self.before.known(target.url)
        return known.looks if known is not None else []

    def _changed(
        self, target: Target, received: Received, now: int, rendering: Rendering | None
    ) -> None:
        answer = received.answer
        found = addresses(answer)
        if target.is_external or received.is_head_only or not may_be_markup(answer.media_type):
            self._store(target, received, now, head=_head(answer))
        else:
            cut = received.cut
            segment, offset = self.archive.add(answer, now, received.address, cut)
            place = (self.folder.name, segment, offset)
            self._store(target, received, now, place=place)
            if rendering is not None:
                found += self._rendered(target, answer, now, rendering)
        if target.is_external:
            found = [address for address in found if address.is_hop]
        self.frontier.found(target, found, FoundBy.LINK, depth=target.depth + 1)

    def _rendered(
        self, target: Target, answer: Answer, now: int, rendering: Rendering
    ) -> list[Address]:
        """Keep a page as it stood after its scripts ran; gives where it leads then."""
        place: tuple[int | None, int | None] = (None, None)
        found: list[Address] = []
        if rendering.html is not None:
            moved = [("Refresh", f"0; url={rendering.moved_to}")] if rendering.moved_to else []
            headers = [pair for pair in answer.headers if pair[0].lower() != "content-type"]
            kind = ("Content-Type", "text/html; charset=utf-8")
            after = Answer(answer.url, answer.status, [*headers, kind, *moved], rendering.html)
            place = self.archive.add_rendered(after, now)
            found = addresses(after)
        row = (target.id, *place, rendering.problem)
        self.database.db.execute("INSERT OR REPLACE INTO rendered VALUES(?, ?, ?, ?)", row)
        return found

    def _unchanged(
        self, target: Target, received: Received, copy: Copy, old: Answer, now: int
    ) -> None:
        """The earlier answer still holds: follow its links again."""
        self.archive.add_unchanged(received.answer, now, received.address)
        place = (copy.crawl, copy.segment, copy.offset)
        self._store(target, Received(old), now, place=place, copy=copy)
        self.frontier.found(target, addresses(old), FoundBy.LINK, depth=target.depth + 1)

    def _store(
        self,
        target: Target,
        received: Received,
        now: int,
        *,
        head: str | None = None,
        place: tuple[str | None, int | None, int | None] = (None, None, None),
        copy: Copy | None = None,
    ) -> None:
        answer = received.answer
        etag, modified = answer.header("etag") or None, answer.header("last-modified") or None
        if received.cut or received.is_head_only:
            etag = modified = None
        if copy is not None:
            etag, modified = copy.etag, copy.modified
        row = (answer.status, now, len(answer.body), head, *place, etag, modified, target.id)
        self.database.db.execute(_STORE, row)


def _head(answer: Answer) -> str:
    return json.dumps(kept(answer.headers))


def _locked(path: Path, patience_seconds: float) -> IO[str]:
    """A file that one process holds; freed when it dies, however it dies."""
    file = path.open("w")
    until = time.monotonic() + patience_seconds
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() >= until:
                raise StoreError(
                    f"another process is at work on the crawl in {str(path.parent)!r}",
                    repair="let it finish, or stop it",
                ) from None
            time.sleep(0.1)
        else:
            return file
