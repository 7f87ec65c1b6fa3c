"""The equity solve beside the libraries a Python user would call, in one run.

All solve PageRank with d = 0.85 and lost equity returned uniformly (ours: the linear form, which is
proportional to it) on the same weighted graph, to an L1 residual of 1e-9 of the normalised vector.
Timed is the way from arrays in memory to the finished vector. Ours starts from the in-link CSR with
f32 weights and includes cutting blocks, all sweeps, the exact last step and the proof of its
residual. scipy starts from a ready normalised f64 matrix, igraph and networkit from a ready graph;
what making those takes is listed but not counted. Contenders take turns; the best time of each
counts. Residuals are measured afterwards, for all in the same way.

    python benchmarks/bench_solve.py --pages 2000000 --links 31000000 --threads 2
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from time import perf_counter

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from linkshed.graph.blocks import Team
from linkshed.graph.csr import InLinks
from linkshed.graph.walk import _step, solve
from weblike_graph import WebGraph, weblike

D = 0.85
TOLERANCE = 1e-9
F64 = NDArray[np.float64]


@dataclass
class Contender:
    """A solver with everything ready; ``run`` is what is timed and returns a vector."""

    name: str
    ready_seconds: float
    run: Callable[[], F64]
    seconds: list[float] = field(default_factory=list)
    vector: F64 = field(default_factory=lambda: np.empty(0))

    def turn(self) -> None:
        started = perf_counter()
        vector = self.run()
        self.seconds.append(perf_counter() - started)
        self.vector = vector / vector.sum()


def linkshed_solver(graph: WebGraph, threads: int) -> Contender:
    links = InLinks(graph.offsets, graph.sources, graph.weights)
    out = graph.out_weight()
    scale = np.divide(D, out, out=np.zeros(graph.n_pages), where=out > 0)
    base = np.full(graph.n_pages, 1 - D)
    solve(InLinks(np.array([0, 1]), np.zeros(1, np.uint32), np.ones(1, "f4")), base[:1], base[:1])
    return Contender(
        f"linkshed, {threads} threads",
        0.0,
        lambda: solve(links, base, scale, tolerance=TOLERANCE, threads=threads).values,
    )


def gather_bound(graph: WebGraph, threads: int, repeats: int) -> float:
    """Least seconds to read one float64 per link in key order, times its weight, once."""
    links = InLinks(graph.offsets, graph.sources, graph.weights)
    base, shown = np.zeros(graph.n_pages), np.ones(graph.n_pages)
    seconds = []
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(repeats + 1):
            started = perf_counter()
            _step(links, base, shown, Team(pool, threads))
            seconds.append(perf_counter() - started)
    return min(seconds[1:])


def transition(graph: WebGraph) -> sp.csr_array:
    """The normalised matrix: row j holds a_ij / A_i of the links into j."""
    out = graph.out_weight()
    values = graph.weights / out[graph.sources]
    shape = (graph.n_pages, graph.n_pages)
    return sp.csr_array((values, graph.sources.astype(np.int32), graph.offsets), shape=shape)


def scipy_power(matrix: sp.csr_array, dangling: F64, ready: float) -> Contender:
    n = matrix.shape[0]

    def run() -> F64:
        x = np.full(n, 1 / n)
        while True:
            new = D * (matrix @ x)
            new += (1 - D + D * x[dangling].sum()) / n
            if np.abs(new - x).sum() < TOLERANCE:
                return new
            x = new

    return Contender("scipy power iteration", ready, run)


def igraph_prpack(graph: WebGraph) -> Contender:
    import igraph

    started = perf_counter()
    targets = np.repeat(np.arange(graph.n_pages), np.diff(graph.offsets))
    edges = np.column_stack((graph.sources.astype(np.int64), targets))
    g = igraph.Graph(n=graph.n_pages, edges=edges, directed=True)
    weights = graph.weights.astype(np.float64).tolist()
    ready = perf_counter() - started
    return Contender(
        "igraph PRPACK", ready, lambda: np.array(g.pagerank(damping=D, weights=weights))
    )


def networkit_pagerank(graph: WebGraph, threads: int) -> Contender:
    import networkit as nk

    nk.setNumberOfThreads(threads)
    started = perf_counter()
    targets = np.repeat(np.arange(graph.n_pages), np.diff(graph.offsets))
    coo = (graph.weights.astype(float), (graph.sources.astype(np.uint64), targets.astype("u8")))
    g = nk.GraphFromCoo(coo, n=graph.n_pages, weighted=True, directed=True)
    ready = perf_counter() - started

    def run() -> F64:
        rank = nk.centrality.PageRank(
            g, damp=D, tol=TOLERANCE, distributeSinks=nk.centrality.SinkHandling.DistributeSinks
        )
        rank.norm = nk.centrality.Norm.L1_NORM
        rank.run()
        return np.array(rank.scores())

    return Contender(f"networkit, {threads} threads", ready, run)


def contenders(
    graph: WebGraph, matrix: sp.csr_array, ready: float, threads: int
) -> list[Contender]:
    dangling = graph.out_weight() == 0
    made = [linkshed_solver(graph, threads), scipy_power(matrix, dangling, ready)]
    for make in (lambda: igraph_prpack(graph), lambda: networkit_pagerank(graph, threads)):
        try:
            made.append(make())
        except ImportError as error:
            print(f"left out: {error.name} is not installed")
    return made


def residual(matrix: sp.csr_array, x: F64, dangling: F64) -> float:
    """L1 residual of the normalised vector, computed alike for all."""
    new = D * (matrix @ x) + (1 - D + D * x[dangling].sum()) / len(x)
    return float(np.abs(new - x).sum())


def report(made: list[Contender], matrix: sp.csr_array, dangling: F64) -> None:
    ours = made[0]
    peer = min(min(c.seconds) for c in made[1:])
    print("| solver | best s | median s | ready s | residual | distance to ours | ours is faster |")
    print("|---|---|---|---|---|---|---|")
    for c in made:
        distance = np.abs(c.vector - ours.vector).sum()
        assert distance < 1e-7, f"{c.name} disagrees by {distance:.2g}"
        print(
            f"| {c.name} | {min(c.seconds):.2f} | {statistics.median(c.seconds):.2f} "
            f"| {c.ready_seconds:.1f} | {residual(matrix, c.vector, dangling):.1e} "
            f"| {distance:.1e} | {min(c.seconds) / min(ours.seconds):.1f} x |"
        )
    print(f"\nours against the best other: {peer / min(ours.seconds):.1f} times faster")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=2_000_000)
    parser.add_argument("--links", type=int, default=31_000_000)
    parser.add_argument("--external", type=float, default=0.12)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--unweighted", action="store_true", help="every link weighs the same")
    args = parser.parse_args()
    graph = weblike(args.pages, args.links, external=args.external)
    kind = "unweighted" if args.unweighted else "weighted"
    if args.unweighted:
        graph = replace(graph, weights=np.ones_like(graph.weights))
    print(
        f"{graph.n_pages:,} pages, {graph.n_links:,} {kind} links in key order, "
        f"{graph.external_share:.0%} external, {(graph.out_weight() == 0).mean():.0%} of pages "
        "without links\n"
    )
    started = perf_counter()
    matrix = transition(graph)
    made = contenders(graph, matrix, perf_counter() - started, args.threads)
    for _ in range(args.repeats):
        for contender in made:
            contender.turn()
    report(made, matrix, graph.out_weight() == 0)
    bound = gather_bound(graph, args.threads, args.repeats)
    print(
        f"one gather of every link, {args.threads} threads: {bound:.3f} s; "
        f"ours takes as long as {min(made[0].seconds) / bound:.1f} of them"
    )


if __name__ == "__main__":
    main()
