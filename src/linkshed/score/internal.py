"""Internal and external equity: what a domain makes of its own pages, and what others bring it.

    I = (1-d) b + d P_in^T I          what the domain's own base becomes along its own links
    X = x       + d P_in^T X          what enters from other domains, and becomes the same way
    x_j = sum of c_l over links l from other domains that end at j
    I + X = E

b, d, c_l and E are those of equity. P_in is its P with links inside a domain alone, in the shares
they have beside all other links: what external links of a page take is gone, and so is what leaves
the domain and comes back, which counts as X. A link is inside when the page that receives its
equity is on the domain of its source. In a domain

    internal_share = I / E            of a page; of a domain: sum of I / sum of E

Changing internal links moves I at once; X only as far as it passes on what others send.

``largest_gap`` in the record is the largest ``|I + X - E| / E``: both parts are solved on their
own, so this proves them. More than 1e-9 is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import F64
from linkshed.schema import Column
from linkshed.score.nodes import read_nodes
from linkshed.score.score import Option, ScoreColumn, ScoreResult
from linkshed.score.walks import Walk, by_domain, read_walk, share_columns

if TYPE_CHECKING:
    from linkshed.snapshot.tables import Snapshot

TITLE = "the equity a domain makes itself, and what others bring it"
NEEDS = ("surfer", "equity")
OPTIONS: tuple[Option, ...] = ()
NO_NODE = "dead, or folded into another page"
UNIT = "page-equivalents"
INTERNAL = "equity from its domain's own base along its domain's own links"
EXTERNAL = "equity that other domains send to its domain"
SHARE = "internal part of its equity"
COLUMNS = (
    ScoreColumn("pages", Column("internal_equity", "f64", INTERNAL, NO_NODE, UNIT)),
    ScoreColumn("pages", Column("external_equity", "f64", EXTERNAL, NO_NODE, UNIT)),
    ScoreColumn("pages", Column("internal_share", "f64", SHARE, f"{NO_NODE}; no equity")),
    ScoreColumn("domains", Column("internal_equity", "f64", "sum over its pages", "", UNIT)),
    ScoreColumn("domains", Column("external_equity", "f64", "sum over its pages", "", UNIT)),
    ScoreColumn("domains", Column("internal_share", "f64", SHARE, "no equity")),
)
EXACT = 1e-9
CHUNK = 1 << 20


def compute(snapshot: Snapshot, params: Mapping[str, Any]) -> ScoreResult:
    """Solve both parts; optional ``threads``. Raises ResourceError."""
    equity = np.nan_to_num(np.asarray(snapshot.array("pages", "equity"), np.float64))
    is_inside, lands = _inside(snapshot)
    walk = read_walk(snapshot, params, keep=is_inside)
    own = walk.solve((1 - walk.damping) * walk.nodes.base)
    sent = walk.solve(_entering(snapshot, equity * walk.scale, lands, ~is_inside))
    columns = share_columns(
        snapshot, walk.nodes, ("internal_equity", "internal_share"), own.values, equity
    )
    columns |= _external(snapshot, walk, sent.values)
    record = {"internal": own.record(), "external": sent.record()}
    return ScoreResult(columns, record | _proof(own.values + sent.values, equity))


def _inside(snapshot: Snapshot) -> tuple[NDArray[np.bool_], NDArray[np.uint32]]:
    """Whether each link ends on the domain it starts on, and where links to each page end."""
    lands = read_nodes(snapshot).lands
    domain = snapshot.domain_of(np.arange(snapshot.n_pages))
    ends = domain[lands]
    source, target = (snapshot.array("links", name) for name in ("source", "target"))
    is_inside = np.empty(snapshot.n_links, np.bool_)
    for lo in range(0, snapshot.n_links, CHUNK):
        rows = slice(lo, lo + CHUNK)
        is_inside[rows] = domain[source[rows]] == ends[target[rows]]
    return is_inside, lands


def _entering(
    snapshot: Snapshot, shown: F64, lands: NDArray[np.uint32], enters: NDArray[np.bool_]
) -> F64:
    """Equity that links with ``enters`` carry to each page; ``shown`` is d E / A of each page."""
    names = ("source", "target", "weight", "passes")
    columns = [snapshot.array("links", name) for name in names]
    total = np.zeros(snapshot.n_pages)
    for lo in range(0, snapshot.n_links, CHUNK):
        rows = lo + np.flatnonzero(enters[lo : lo + CHUNK])
        source, target, weight, passes = (column[rows] for column in columns)
        np.add.at(total, lands[target], shown[source] * weight * passes)
    return total


def _external(snapshot: Snapshot, walk: Walk, values: F64) -> dict[tuple[str, str], Any]:
    return {
        ("pages", "external_equity"): np.ma.array(values, mask=~walk.nodes.is_node),
        ("domains", "external_equity"): by_domain(snapshot, values),
    }


def _proof(parts: F64, equity: F64) -> dict[str, Any]:
    gap = np.abs(parts - equity)
    largest = float(np.divide(gap, equity, out=gap, where=equity > 0).max(initial=0))
    notes = [f"internal and external equity differ from equity by up to {largest:.1e} of it"]
    return {"largest_gap": largest, "notes": notes if largest > EXACT else []}
