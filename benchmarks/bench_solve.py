"""The equity solve beside the libraries a Python user would call, in one run.

All solve PageRank with d = 0.85 and lost equity returned uniformly (ours: the linear form, which is
proportional to it) on the same weighted graph, to an L1 residual of 1e-9 of the normalised vector.
Timed is the way from arrays in memory to the finished vector. Ours starts from the in-link CSR with
f32 weights and includes cutting blocks, all sweeps, the exact last step and the proof of its
residual. scipy starts from a ready normalised f64 matrix, igraph and networkit from a ready graph;
what making those takes is listed but not counted. Contenders take turns, each in a process of its
own; the best time of each counts. Residuals are measured afterwards, for all in the same way.

With ``--unweighted --gap PROGRAM`` the pr of the GAP Benchmark Suite, compiled beforehand, runs
with the fewest sweeps that reach a residual, beside ours to that same residual. Its trial
counts, not its reading of the graph; its scores are those of our own rendering (``pull_pagerank``).

The machine's own bound is a gather: reading, in key order, a float64 for every link, and adding it
up times its weight. As many, one after another, as our solve passes over all links (its sweeps and
the exact last step) take turns with the contenders, and run alone with ``--gather``.

    python benchmarks/bench_solve.py --pages 2000000 --links 31000000 --threads 2
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from itertools import chain, pairwise
from pathlib import Path
from time import perf_counter

import numpy as np
import scipy.sparse as sp

from contender import F64, Apart, Contender
from gap_pagerank import Gap, GapContender
from linkshed.graph.csr import InLinks
from linkshed.graph.kernel import kernel, row
from linkshed.graph.walk import Solution, solve
from pull_pagerank import Pull
from weblike_graph import WebGraph, weblike

D = 0.85
TOLERANCE = 1e-9
GAP_RESIDUALS = (1e-4, 1e-6)


@dataclass
class Ours:
    """The solver, compiled."""

    graph: WebGraph
    threads: int

    def __post_init__(self) -> None:
        self.links = InLinks(self.graph.offsets, self.graph.sources, self.graph.weights)
        out, n = self.graph.out_weight(), self.graph.n_pages
        self.scale = np.divide(D, out, out=np.zeros(n), where=out > 0)
        self.base = np.full(n, 1 - D)
        self.solve(1.0)

    def solve(self, tolerance: float = TOLERANCE) -> Solution:
        return solve(self.links, self.base, self.scale, tolerance=tolerance, threads=self.threads)

    def values(self, tolerance: float = TOLERANCE) -> F64:
        return self.solve(tolerance).values

    def asked(self, wanted: float, measured: Callable[[F64], float]) -> float:
        """The tolerance to ask for a measured residual: lost equity counts in only one of them."""
        tolerance = wanted
        while measured(self.values(tolerance)) > wanted:
            tolerance *= 0.9
        return tolerance

    def gather(self) -> F64:
        """The least that reading one float64 per link, times its weight, can take."""
        values, links = np.empty(self.graph.n_pages), self.links
        evenly = np.linspace(0, len(links.sources), 4 * self.threads + 1)[1:-1]
        cuts = [0, *np.searchsorted(links.offsets, evenly).tolist(), links.n_pages]
        state = (links.offsets, links.sources, links.amounts, self.scale, values)
        with ThreadPoolExecutor(self.threads) as pool:
            list(pool.map(lambda part: _gather(*part, *state), pairwise(cuts)))
        return values


def gather_bound(graph: WebGraph, threads: int, passes: int) -> Contender:
    ours = Ours(graph, threads)
    return Contender("gathers", 0.0, lambda: [ours.gather() for _ in range(passes)][-1])


@kernel
def _gather(lo, hi, offsets, sources, amounts, shown, values):  # type: ignore[no-untyped-def]
    for j in range(lo, hi):
        value = 0.0
        for k in row(offsets, j):
            value += amounts[k] * shown[sources[k]]
        values[j] = value


def transition(graph: WebGraph) -> sp.csr_array:
    """The normalised matrix: row j holds a_ij / A_i of the links into j."""
    out = graph.out_weight()
    values = graph.weights / out[graph.sources]
    shape = (graph.n_pages, graph.n_pages)
    return sp.csr_array((values, graph.sources.astype(np.int32), graph.offsets), shape=shape)


def scipy_power(graph: WebGraph) -> Contender:
    started = perf_counter()
    matrix, dangling, n = transition(graph), graph.out_weight() == 0, graph.n_pages
    ready = perf_counter() - started

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


def linkshed_solve(graph: WebGraph, threads: int) -> Contender:
    return Contender(f"linkshed, {threads} threads", 0.0, Ours(graph, threads).values)


def contenders(graph: WebGraph, args: argparse.Namespace) -> list[Contender]:
    made: list[Contender] = [Apart(partial(linkshed_solve, graph, args.threads))]
    makers = {
        "scipy": partial(scipy_power, graph),
        "igraph": partial(igraph_prpack, graph),
        "networkit": partial(networkit_pagerank, graph, args.threads),
    }
    for name in args.against:
        if find_spec(name):
            made.append(Apart(makers[name]))
        else:
            print(f"left out: {name} is not installed")
    return made


def beside_gap(
    graph: WebGraph, gap: Gap, measured: Callable[[F64], float]
) -> list[tuple[GapContender, Contender]]:
    """GAP's pr with the fewest sweeps to each residual, and ours to no larger one."""
    assert gap.counts() == (graph.n_pages, graph.n_links), gap.counts()
    ours, pull = Ours(graph, gap.threads), Pull(graph.offsets, graph.sources, gap.threads)
    pairs = []
    for reached in pull.reached(measured, GAP_RESIDUALS):
        to_same = partial(ours.values, ours.asked(reached.residual, measured))
        mine = Apart(partial(Contender, "linkshed", 0.0, to_same))
        pairs.append((GapContender(gap, reached), mine))
    return pairs


