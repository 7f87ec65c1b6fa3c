"""What starting from the last snapshot's equity would save, when some links have changed.

Of the graph of ``bench_solve`` a share of the links is made to lead to other pages; the changed
graph is solved from nothing and from the equity of the graph before, to the tolerances of scoring.

    python benchmarks/bench_warm.py --pages 2000000 --links 31000000 --changed 0.01
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from time import process_time

import numpy as np

from linkshed.graph.csr import InLinks
from linkshed.graph.walk import Solution, solve
from linkshed.score.equity import PAGE_TOLERANCE, TOLERANCE
from weblike_graph import F64, WebGraph, weblike

D = 0.85


def changed(graph: WebGraph, share: float, seed: int = 2) -> WebGraph:
    """The graph with ``share`` of its links dealt to each other's sources."""
    rng = np.random.default_rng(seed)
    rows = np.flatnonzero(rng.random(graph.n_links) < share)
    sources = graph.sources.copy()
    sources[rows] = sources[rng.permutation(rows)]
    return replace(graph, sources=sources)


def settle(graph: WebGraph, threads: int, start: F64 | None = None) -> tuple[Solution, float]:
    """The solution, and its processor seconds."""
    out = graph.out_weight()
    scale = np.divide(D, out, out=np.zeros(graph.n_pages), where=out > 0)
    columns = (
        InLinks(graph.offsets, graph.sources, graph.weights),
        np.full(len(out), 1 - D),
        scale,
    )
    limits = {"tolerance": TOLERANCE, "page_tolerance": PAGE_TOLERANCE, "threads": threads}
    started = process_time()
    found = solve(*columns, start=start, **limits)
    return found, process_time() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=2_000_000)
    parser.add_argument("--links", type=int, default=31_000_000)
    parser.add_argument("--changed", type=float, nargs="+", default=[0.001, 0.01, 0.1])
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    graph = weblike(args.pages, args.links)
    before, _ = settle(graph, args.threads)
    print("| links changed | sweeps, cold | sweeps, warm | CPU s, cold | CPU s, warm | differ by |")
    print("|--:|--:|--:|--:|--:|--:|")
    for share in args.changed:
        after = changed(graph, share)
        cold, cold_cpu = settle(after, args.threads)
        warm, warm_cpu = settle(after, args.threads, before.values)
        distance = np.abs(warm.values / cold.values - 1).max()
        print(
            f"| {share:.1%} | {cold.sweeps} | {warm.sweeps} | {cold_cpu:.2f} | {warm_cpu:.2f} "
            f"| {distance:.0e} |"
        )


if __name__ == "__main__":
    main()
