"""What a crawl knows of the web, and what it does next.

A crawl goes round by round: all addresses that lie equally many clicks from a start are fetched
before any that lie further. A round is opened when the one before is done, in order of addresses.
So which pages are taken, when there is a bound on pages, depth or addresses of one shape, depends
on the site alone and not on which answer came first: the same site gives the same crawl, and an
interrupted crawl ends as if it had not been.

An address that does not answer waits outside the rounds for its next look, and holds up nobody.
"""

from __future__ import annotations

import heapq
import json
import time
from collections import deque
from collections.abc import Callable, Iterable

from linkshed.errors import UrlError
from linkshed.ingest.crawl import liveness, traps
from linkshed.ingest.crawl.database import Database, FoundBy, State
from linkshed.ingest.crawl.discover import Address
from linkshed.ingest.crawl.liveness import Look
from linkshed.ingest.crawl.settings import CrawlSettings
from linkshed.ingest.crawl.target import Target, read_target
from linkshed.schema import Unseen
from linkshed.urls.key import host_of, url_key

MAX_HOPS = 10
MAX_KNOWN = 200_000
"""Addresses whose record in the database need not be looked up again."""
_STEP = 5_000
"""Addresses of a round that are opened at once."""
_FIND = (
    "INSERT INTO urls(url, host, is_external, depth, hops, found_by, parent, state, reason)"
    " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(url) DO UPDATE SET"
    " found_by = found_by | excluded.found_by,"
    " parent = iif(excluded.depth * 64 + excluded.hops < depth * 64 + hops, excluded.parent,"
    " parent), hops = iif(excluded.depth * 64 + excluded.hops < depth * 64 + hops, excluded.hops,"
    " hops), depth = min(depth, excluded.depth),"
    f" state = iif(state = {State.UNSEEN} AND excluded.state = {State.FOUND} AND reason IN"
    f" ('{Unseen.NOFOLLOW}', '{Unseen.TOO_MANY_HOPS}'), {State.FOUND}, state)"
)


