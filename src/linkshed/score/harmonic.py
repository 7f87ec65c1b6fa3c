"""Harmonic centrality of pages and domains: how near they are to everything that leads to them.

    H(x) = sum over y != x of 1 / d(y, x)         d: least number of links from y to x

A page that leads nowhere near x adds nothing; 0 means that nothing leads to x. Every link counts
alike, once per pair: pages along the links equity walks on (attention and pass factor above 0,
after redirects and canonicals), domains in the graph of the ratings.

Small graphs are searched exactly, page by page. Large ones are estimated by HyperBall with
2^log2m registers per page: the standard error of H is at most ``standard_error * (H + 1)``; 0.065
for log2m 8, half of it for log2m + 2. It takes 2 * 2^log2m bytes per page. All pages are estimated
from the same hashes, so that two pages with nearly the same sources are compared more exactly than
either is measured. The record says for each level which method was used and its standard error.

Common Crawl orders its ranks by this measure, of all links, scripts and nofollow included.

Sources: Boldi and Vigna, Axioms for centrality, 2014; HyperBall: see ``graph.hyperball``.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from linkshed.errors import ResourceError
from linkshed.graph.blocks import Team
from linkshed.graph.csr import F64, InLinks
from linkshed.graph.distance import harmonic_exact
from linkshed.graph.hyperball import LOG2M_LIMITS, hyperball, size_bytes, standard_error
from linkshed.machine import memory_bytes, n_cores
from linkshed.schema import Column
from linkshed.score.domains import domain_links
from linkshed.score.score import Option, ScoreColumn, ScoreResult
from linkshed.score.walks import read_walk

if TYPE_CHECKING:
    from linkshed.snapshot.tables import Snapshot

TITLE = "harmonic centrality of pages and domains"
NEEDS = ("surfer",)
METHODS = ("auto", "exact", "hyperball")
OPTIONS = (
    Option("method", str, "exact search, HyperBall's estimate, or auto by the size of each graph.",
           "auto", choices=METHODS),
    Option("log2m", int, "HyperBall: 2^log2m registers per page; 2 more halve the error.",
           8, limits=LOG2M_LIMITS),
)  # fmt: skip
MEANING = "harmonic centrality: sum of 1/distance over all {} that lead to it"
COLUMNS = (
    ScoreColumn("pages", Column("harmonic", "f64", MEANING.format("pages"),
                                "dead, or folded into another page")),
    ScoreColumn("domains", Column("harmonic", "f64", MEANING.format("domains"))),
)  # fmt: skip
EXACT_WORK = 10**9  # pages and links that exact searches may touch: some seconds
MEMORY_SHARE = 0.8


def compute(snapshot: Snapshot, params: Mapping[str, Any]) -> ScoreResult:
    """Measure both graphs; params ``method``, ``log2m`` and ``threads``. Raises ResourceError."""
    walk = read_walk(snapshot, params)
    pages, of_pages = centrality(walk.links, params)
    domains, of_domains = centrality(domain_links(snapshot), params)
    columns: dict[tuple[str, str], Any] = {
        ("pages", "harmonic"): np.ma.array(pages, mask=~walk.nodes.is_node),
        ("domains", "harmonic"): domains,
    }
    return ScoreResult(columns, {"pages": of_pages, "domains": of_domains})


def centrality(links: InLinks, params: Mapping[str, Any]) -> tuple[F64, dict[str, Any]]:
    """Harmonic centrality per node, and how it was reached."""
    method, log2m = params.get("method", "auto"), params.get("log2m", 8)
    is_exact = method == "exact" or (method == "auto" and _work(links) <= EXACT_WORK)
    n_threads = params.get("threads") or n_cores()
    with ThreadPoolExecutor(n_threads) as pool:
        team = Team(pool, n_threads)
        if is_exact:
            return harmonic_exact(links, team), {"method": "exact", "standard_error": 0.0}
        _check_memory(links.n_pages, log2m)
        found = hyperball(links, log2m, team)
    error = standard_error(log2m)
    record = {"method": "hyperball", "log2m": log2m, "standard_error": error}
    return found.centrality, record | {"steps": found.n_steps}


def _work(links: InLinks) -> int:
    """The most pages and links that searches from all pages with a link to them can touch."""
    n_searched = int(np.count_nonzero(np.diff(links.offsets)))
    return n_searched * (n_searched + len(links.sources))


def _check_memory(n_nodes: int, log2m: int) -> None:
    memory = MEMORY_SHARE * memory_bytes()
    if size_bytes(n_nodes, log2m) > memory:
        raise ResourceError(
            f"log2m {log2m} takes {size_bytes(n_nodes, log2m):,} bytes for {n_nodes:,} nodes",
            allowed=f"{int(memory):,} bytes, {MEMORY_SHARE:.0%} of this machine's memory",
            repair="take a smaller --log2m; 2 less need a quarter, at twice the error",
        )
