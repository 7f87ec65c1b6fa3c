"""The optimiser on one large site: seconds for k links to one page, and to a set of pages.

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
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

import textsite
from linkshed.report.frame import Frame
from linkshed.report.optimise import OPTIONS, frame
from linkshed.score.run import score
from linkshed.simulate.relevance import Words
from linkshed.simulate.web import Web
from linkshed.snapshot.build import build
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import parse_scope

USUAL = {option.name: option.default for option in OPTIONS}


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


def asked(snapshot: Snapshot, pages: list[int], k: int) -> tuple[float, Frame]:
    """The report for some pages, as goals of equal weight."""
    goals = "\n".join(snapshot.urls(np.array(pages)))
    options = USUAL | {"links": k, "goals": goals}
    return timed(
        lambda: frame(snapshot, parse_scope(snapshot.urls(np.array(pages[:1]))[0]), options)
    )


def measured(snapshot: Snapshot, kind: str, sets: list[list[int]], k: int) -> str:
    seconds, remarks = [], []
    for pages in sets:
        spent, found = asked(snapshot, pages, k)
        seconds.append(spent)
        remarks.append(" ".join(found.remarks))
        print(f"{kind}: {spent:.2f} s. {remarks[-1]}")
    return f"| {kind} | {statistics.median(seconds):.2f} | {max(seconds):.2f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--links", type=int, default=10, help="k, how many to choose")
    parser.add_argument("--store", help="folder to keep the site in; default a temporary one")
    parser.add_argument("--targets", type=int, default=5, help="of each kind")
    options = parser.parse_args()
    folder = Path(options.store or tempfile.mkdtemp(prefix="linkshed-bench-"))
    snapshot = made(folder, options.pages)
    counted, corpus = timed(lambda: Words(Web(snapshot), np.arange(snapshot.n_pages)))
    n = len(corpus.pages)
    print(f"{snapshot.n_pages:,} pages, {n:,} with text, {snapshot.n_links:,} links\n")
    rng = np.random.default_rng(1)
    one = [[int(page)] for page in rng.integers(0, snapshot.n_pages, options.targets)]
    sets = [sorted(rng.choice(snapshot.n_pages, 20, replace=False).tolist()) for _ in one]
    lines = [
        measured(snapshot, f"{options.links} links to one page", one, options.links),
        measured(snapshot, f"{options.links} links to a set of 20", sets, options.links),
    ]
    print("\n| what | median s | longest s |\n|---|--:|--:|")
    print(f"| texts counted, once | {counted:.1f} | |")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
