"""Read a web graph from its text files: processor time, memory, and its PageRank.

python benchmarks/bench_webgraph.py --graph DIR/cnr-2000 --store /tmp/bench-webgraph
"""

from __future__ import annotations

import argparse
import gzip
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_array

import linkshed
from linkshed import api

NEAR = "n0000010.com,n0200000.com"


def main() -> None:
    """Write the graph as vertices and edges, then read, build and score it; print a table."""
    options = _options()
    folder = Path(options.store or tempfile.mkdtemp(prefix="linkshed-bench-"))
    folder.mkdir(exist_ok=True)
    edges = np.load(options.graph / "cnr-2000-edges.npz")
    source, target, n = edges["src"], edges["dst"], int(edges["n"])
    graph = _written(folder / "graph", source, target, n)
    table = _as_table(folder / "links.csv.gz", source, target)
    whole, near, links = (folder / name for name in ("whole", "near", "links"))
    steps: list[tuple[str, Callable[[], Any]]] = [
        ("ingest webgraph", lambda: api.ingest("webgraph", graph, store=whole, workers=1)),
        ("ingest webgraph --near", lambda: api.ingest("webgraph", graph, store=near, workers=1,
                                                       near=NEAR)),
        ("ingest links, the same as CSV", lambda: api.ingest("links", [table], store=links,
                                                              workers=1)),
        ("build", lambda: api.build(whole, memory_limit="1GB")),
        ("score --profile classic", lambda: api.score(whole, "classic")),
    ]  # fmt: skip
    print(f"{n:,} nodes, {len(source):,} edges, {sum(p.stat().st_size for p in graph):,} bytes\n")
    print("| step | processor s | edges/s | peak memory, MB |\n|---|--:|--:|--:|")
    for name, step in steps:
        seconds, peak_mb = _measured(step)
        print(f"| {name} | {seconds:.1f} | {len(source) / seconds:,.0f} | {peak_mb:,.0f} |")
    print(f"\n{_differences(whole, edges, options.graph / 'pagerank-0.85-scipy.npy')}")


def _measured(step: Callable[[], Any]) -> tuple[float, float]:
    """Processor seconds and peak memory of a step in a process of its own."""
    if not (child := os.fork()):
        step()
        os._exit(0)
    _, status, usage = os.wait4(child, 0)
    if status:
        sys.exit("a step failed")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def _differences(store: Path, edges: Any, reference: Path) -> str:
    """How far shares of equity are from PageRank: our own iteration of it over the links between
    different nodes, and the reference, which counts links of a node to itself as well.
    """
    found = linkshed.open(str(store)).pages("*", select="url,equity", order_by="url:asc")
    equity = np.concatenate([np.asarray(part["equity"]) for part in found.batches()])
    source, target, n = edges["src"], edges["dst"], int(edges["n"])
    own = source == target
    told = []
    for name, expected in (
        ("scipy, without own links", _pagerank(source[~own], target[~own], n)),
        ("scipy, with own links", _pagerank(source, target, n)),
    ):
        told.append(f"equity to {name}: {np.abs(equity / equity.sum() - expected).max():.1e}")
    gap = np.abs(_pagerank(source, target, n) - np.load(reference)).max()
    told.append(f"scipy, with own links, to the reference: {gap:.1e}")
    return "largest differences: " + "; ".join(told) + f"; own links: {int(own.sum()):,}"


def _pagerank(source: Any, target: Any, n: int) -> Any:
    share = 1.0 / np.maximum(np.bincount(source, minlength=n), 1)
    back = csr_array((share[source], (target, source)), (n, n))
    is_dangling = np.bincount(source, minlength=n) == 0
    rank = np.full(n, 1 / n)
    for _ in range(250):
        rank = 0.85 * (back @ rank + rank[is_dangling].sum() / n) + 0.15 / n
    return rank


def _written(folder: Path, source: Any, target: Any, n: int) -> list[Path]:
    folder.mkdir(exist_ok=True)
    order = np.lexsort((target, source))
    vertices = "".join(f"{k}\tcom.n{k:07}\t1\n" for k in range(n))
    pairs = zip(source[order].tolist(), target[order].tolist(), strict=True)
    edges = "".join(f"{s}\t{t}\n" for s, t in pairs)
    paths = [folder / "vertices.txt.gz", folder / "edges.txt.gz"]
    for path, text in zip(paths, (vertices, edges), strict=True):
        path.write_bytes(gzip.compress(text.encode(), 6, mtime=0))
    return paths


def _as_table(path: Path, source: Any, target: Any) -> Path:
    rows = zip(source.tolist(), target.tolist(), strict=True)
    text = "".join(f"https://n{s:07}.com/,https://n{t:07}.com/\n" for s, t in rows)
    path.write_bytes(gzip.compress(("url_from,url_to\n" + text).encode(), 6, mtime=0))
    return path


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--graph", type=Path, required=True, help="folder of cnr-2000")
    parser.add_argument("--store", help="where to work; a temporary folder without it")
    return parser.parse_args()


if __name__ == "__main__":
    started = time.perf_counter()
    main()
    print(f"{time.perf_counter() - started:,.0f} s in all", file=sys.stderr)
