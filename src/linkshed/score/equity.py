"""Page equity, and how much of it every link carries.

    E   = (1-d) b + d P^T E        P_ij = sum of a_l pi_l over links l from i to j / A_i
    c_l = d E_i a_l pi_l / A_i     E_j  = (1-d) b_j + sum of c_l over links that end at j

in page-equivalents: a page nobody links to has E = 1-d = 0.15. Nodes are pages that receive their
own equity; links count at the receiver of their target. ``b`` (column ``base``) is 1 for indexable
pages and for pages never fetched, 0 for noindex pages; dead pages and pages folded into another
have neither base nor equity (null).

This is the linear ("pseudorank") form of PageRank: what noindex, nofollow, broken and missing
links lose is not handed back. So it adds up exactly, and pages unconnected to a change never move.
It is proportional to PageRank with lost equity returned along b. Parallel links each count.

Published is ``y = (1-d) b + sum of c_l`` of a converged x. No page's ledger, which rests on y, has
a larger relative gap than ``page_residual``; ``|y - E|_1 <= |r|_1 / (1-d)`` for its residual ``r``.

Balance: ``sum of (1-d) b = (1-d) sum of E + d * (equity lost at noindex, broken, nofollow links and
at pages without links)``.

Sources: Page, Brin, Motwani, Winograd, 1999; Boldi and Vigna, webgraph (pseudorank); Cutts,
"PageRank sculpting", 2009, for nofollow links staying in the denominator.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import F64, fold, members_of, scale_of
from linkshed.graph.shelf import Shelf
from linkshed.graph.walk import Solution, solve
from linkshed.schema import Column
from linkshed.score.factors import Columns, Fate, passing
from linkshed.score.nodes import Nodes, read_nodes
from linkshed.score.profiles import Profile, profile_of
from linkshed.score.score import ScoreColumn, ScoreResult, shelf_of
from linkshed.snapshot.diff import ABSENT, same_pages
from linkshed.snapshot.kinds import is_clickable
from linkshed.snapshot.store import Store

if TYPE_CHECKING:
    from linkshed.snapshot.tables import Snapshot

TITLE = "equity of every page, and the part of it every link carries"
NEEDS = ("surfer",)
NOT_A_NODE = "dead, or its equity is held by the page it redirects or is canonicalised to"
COLUMNS = (
    ScoreColumn("pages", Column("equity", "f64", "equity", NOT_A_NODE, "page-equivalents")),
    ScoreColumn("pages", Column("base", "f32", "base b; 1-d of it is equity", NOT_A_NODE)),
    ScoreColumn(
        "links",
        Column(
            "equity", "f32", "equity it carries", "not a link one can click", "page-equivalents"
        ),
    ),
)
TOLERANCE = 1e-10
PAGE_TOLERANCE = 2e-10
CHUNK = 1 << 20
LINK_COLUMNS = ("source", "target", "kind", "rel", "weight", "passes")


@dataclass(frozen=True)
class Equity:
    """Solution over all pages, equity per link, and the balance of the whole."""

    solution: Solution
    carried: np.ma.MaskedArray[Any, np.dtype[np.float32]]
    balance: dict[str, float]


def compute(snapshot: Snapshot, params: Mapping[str, Any]) -> ScoreResult:
    """Solve for the profile ``params["profile"]``; optional ``threads``, and ``start``, the id of a
    scored snapshot to begin with.
    """
    profile = profile_of(params["profile"])
    nodes = read_nodes(snapshot)
    links = {name: snapshot.array("links", name) for name in LINK_COLUMNS}
    out_weight = snapshot.array("pages", "out_weight")
    offsets = snapshot.array("in_offsets", "in_offset")
    work = (params.get("threads"), shelf_of(snapshot, params))
    start = first_guess(snapshot, nodes, profile, params.get("start"))
    found = settle(links, offsets, out_weight, nodes, profile, *work, start)
    columns: dict[tuple[str, str], Any] = {
        ("pages", "equity"): np.ma.array(found.solution.values, mask=~nodes.is_node),
        ("pages", "base"): np.ma.array(nodes.base.astype(np.float32), mask=~nodes.is_node),
        ("links", "equity"): found.carried,
    }
    record = {"profile": profile.name, "damping": profile.damping, "balance": found.balance}
    return ScoreResult(columns, record | found.solution.record())


def first_guess(
    snapshot: Snapshot, nodes: Nodes, profile: Profile, start: str | None
) -> F64 | None:  # fmt: skip
    """What the same pages held in another snapshot; what is new there begins with its base."""
    if start is None:
        return None
    earlier = Store.open(snapshot.store_path).snapshot(start)
    held = np.asarray(earlier.array("pages", "equity"))
    guess = (1 - profile.damping) * nodes.base
    for lo in range(0, snapshot.n_pages, CHUNK):
        pages = np.arange(lo, min(lo + CHUNK, snapshot.n_pages))
        same = same_pages(snapshot, pages, earlier)
        pages, same = pages[same != ABSENT], same[same != ABSENT]
        guess[pages] = np.where(np.isnan(held[same]), guess[pages], held[same])
    return guess


def settle(
    links: Columns,
    in_offsets: NDArray[Any],
    out_weight: F64,
    nodes: Nodes,
    profile: Profile,
    threads: int | None = None,
    shelf: Shelf | None = None,
    start: F64 | None = None,
) -> Equity:
    """Equity from weighed links, given as columns sorted by target, then source.

    ``shelf`` is where arrays over links are put, ``start`` a first guess.
    """
    d = profile.damping
    shelf = shelf or Shelf()
    solution = solved(links, in_offsets, out_weight, nodes, profile, threads, shelf, start)
    shown = solution.values * scale_of(d, out_weight)
    carried, lost = _carry(links, shown, nodes, profile, shelf)
    dangling = d * float(solution.values[nodes.is_node & (out_weight == 0)].sum())
    return Equity(solution, carried, _balance(solution, nodes, d, dangling, lost))


def solved(
    links: Columns,
    in_offsets: NDArray[Any],
    out_weight: F64,
    nodes: Nodes,
    profile: Profile,
    threads: int | None = None,
    shelf: Shelf | None = None,
    start: F64 | None = None,
) -> Solution:
    """The equity of pages alone; the rest as ``settle``."""
    amounts = (links["source"], links["weight"], links["passes"])
    return solve(
        fold(in_offsets, *amounts, members_of(nodes.lands), shelf),
        (1 - profile.damping) * nodes.base,
        scale_of(profile.damping, out_weight),
        damping=profile.damping,
        tolerance=TOLERANCE,
        page_tolerance=PAGE_TOLERANCE,
        threads=threads,
        shelf=shelf,
        start=start,
    )


def _carry(
    links: Columns, shown: F64, nodes: Nodes, profile: Profile, shelf: Shelf
) -> tuple[np.ma.MaskedArray[Any, np.dtype[np.float32]], F64]:
    n_links = len(links["source"])
    carried, is_null = shelf.empty(n_links, np.float32), shelf.empty(n_links, np.bool_)
    lost = np.zeros(len(Fate))
    for lo in range(0, n_links, CHUNK):
        part = {name: column[lo : lo + CHUNK] for name, column in links.items()}
        taken = shown[part["source"]] * part["weight"]
        carried[lo : lo + CHUNK] = taken * part["passes"]
        is_null[lo : lo + CHUNK] = ~is_clickable(part["kind"])
        lost += _lost(part, taken, nodes, profile)
    return np.ma.array(carried, mask=is_null), lost


def _lost(links: Columns, taken: F64, nodes: Nodes, profile: Profile) -> F64:
    rows = np.flatnonzero((taken > 0) & (links["passes"] < 1))
    part = {name: column[rows] for name, column in links.items()}
    fate = passing(part, part["source"], part["target"], nodes, profile)[1]
    amounts = taken[rows] * (1 - part["passes"].astype(np.float64))
    return np.asarray(np.bincount(fate, weights=amounts, minlength=len(Fate)), np.float64)


def _balance(
    solution: Solution, nodes: Nodes, d: float, dangling: float, lost: F64
) -> dict[str, float]:
    """Every term of the balance; ``gap`` is what the residual leaves."""
    terms = {
        "stops": (1 - d) * float(solution.values.sum()),
        "no_links": dangling,
        **{fate.name.lower(): float(lost[fate]) for fate in Fate if fate is not Fate.PASSES},
    }
    base = (1 - d) * float(nodes.base.sum())
    return {"base": base, **terms, "gap": base - sum(terms.values())}
