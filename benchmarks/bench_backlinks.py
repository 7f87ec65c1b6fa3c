"""The first page of backlinks of a domain, warm, against DuckDB scanning the same rows unsorted.

``first``: the process has answered before, but keeps nothing of this domain; ``again``: it was
asked about the domain just before, as for the second page or another order.

python benchmarks/bench_backlinks.py --store /tmp/bench-store   # a store of bench_build.py
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np

import linkshed
from linkshed.snapshot.recent import Recent
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import RECENT_BYTES, Snapshot

ROWS = 100
ROUNDS = 9


def main() -> None:
    """Score the snapshot if needed, shuffle its links for DuckDB, time both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, required=True, help="a store of bench_build.py")
    options = parser.parse_args()
    snapshot = Store.open(options.store).snapshot()
    if not snapshot.has("links", "equity"):
        linkshed.score(options.store)
        snapshot = Store.open(options.store).snapshot()
    shuffled = shuffle(snapshot, options.store / "tmp" / "shuffled.parquet")
    shed = linkshed.open(options.store)
    print(f"{snapshot.n_links:,} links; {os.cpu_count()} cores, {platform.machine()}; median of"
          f" {ROUNDS} warm runs\n")  # fmt: skip
    print("| domain | backlinks | first, ms | again, ms | DuckDB scan, ms | times faster, first |"
          " again |\n|---|--:|--:|--:|--:|--:|--:|")  # fmt: skip
    for name in domains(snapshot):
        total = shed.backlinks(name, grouping="all", limit=0).total
        row = snapshot.take("domains", ["page_lo", "page_hi"], np.array([snapshot.domain_id(name)]))
        lo, hi = row["page_lo"][0].as_py(), row["page_hi"][0].as_py()
        first, again, scan = timed(
            lambda name=name: asked_first(shed, name),
            lambda name=name: shed.backlinks(name, limit=ROWS).to_arrow(),
            lambda lo=lo, hi=hi: scanned(shuffled, lo, hi),
        )
        print(f"| {name} | {total:,} | {first:.1f} | {again:.1f} | {scan:.0f} |"
              f" {scan / first:.0f} | {scan / again:.0f} |")  # fmt: skip
    shuffled.unlink()


def shuffle(snapshot: Snapshot, path: Path) -> Path:
    """The rows of links in an order of chance."""
    links = snapshot.path_of("links", "target")
    duckdb.sql(
        f"COPY (SELECT * FROM read_parquet('{links}') ORDER BY hash(target, source, ordinal))"
        f" TO '{path}' (COMPRESSION zstd)"
    )
    return path


def domains(snapshot: Snapshot) -> list[str]:
    """Domains with few, a median number of, many and the most backlinks."""
    n = np.asarray(snapshot.array("domains", "n_backlinks"))
    order = np.argsort(n)
    linked = order[n[order] > 0]
    at = [0, len(linked) // 2, int(len(linked) * 0.99), len(linked) - 2, len(linked) - 1]
    return snapshot.take("domains", ["domain"], linked[at])["domain"].to_pylist()


def asked_first(shed: linkshed.api.Linkshed, name: str) -> object:
    """The first page, with nothing left of earlier questions."""
    shed._snapshot.recent = Recent(RECENT_BYTES)
    return shed.backlinks(name, limit=ROWS).to_arrow()


def scanned(path: Path, lo: int, hi: int) -> int:
    """The same question without order: all links into the pages, the first rows of them."""
    query = (
        f"SELECT * FROM read_parquet('{path}') WHERE target >= {lo} AND target < {hi}"
        f" AND NOT (source >= {lo} AND source < {hi}) ORDER BY position LIMIT {ROWS}"
    )
    return len(duckdb.sql(query).fetchall())


def timed(*work: Callable[[], object]) -> list[float]:
    """Median milliseconds of each, in turn, after one round to warm up."""
    spent: list[list[float]] = [[] for _ in work]
    for _ in range(ROUNDS + 1):
        for one, seconds in zip(work, spent, strict=True):
            started = time.perf_counter()
            one()
            seconds.append(time.perf_counter() - started)
    return [1000 * statistics.median(seconds[1:]) for seconds in spent]


if __name__ == "__main__":
    main()
