"""Ratings from 0 to 100 of pages and domains, and the equity of domains.

The scale is that of ``scale``: fixed, so a rating moves only when the equity behind it does.

Domains have their own graph: A links to B (A != B) when at least one followed link that a reader
can see leads from an indexable page of A, or one never fetched, to a living page whose receiver is
on B. A's rating is shared equally by the domains it links to:

    E_D = (1-d) b_D + d * sum over A linking to D of E_A / L_A      L_A: distinct domains A links to
    b_D = 1 with at least one referring domain, else 0.05: domains nobody refers to, which cost
          nothing to make by the thousand, emit almost nothing

Not comparable with any vendor's number: the tops of the scales are compressed differently.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import F64, InLinks, scale_of
from linkshed.graph.walk import Solution, solve
from linkshed.schema import Column
from linkshed.score.domains import domain_links
from linkshed.score.scale import anchors, rating
from linkshed.score.score import ScoreColumn, ScoreResult

if TYPE_CHECKING:
    from linkshed.snapshot.tables import Snapshot

TITLE = "ratings of pages and domains"
NEEDS = ("surfer", "equity")
COLUMNS = (
    ScoreColumn("pages", Column("rating", "f32", "page rating, 0 to 100", "no equity of its own")),
    ScoreColumn("domains", Column("equity", "f64", "domain equity", unit="domain-equivalents")),
    ScoreColumn("domains", Column("rating", "f32", "domain rating, 0 to 100")),
    ScoreColumn("domains", Column("rank", "u32", "place by domain equity; equals share a place")),
)
DAMPING = 0.85
UNREFERRED_BASE = 0.05


def compute(snapshot: Snapshot, params: Mapping[str, Any]) -> ScoreResult:
    """Rate pages by their equity, and domains by the domain graph; optional ``threads``."""
    solution = _solve_domains(domain_links(snapshot), params.get("threads"))
    pages = snapshot.array("pages", "equity")
    page_rating = np.ma.array(rating(np.nan_to_num(pages)).astype(np.float32), mask=np.isnan(pages))
    columns: dict[tuple[str, str], Any] = {
        ("pages", "rating"): page_rating,
        ("domains", "equity"): solution.values,
        ("domains", "rating"): rating(solution.values).astype(np.float32),
        ("domains", "rank"): ranks(solution.values),
    }
    return ScoreResult(columns, {"anchors": anchors(), "damping": DAMPING} | solution.record())


def _solve_domains(links: InLinks, threads: int | None) -> Solution:
    n_linked = np.bincount(links.sources, minlength=links.n_pages)
    scale = scale_of(DAMPING, n_linked)
    base = np.where(np.diff(links.offsets) > 0, 1.0, UNREFERRED_BASE)
    return solve(
        links, (1 - DAMPING) * base, scale, damping=DAMPING, page_tolerance=1e-9, threads=threads
    )


def ranks(equity: F64) -> NDArray[np.uint32]:
    """1 for the largest; equal values share the better place."""
    ascending = np.sort(-equity)
    return (np.searchsorted(ascending, -equity) + 1).astype(np.uint32)


def ranks_of(pages: NDArray[np.int64], equity: F64) -> NDArray[np.uint32]:
    """The same for some pages alone, without sorting all."""
    order = np.argsort(equity[pages], kind="stable")
    below = np.searchsorted(equity[pages[order]], equity)
    n_above = len(equity) - np.cumsum(np.bincount(below, minlength=len(pages)))[: len(pages)]
    found = np.empty(len(pages), np.uint32)
    found[order] = n_above + 1
    return found
