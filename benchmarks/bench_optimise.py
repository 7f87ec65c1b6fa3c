"""The optimiser on one large site: seconds for k links to one page and to sets of pages.

The site of ``textsite`` is built and scored, the texts are counted, then ``optimise`` runs as the
report does, remarks included. The naive rule (sources by equity over number of links) is given the
same candidates; its gain is a share of ours.

    python benchmarks/bench_optimise.py --pages 100000 --store DIR
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np

import textsite
from linkshed.report.optimise import OPTIONS, frame
from linkshed.score.run import score
from linkshed.simulate.relevance import Words
from linkshed.simulate.web import Web
from linkshed.snapshot.build import build
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import parse_scope

WEIGHTS = (0.5, 1.0, 2.0, 5.0)
USUAL = {option.name: option.default for option in OPTIONS}


@dataclass(frozen=True)
class Case:
    """What is asked: links to so many pages, under which constraints."""

    links: int
    n_pages: int
    per_source: int = 1
    is_weighted: bool = False
    is_protecting: bool = False

    def __str__(self) -> str:
        words = [f"{self.links} links to {self.n_pages} page{'s' * (self.n_pages > 1)}"]
        words += ["weighted"] * self.is_weighted
        words += [f"at most {self.per_source} on a page"] * (self.per_source > 1)
        words += ["another page protected"] * self.is_protecting
        return ", ".join(words)


CASES = (
    Case(10, 1),
    Case(10, 20),
    Case(10, 20, is_protecting=True),
    Case(10, 20, is_weighted=True),
    Case(30, 50),
    Case(30, 20, per_source=3),
    Case(30, 50, is_weighted=True, is_protecting=True),
)


def made(folder: Path, n_pages: int) -> Snapshot:
    """The scored site; what lies in the folder is used again."""
    if (folder / "linkshed-store").exists():
        return Store.open(folder).snapshot()
    store = Store.create(folder)
    marker = folder / "intake" / "textsite.txt"
    marker.touch()
    textsite.fill(store, n_pages, marker)
    return score(store, build(store, base=None))


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    started = perf_counter()
    found = call()
    return perf_counter() - started, found


def asked(snapshot: Snapshot, pages: list[int], weights: list[float], **more: Any) -> Any:
    """The report for some pages as weighted goals, and the seconds it took."""
    urls = snapshot.urls(np.array(pages))
    goals = "\n".join(f"{url} {weight}" for url, weight in zip(urls, weights, strict=True))
    options = USUAL | {"goals": goals} | more
    return timed(lambda: frame(snapshot, parse_scope(urls[0]), options))


def measured(snapshot: Snapshot, case: Case, rng: Any, times: int) -> str:
    clock, processor = [], []
    for _ in range(times):
        pages = sorted(rng.choice(snapshot.n_pages, case.n_pages, replace=False).tolist())
        weights = rng.choice(WEIGHTS, case.n_pages) if case.is_weighted else np.ones(case.n_pages)
        more: dict[str, Any] = {"links": case.links, "per_source": case.per_source}
        if case.is_protecting:
            more["protect"] = snapshot.urls(rng.integers(0, snapshot.n_pages, 1))[0]
        used = process_time()
        spent, found = asked(snapshot, pages, weights.tolist(), **more)
        processor.append(process_time() - used)
        clock.append(spent)
        print(f"{case}: {spent:.2f} s. {' '.join(found.remarks)}", flush=True)
    middle = statistics.median(clock), max(clock), statistics.median(processor)
    return f"| {case} | " + " | ".join(f"{value:.2f}" for value in middle) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--store", help="folder to keep the site in; default a temporary one")
    parser.add_argument("--times", type=int, default=3, help="each is asked, of other pages")
    options = parser.parse_args()
    folder = Path(options.store or tempfile.mkdtemp(prefix="linkshed-bench-"))
    snapshot = made(folder, options.pages)
    counted, corpus = timed(lambda: Words(Web(snapshot), np.arange(snapshot.n_pages)))
    n = len(corpus.pages)
    print(f"{snapshot.n_pages:,} pages, {n:,} with text, {snapshot.n_links:,} links\n")
    rng = np.random.default_rng(1)
    lines = [measured(snapshot, case, rng, options.times) for case in CASES]
    print("\n| what | median s | longest s | processor, median s |\n|---|--:|--:|--:|")
    print(f"| texts counted, once | {counted:.1f} | | |")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
