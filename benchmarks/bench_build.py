"""Build a snapshot from link rows under a memory limit: rows/s, bytes/link, peak memory.

python benchmarks/bench_build.py --links 30000000 --memory-limit 4GB --store /tmp/bench-store
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import weblike
from linkshed.snapshot.build import build
from linkshed.snapshot.store import Store

CORE = {"links", "in_offsets", "out_offsets", "out_order"}


def main() -> None:
    """Fill a store, build in a process of its own, print a table."""
    options = _options()
    folder = Path(options.store or tempfile.mkdtemp(prefix="linkshed-bench-"))
    store = Store.create(folder)
    marker = folder / "intake" / "weblike.txt"
    marker.touch()
    os.utime(marker, (0, 0))
    started = time.perf_counter()
    weblike.fill(store, options.links, marker)
    filled = time.perf_counter() - started
    with get_context("spawn").Pool(1) as pool:
        seconds, peak_bytes, stages = pool.apply(_build, (folder, options.memory_limit))
    manifest = store.snapshot().manifest
    n_links = manifest.counts["links"]
    size = {e.table: e.size_bytes for e in manifest.files}
    core = sum(size[name] for name in CORE)
    print(f"machine: {os.cpu_count()} cores, {platform.machine()}, Python "
          f"{platform.python_version()}; rows made in {filled:.0f} s, not counted\n")  # fmt: skip
    print("| what | figure |\n|---|---|")
    print(f"| links, pages, domains | {n_links:,}, {manifest.counts['pages']:,},"
          f" {manifest.counts['domains']:,} |")  # fmt: skip
    print(f"| build | {seconds:.1f} s, {n_links / seconds:,.0f} links/s |")
    print(f"| bytes per link: links, offsets, out_order | {core / n_links:.1f} |")
    print(f"| bytes per link: contexts | {size['contexts'] / n_links:.1f} |")
    print(f"| peak memory of the building process, limit {options.memory_limit} |"
          f" {peak_bytes / 1e9:.2f} GB |")  # fmt: skip
    for stage, spent in stages:
        print(f"| stage: {stage} | {spent:.1f} s |")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--links", type=int, default=30_000_000, help="link rows to build from")
    parser.add_argument("--memory-limit", default="4GB", help="given to the build")
    parser.add_argument("--store", help="folder to keep the store in; default a temporary one")
    return parser.parse_args()


def _build(folder: Path, memory_limit: str) -> tuple[float, int, list[tuple[str, float]]]:
    stages: list[tuple[str, float]] = []
    started = time.perf_counter()

    def note(stage: str) -> None:
        stages.append((stage, time.perf_counter()))

    build(Store.open(folder), memory_limit=memory_limit, base=None, on_progress=note)
    ended = time.perf_counter()
    borders = [*(at for _, at in stages[1:]), ended]
    spent = [(name, end - at) for (name, at), end in zip(stages, borders, strict=True)]
    return ended - started, _peak_bytes(), spent


def _peak_bytes() -> int:
    status: Any = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    main()
