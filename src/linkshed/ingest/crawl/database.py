"""The file in which a crawl keeps what it knows: ``crawl.sqlite`` in the folder of the crawl.

It is the truth of a crawl: every answer and what it led to is one transaction, made after the
answer was appended to the archive. Killing the crawl at any instant therefore loses nothing but the
requests under way, and the same crawl started again goes on from here. Scrapy's
own JOBDIR writes the index of its queues when it stops in order: a killed crawl would forget what
it had still to fetch, and the filter of duplicates would keep it from ever asking again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum, IntFlag
from pathlib import Path
from typing import Any

from linkshed.errors import StoreError

NAME = "crawl.sqlite"
FORMAT = 1


class State(IntEnum):
    """Where an address stands."""

    FOUND = 0  # known, not yet decided on
    WAITING = 1  # to be fetched
    AGAIN = 2  # did not answer; to be looked at again after a pause
    DONE = 3
    FAILED = 4  # did not answer, looked at often enough
    UNSEEN = 5  # decided against, or forbidden; ``reason`` says why
    OUTSIDE = 6  # not in the scope, and not to be checked


class FoundBy(IntFlag):
    """How an address became known."""

    START = 1
    LINK = 2
    HOP = 4
    SITEMAP = 8


_TABLES = """
CREATE TABLE IF NOT EXISTS urls(
    id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, host TEXT NOT NULL,
    is_external INTEGER NOT NULL, depth INTEGER NOT NULL, hops INTEGER NOT NULL,
    found_by INTEGER NOT NULL, parent INTEGER, state INTEGER NOT NULL, reason TEXT,
    status INTEGER, fetched_at INTEGER, n_looks INTEGER NOT NULL DEFAULT 0, looks TEXT,
    liveness INTEGER NOT NULL DEFAULT 0, again_at REAL, head TEXT, n_bytes INTEGER,
    crawl TEXT, segment INTEGER, offset INTEGER, etag TEXT, modified TEXT);
CREATE INDEX IF NOT EXISTS by_round ON urls(is_external, depth, hops, url) WHERE state = 0;
CREATE TABLE IF NOT EXISTS sitemaps(
    url TEXT PRIMARY KEY, level INTEGER NOT NULL, is_guess INTEGER NOT NULL,
    state INTEGER NOT NULL, status INTEGER, n_pages INTEGER, n_bad INTEGER, problem TEXT);
CREATE TABLE IF NOT EXISTS robots(
    origin TEXT PRIMARY KEY, outcome TEXT NOT NULL, status INTEGER, n_bytes INTEGER,
    delay REAL, body TEXT);
CREATE TABLE IF NOT EXISTS rendered(
    url INTEGER PRIMARY KEY, segment INTEGER, offset INTEGER, problem TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS shapes(shape TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS failures(word TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS facts(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


class Database:
    """The tables of a crawl, and transactions over them."""

    def __init__(self, path: Path, *, is_new: bool = False) -> None:
        if not is_new and not path.exists():
            raise StoreError(f"{str(path)!r} is missing", repair="begin the crawl again")
        self.path = path
        self.db = sqlite3.connect(path, isolation_level=None)
        try:
            self.db.execute("PRAGMA journal_mode = WAL")
            self.db.execute("PRAGMA synchronous = NORMAL")
            self.db.executescript(_TABLES)
        except sqlite3.OperationalError as error:
            raise StoreError(
                f"{str(path)!r} cannot be written: {error}",
                repair="make room on the disk and run the same command again, it goes on",
            ) from None
        except sqlite3.DatabaseError as error:
            raise StoreError(
                f"{str(path)!r} cannot be read: {error}", repair="remove its folder, crawl again"
            ) from None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All statements inside, or none."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield self.db
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def fact(self, name: str, default: Any = None) -> Any:
        """A single value kept under a name."""
        row = self.db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return default if row is None else json.loads(row[0])

    def keep(self, **values: Any) -> None:
        """Keep single values under their names."""
        self.db.executemany(
            "INSERT INTO facts VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
            [(name, json.dumps(value)) for name, value in values.items()],
        )

    def count(self, table: str, name: str, n: int = 1) -> None:
        """Add to a counter: ``shapes`` or ``failures``."""
        column = "shape" if table == "shapes" else "word"
        self.db.execute(
            f"INSERT INTO {table} VALUES(?, ?) ON CONFLICT({column}) DO UPDATE SET n = n + ?",
            (name, n, n),
        )

    def close(self) -> None:
        """Leave one file that others can read without changing it."""
        self.db.execute("PRAGMA journal_mode = DELETE")
        self.db.close()


def reading(folder: Path) -> sqlite3.Connection:
    """The database of a crawl that is not running, to read from. Raises StoreError."""
    path = folder / NAME
    try:
        db = sqlite3.connect(f"file:{path.resolve().as_posix()}?mode=ro", uri=True)
        db.execute("SELECT count(*) FROM facts")
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"{str(path)!r} cannot be read: {error}", repair="begin the crawl again"
        ) from None
    return db
