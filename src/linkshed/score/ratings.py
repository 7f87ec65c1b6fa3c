"""Ratings from 0 to 100 of pages and domains, and the equity of domains.

    R(E) = 100 * clip( ln(E / 0.15) / ln(HI / 0.15), 0, 1 )         HI: ``anchors.json``, frozen

Ten times the equity is 14 points more. The scale is fixed, so a rating moves only when the equity
behind it does, never because others grew.

Domains have their own graph: A links to B (A != B) when at least one followed link that a reader
can see leads from an indexable page of A, or one never fetched, to a living page whose receiver is
on B. A's rating is shared equally by the domains it links to:

    E_D = (1-d) b_D + d * sum over A linking to D of E_A / L_A      L_A: distinct domains A links to
    b_D = 1 with at least one referring domain, else 0.05: domains nobody refers to, which cost
          nothing to make by the thousand, emit almost nothing

From a Common Crawl ranks file, whose PageRank has a uniform jump: ``E = 0.15 * pr / min(pr)``.
Its graph holds links of all kinds, scripts and nofollow included: say "all links" beside it.

Not comparable with any vendor's number: the tops of the scales are compressed differently.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linkshed.errors import InputError
from linkshed.graph.csr import F64, InLinks, scale_of
from linkshed.graph.walk import Solution, solve
from linkshed.schema import Column
from linkshed.score.domains import domain_links
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
ROUNDING = 1e-12


@cache
def anchors() -> dict[str, Any]:
    """The frozen ends of the scale, with their release."""
    text = files("linkshed.score").joinpath("anchors.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def rating(equity: Any) -> F64:
    """R(E) of one value or an array; 0 for anything at or below the low anchor, and for what is
    above it by rounding alone.
    """
    low, high = anchors()["low"], anchors()["high"]
    ratio = np.asarray(equity, np.float64) / low
    ratio = np.where(ratio > 1 + ROUNDING, ratio, 1.0)
    share: F64 = np.clip(np.log(ratio) / np.log(high / low), 0.0, 1.0)
    return 100.0 * share


def equity_of(value: Any) -> F64:
    """The equity of a rating: the inverse of ``rating`` between its ends."""
    low, high = anchors()["low"], anchors()["high"]
    return np.asarray(low * (high / low) ** (np.asarray(value, np.float64) / 100.0))


def equity_from_ranks(pagerank: Any) -> F64:
    """Equity from normalised PageRank values of a whole graph. Raises InputError.

    ``pagerank`` must contain the least value of the graph: every page nobody links to has it.
    """
    values = np.asarray(pagerank, np.float64)
    if not len(values) or not (values > 0).all():
        raise InputError(
            f"PageRank values {values[:3].tolist()}...",
            allowed="a non-empty column of numbers above 0",
            repair="use the pr_val column of a ranks file",
        )
    low: float = anchors()["low"]
    return np.asarray(low * values / values.min())


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