class Frontier:
    """The addresses of a crawl. Writing happens inside ``database.transaction()``."""

    def __init__(self, database: Database, settings: CrawlSettings) -> None:
        self.database, self.settings = database, settings
        self.db = database.db
        self.scope = settings.pages_in_scope()
        self.year = int(database.fact("year", time.gmtime().tm_year))
        self._known: dict[str, int] = {}
        self.n_pages = 0
        self._queues: dict[str, deque[int]] = {}
        self._again: list[tuple[float, int, str]] = []
        self.n_waiting = 0
        self._n_later = 0
        self._counted_at = float("-inf")
        self.forget()
        self._load()

    def begin(self) -> None:
        """Note the starts, once."""
        starts = [Address(url) for url in self.settings.starts]
        self.found(None, starts, FoundBy.START, depth=0)

    def found(
        self, source: Target | None, addresses: Iterable[Address], how: FoundBy, depth: int
    ) -> None:
        """Note where a page or a sitemap leads; ``depth`` is that of the addresses found."""
        rows = []
        for address in addresses:
            hops = source.hops + 1 if source is not None and address.is_hop else 0
            at = source.depth if source is not None and address.is_hop else depth
            by = FoundBy.HOP if address.is_hop else how
            if not self._is_news(address, at * 64 + hops, by):
                continue
            if (row := self._row(source, address, at, hops, by)) is not None:
                rows.append(row)
        self.db.executemany(_FIND, rows)

    def forget(self) -> None:
        """Believe the database alone again, after a transaction that came to nothing."""
        self._known.clear()
        self.n_pages = self._count("state = ? AND is_external = 0", State.DONE)

    def _is_news(self, address: Address, distance: int, by: FoundBy) -> bool:
        if address.is_nofollow and self.settings.obey_nofollow:
            return True
        known = self._known.get(address.url)
        if known is not None and known >> 4 <= distance and known & by:
            return False
        if len(self._known) >= MAX_KNOWN:
            self._known.clear()
            known = None
        if known is not None:
            distance, by = min(distance, known >> 4), FoundBy(by | known & 15)
        self._known[address.url] = distance << 4 | by
        return True

    def _row(
        self, source: Target | None, address: Address, depth: int, hops: int, by: FoundBy
    ) -> tuple[object, ...] | None:
        try:
            is_inside = self.scope.holds(*url_key(address.url))
            host = host_of(address.url)
        except UrlError:
            return None
        state, reason = State.FOUND, None
        if not is_inside and not self.settings.check_external:
            state = State.OUTSIDE
        elif hops > MAX_HOPS:
            state, reason = State.UNSEEN, Unseen.TOO_MANY_HOPS
        elif address.is_nofollow and self.settings.obey_nofollow:
            state, reason = State.UNSEEN, Unseen.NOFOLLOW
        parent = source.id if source is not None else None
        return (address.url, host, not is_inside, depth, hops, by, parent, state, reason)

    def open_round(self) -> bool:
        """Let the next addresses be fetched; False when there are none, or no room is left.

        To be called when nothing is waiting and nothing under way.
        """
        while not self.n_waiting:
            nearest: tuple[int, int, int] | None = self.db.execute(
                f"SELECT is_external, depth, hops FROM urls WHERE state = {State.FOUND}"
                " AND (is_external OR depth <= ?) ORDER BY is_external, depth, hops LIMIT 1",
                (self.settings.max_depth,),
            ).fetchone()
            if nearest is None:
                return False
            room = self._room()
            if not nearest[0] and room == 0:
                nearest = self._nearest_external()
                if nearest is None:
                    return False
            with self.database.transaction():
                self._admit(nearest, None if nearest[0] else room)
        return True

    def n_later(self, patience_seconds: float) -> int:
        """Addresses in the scope that later rounds will take up. Counting takes time: those found
        in the last ``patience_seconds`` may be missing.
        """
        now = time.monotonic()
        if now - self._counted_at >= patience_seconds:
            self._n_later = self._count("state = ? AND is_external = 0", State.FOUND)
            self._counted_at = now
        return self._n_later

    def _nearest_external(self) -> tuple[int, int, int] | None:
        found: tuple[int, int, int] | None = self.db.execute(
            f"SELECT 1, depth, hops FROM urls WHERE state = {State.FOUND} AND is_external = 1"
            " ORDER BY is_external, depth, hops LIMIT 1"
        ).fetchone()
        return found

    def _room(self) -> int | None:
        if self.settings.max_pages is None:
            return None
        under_way = self._count("state = ? AND is_external = 0", State.AGAIN)
        return max(self.settings.max_pages - self.n_pages - under_way, 0)

    def _admit(self, nearest: tuple[int, int, int], room: int | None) -> None:
        rows = self.db.execute(
            f"SELECT id, url, host FROM urls WHERE state = {State.FOUND} AND is_external = ?"
            " AND depth = ? AND hops = ? ORDER BY url LIMIT ?",
            (*nearest, _STEP),
        ).fetchall()
        decided = []
        for number, url, host in rows:
            if room is not None and self.n_waiting >= room:
                break
            reason = None if nearest[0] else self._refusal(url)
            decided.append((State.UNSEEN if reason else State.WAITING, reason, number))
            if reason is None:
                self._enqueue(number, host)
        self._n_later = max(self._n_later - (0 if nearest[0] else len(decided)), 0)
        self.db.executemany("UPDATE urls SET state = ?, reason = ? WHERE id = ?", decided)

    def _refusal(self, url: str) -> Unseen | None:
        reason = traps.refusal(url)
        if reason is not None:
            return reason
        counted = list(traps.shapes(url, self.settings.max_per_pattern, self.year))
        for shape, why, bound in counted:
            row = self.db.execute("SELECT n FROM shapes WHERE shape = ?", (shape,)).fetchone()
            if row is not None and row[0] >= bound:
                return why
        for shape, _, _ in counted:
            self.database.count("shapes", shape)
        return None

    def take(self, is_free: Callable[[str], bool]) -> Target | None:
        """The next address to fetch at a host that is free; hosts take turns."""
        self._wake()
        for host in self._queues:
            if is_free(host):
                queue = self._queues.pop(host)
                number = queue.popleft()
                if queue:
                    self._queues[host] = queue
                self.n_waiting -= 1
                return read_target(self.db, number)
        return None

    def seconds_to_next_look(self) -> float | None:
        """How long until an address is to be looked at again; None when there is none."""
        return max(self._again[0][0] - time.time(), 0.0) if self._again else None

    def answered(self, target: Target, looks: list[Look]) -> bool:
        """Note the last look at an address that answered; True when it is to be looked at again."""
        self._note(target, looks)
        if liveness.is_passing(looks[-1].outcome) and self._again_later(target):
            return True
        self.n_pages += not target.is_external
        self.db.execute("UPDATE urls SET state = ? WHERE id = ?", (State.DONE, target.id))
        return False

    def failed(self, target: Target, looks: list[Look], word: Unseen) -> None:
        """Note that an address did not answer."""
        self._note(target, looks)
        self.database.count("failures", word)
        if not (liveness.is_passing(word) and self._again_later(target)):
            self.db.execute(
                "UPDATE urls SET state = ?, reason = ? WHERE id = ?",
                (State.FAILED, word, target.id),
            )

    def forbidden(self, target: Target, reason: Unseen) -> None:
        """Note that an address may not be fetched."""
        self.db.execute(
            "UPDATE urls SET state = ?, reason = ? WHERE id = ?", (State.UNSEEN, reason, target.id)
        )

    def _note(self, target: Target, looks: list[Look]) -> None:
        self.db.execute(
            "UPDATE urls SET looks = ?, liveness = ?, n_looks = n_looks + 1 WHERE id = ?",
            (json.dumps(liveness.to_json(looks)), liveness.verdict(looks), target.id),
        )

    def _again_later(self, target: Target) -> bool:
        if target.n_looks + 1 >= self.settings.looks:
            return False
        at = time.time() + self.settings.look_again_after * 3**target.n_looks
        heapq.heappush(self._again, (at, target.id, target.host))
        self.db.execute(
            "UPDATE urls SET state = ?, again_at = ? WHERE id = ?", (State.AGAIN, at, target.id)
        )
        return True

    def _wake(self) -> None:
        while self._again and self._again[0][0] <= time.time():
            _, number, host = heapq.heappop(self._again)
            self._enqueue(number, host)

    def _enqueue(self, number: int, host: str) -> None:
        self._queues.setdefault(host, deque()).append(number)
        self.n_waiting += 1

    def _load(self) -> None:
        """Take up what an earlier run of this crawl left waiting."""
        query = "SELECT id, host FROM urls WHERE state = ? ORDER BY url"
        for number, host in self.db.execute(query, (State.WAITING,)).fetchall():
            self._enqueue(number, host)
        query = "SELECT again_at, id, host FROM urls WHERE state = ?"
        self._again = self.db.execute(query, (State.AGAIN,)).fetchall()
        heapq.heapify(self._again)

    def _count(self, condition: str, *values: object) -> int:
        query = f"SELECT count(*) FROM urls WHERE {condition}"
        n: int = self.db.execute(query, values).fetchone()[0]
        return n
