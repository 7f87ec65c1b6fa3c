"""From a web archive to a published, scored snapshot: rate against extraction alone, and memory.

    python benchmarks/bench_pipeline.py --pages DIR --size-mb 500

writes an archive of about that size from the HTML files below DIR, under several host names, and
prints a Markdown table. "Share" compares pages per second with extraction alone on as many
processes. Memory is the peak of the proportional set size (PSS) of the whole process tree, which
counts shared memory once; sampled every 0.2 s.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

MB = 1_000_000
SAMPLE_SECONDS = 0.2
MAX_EXTRACTED = 4_000


@dataclass(frozen=True)
class Phase:
    """One measured step."""

    name: str
    n_pages: int
    seconds: float
    peak_mb: float

    @property
    def rate(self) -> float:
        return self.n_pages / self.seconds


class Memory:
    """Samples the memory of this process and all below it while entered."""

    def __init__(self) -> None:
        self.peak_bytes = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            self.peak_bytes = max(self.peak_bytes, sum(map(pss_bytes, family(os.getpid()))))
            if self._stop.wait(SAMPLE_SECONDS):
                return


def family(pid: int) -> Iterator[int]:
    """A process and all that it or they started, with the threads' children."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            below = task.read_text().split()
        except OSError:
            continue
        for child in below:
            yield from family(int(child))


def pss_bytes(pid: int) -> int:
    """Proportional set size of one process; 0 when it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def measured(name: str, n_pages: int, work: Callable[[], Any]) -> Phase:
    """Run and measure one step."""
    with Memory() as memory:
        started = time.perf_counter()
        work()
        seconds = time.perf_counter() - started
    return Phase(name, n_pages, seconds, memory.peak_bytes / MB)


def write_archive(path: Path, pages: Sequence[Path], root: Path, size_mb: int, level: int) -> int:
    """An archive of one record per page, one host per round over the pages. Returns the pages."""
    n_pages = 0
    with path.open("wb") as file:
        while file.tell() < size_mb * MB:
            host = f"site{n_pages // len(pages)}.example.org"
            page = pages[n_pages % len(pages)]
            record = as_record(f"http://{host}/{page.relative_to(root)}", page.read_bytes())
            file.write(gzip.compress(record, level) if level else record)
            n_pages += 1
    return n_pages


def as_record(url: str, body: bytes) -> bytes:
    """A page as a crawler stores it."""
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    head = (
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n"
        f"WARC-Target-URI: {url}\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def extract_some(paths: Sequence[Path]) -> float:
    """Seconds to extract pages that are already in memory."""
    from linkshed.extract.page import extract
    from linkshed.extract.response import Response

    bodies = [path.read_bytes() for path in paths]
    headers = [("Content-Type", "text/html")]
    extract(Response("http://example.org/", 200, headers, bodies[0], 0))
    started = time.perf_counter()
    for number, body in enumerate(bodies):
        extract(Response(f"http://example.org/{number}", 200, headers, body, 0))
    return time.perf_counter() - started


def extraction(pages: Sequence[Path], n_workers: int) -> Phase:
    """Extraction alone on all processes at once; the rate is that of the slowest process."""
    n_each = min(MAX_EXTRACTED, len(pages)) // n_workers
    shares = [pages[at * n_each : (at + 1) * n_each] for at in range(n_workers)]
    with Memory() as memory, get_context("forkserver").Pool(n_workers) as pool:
        seconds = max(pool.map(extract_some, shares, chunksize=1))
    return Phase("extraction alone", n_each * n_workers, seconds, memory.peak_bytes / MB)


def pipeline(
    archive: Path, n_pages: int, store_path: Path, n_workers: int, memory_limit: str
) -> list[Phase]:
    """Ingest, build and score, each measured by itself."""
    from linkshed.ingest.run import run
    from linkshed.score.run import score
    from linkshed.snapshot.build import build
    from linkshed.snapshot.intake import Intake
    from linkshed.snapshot.store import Store

    store = Store.create(store_path)

    def ingest() -> None:
        intake = Intake.start(store, "warc", [archive], {})
        run("warc", [archive], {}, intake, workers=n_workers)
        intake.finish()

    return [
        measured("ingest", n_pages, ingest),
        measured("build", n_pages, lambda: build(store, memory_limit=memory_limit)),
        measured("score", n_pages, lambda: score(store, store.snapshot())),
    ]


def joined(name: str, phases: Sequence[Phase]) -> Phase:
    """Several steps one after the other, as one."""
    seconds = sum(phase.seconds for phase in phases)
    return Phase(name, phases[0].n_pages, seconds, max(phase.peak_mb for phase in phases))


def table(phases: Sequence[Phase]) -> str:
    """The phases as a Markdown table; the first is what the others are compared with."""
    lines = [
        "| step | pages | seconds | pages/s | share of extraction | peak memory, MB |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {phase.name} | {phase.n_pages:,} | {phase.seconds:,.1f} | {phase.rate:,.0f}"
        f" | {phase.rate / phases[0].rate:.0%} | {phase.peak_mb:,.0f} |"
        for phase in phases
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=Path, required=True, help="folder of HTML files")
    parser.add_argument("--size-mb", type=int, default=100, help="size of the archive file")
    parser.add_argument("--level", type=int, default=6, help="gzip level; 0 for a plain archive")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--memory", default="1GB", help="memory limit of the build")
    parser.add_argument("--scratch", type=Path, help="folder for archive and store, kept")
    asked = parser.parse_args()
    pages = sorted(asked.pages.rglob("*.htm*"))
    pages = [page for page in pages if page.is_file()]
    random.Random(0).shuffle(pages)
    scratch = asked.scratch or Path(tempfile.mkdtemp(prefix="linkshed-bench-"))
    scratch.mkdir(parents=True, exist_ok=True)
    try:
        archive = scratch / "pages.warc.gz"
        n_pages = write_archive(archive, pages, asked.pages, asked.size_mb, asked.level)
        alone = extraction(pages, asked.workers)
        steps = pipeline(archive, n_pages, scratch / "store", asked.workers, asked.memory)
    finally:
        if not asked.scratch:
            shutil.rmtree(scratch)
    mean_kb = sum(page.stat().st_size for page in pages) / len(pages) / 1000
    print(f"{n_pages:,} pages of {mean_kb:.0f} KB, {asked.size_mb} MB, {asked.workers} workers\n")
    whole = [joined("ingest and build", steps[:2]), joined("ingest, build and score", steps)]
    print(table([alone, *steps, *whole]))


if __name__ == "__main__":
    main()
