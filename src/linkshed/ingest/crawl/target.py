"""An address to fetch."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from linkshed.ingest.crawl import liveness
from linkshed.ingest.crawl.liveness import Look

_QUERY = "SELECT url, host, is_external, depth, hops, n_looks, looks FROM urls WHERE id = ?"


@dataclass(frozen=True)
class Target:
    """An address to fetch. ``n_looks`` of this crawl; ``looks`` of earlier crawls too."""

    id: int
    url: str
    host: str
    is_external: bool
    depth: int
    hops: int
    n_looks: int
    looks: tuple[Look, ...]


def read_target(db: sqlite3.Connection, number: int) -> Target:
    """The address of that number."""
    url, host, is_external, depth, hops, n_looks, stored = db.execute(_QUERY, (number,)).fetchone()
    looks = tuple(liveness.from_json(json.loads(stored))) if stored else ()
    return Target(number, url, host, bool(is_external), depth, hops, n_looks, looks)