def residual(matrix: sp.csr_array, x: F64, dangling: F64) -> float:
    """L1 residual of the normalised vector, computed alike for all."""
    new = D * (matrix @ x) + (1 - D + D * x[dangling].sum()) / len(x)
    return float(np.abs(new - x).sum())


def report(made: list[Contender], matrix: sp.csr_array, dangling: F64) -> None:
    ours = made[0]
    print("| solver | best s | median s | best CPU s | ready s | residual | distance to ours "
          "| ours is faster | by CPU |")  # fmt: skip
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    for c in made:
        distance = np.abs(c.vector - ours.vector).sum()
        assert distance < 1e-6, f"{c.name} disagrees by {distance:.2g}"
        print(
            f"| {c.name} | {min(c.seconds):.2f} | {statistics.median(c.seconds):.2f} "
            f"| {min(c.cpu_seconds):.2f} | {c.ready_seconds:.1f} "
            f"| {residual(matrix, c.vector, dangling):.1e} | {distance:.1e} "
            f"| {min(c.seconds) / min(ours.seconds):.1f} "
            f"| {min(c.cpu_seconds) / min(ours.cpu_seconds):.1f} |"
        )


def report_gap(
    pairs: list[tuple[GapContender, Contender]], matrix: sp.csr_array, dangling: F64
) -> None:
    print("\n| residual of GAP's pr | its sweeps | best s | best CPU s | residual of linkshed "
          "| best s | best CPU s | faster | by CPU |")  # fmt: skip
    print("|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    for gap, ours in pairs:
        (theirs, their_cpu), (mine, my_cpu) = (
            (min(c.seconds), min(c.cpu_seconds)) for c in (gap, ours)
        )
        print(
            f"| {gap.reached.residual:.1e} | {gap.reached.sweeps} | {theirs:.2f} | {their_cpu:.2f} "
            f"| {residual(matrix, ours.vector, dangling):.1e} | {mine:.2f} | {my_cpu:.2f} "
            f"| {theirs / mine:.2f} | {their_cpu / my_cpu:.2f} |"
        )
    print(f"\nchange of a sweep, GAP's as printed and our rendering's: "
          f"at most {max(gap.difference for gap, _ in pairs):.1e} apart")  # fmt: skip


def report_bound(gathers: Contender, ours: Contender, passes: int) -> None:
    for kind, bound, solved in (
        ("wall", gathers.seconds, ours.seconds),
        ("CPU", gathers.cpu_seconds, ours.cpu_seconds),
    ):
        print(
            f"{kind}: one gather of every link {min(bound) / passes:.3f} s; ours, {passes - 1} "
            f"sweeps and the last step, takes {min(solved) / min(bound):.1f} times as long as "
            f"{passes} gathers ({statistics.median(solved) / statistics.median(bound):.1f} at the "
            "median)"
        )


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=2_000_000)
    parser.add_argument("--links", type=int, default=31_000_000)
    parser.add_argument("--external", type=float, default=0.12)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    peers = ("scipy", "igraph", "networkit")
    parser.add_argument("--against", nargs="*", choices=peers, default=peers)
    parser.add_argument("--unweighted", action="store_true", help="every link weighs the same")
    parser.add_argument("--gap", type=Path, metavar="PROGRAM", help="the compiled pr of GAP")
    parser.add_argument("--gather", action="store_true", help="the machine's bound alone")
    args = parser.parse_args()
    if args.gap and not args.unweighted:
        parser.error("--gap needs --unweighted: GAP's pr knows no weights")
    return args


def main() -> None:
    args = arguments()
    graph = weblike(args.pages, args.links, external=args.external)
    kind = "unweighted" if args.unweighted else "weighted"
    if args.unweighted:
        graph = replace(graph, weights=np.ones_like(graph.weights))
    dangling = graph.out_weight() == 0
    print(
        f"{graph.n_pages:,} pages, {graph.n_links:,} {kind} links in key order, "
        f"{graph.external_share:.0%} external, {dangling.mean():.0%} of pages without links\n"
    )
    passes = Ours(graph, args.threads).solve().sweeps + 1
    gathers = Apart(lambda: gather_bound(graph, args.threads, passes))
    if args.gather:
        for _ in range(args.repeats):
            gathers.turn()
        print(f"one gather of every link: {min(gathers.seconds) / passes:.3f} s wall, "
              f"{min(gathers.cpu_seconds) / passes:.3f} s CPU")  # fmt: skip
        return
    made, matrix = contenders(graph, args), transition(graph)
    with tempfile.TemporaryDirectory() as folder:
        pairs = []
        if args.gap:
            gap = Gap(args.gap, Path(folder), graph.offsets, graph.sources, args.threads)
            pairs = beside_gap(graph, gap, lambda x: residual(matrix, x / x.sum(), dangling))
        for _ in range(args.repeats):
            for contender in (*made, gathers, *chain(*pairs)):
                contender.turn()
    report(made, matrix, dangling)
    report_bound(gathers, made[0], passes)
    if pairs:
        report_gap(pairs, matrix, dangling)


if __name__ == "__main__":
    main()
