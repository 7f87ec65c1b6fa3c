"""Trust and distrust from lists of pages that a person has judged.

    T = (1-d) t + d P^T T         t_i = b_i on trusted pages, else 0
    D = (1-d) s + d Q^T D         s_i = 1 on bad pages, else 0

P and b are those of equity: trust walks along links from the trusted pages (TrustRank). As t never
exceeds b, T is the part of equity that started on trusted pages, and

    trust_share = T / E           of a page; of a domain: sum of T / sum of E

lies between 0 and 1. Distrust walks the other way, from bad pages to those that link to them
(Anti-TrustRank): a page hands d of its distrust back over the links that end there, in proportion
to what each would pass (attention times pass factor), ``Q_ji = sum of a_l pi_l over links l from i
to j / the same sum over all links to j``. A nofollow link, and one that passes nothing, takes no
blame. With the same walk from all pages, R = (1-d) + d Q^T R:

    distrust_share = D / R        how much of all that is handed back to a page started on bad ones

Without a list of its kind a column is null: nobody was judged. A domain in a list judges all its
pages; ``url https://example.com/`` its home page alone. Divided by its sum, T is TrustRank with
what is lost returned to the trusted pages. 1 - trust_share is the spam mass of Gyöngyi et al.
before their correction for good pages never listed: it is large for all that is far from the list.

Sources: Gyöngyi, Garcia-Molina, Pedersen, Combating web spam with TrustRank, VLDB 2004; Krishnan
and Raj, Web spam detection with Anti-Trust Rank, AIRWeb 2006; Gyöngyi, Berkhin, Garcia-Molina,
Pedersen, Link spam detection based on mass estimation, VLDB 2006.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from linkshed.graph.csr import F64
from linkshed.graph.walk import Solution
from linkshed.schema import Column
from linkshed.score.listed import Listed, read_listed
from linkshed.score.score import Option, ScoreColumn, ScoreResult
from linkshed.score.walks import Walk, read_walk, share_columns

if TYPE_CHECKING:
    from linkshed.snapshot.tables import Snapshot

TITLE = "trust and distrust from lists of judged pages"
NEEDS = ("surfer", "equity")
OPTIONS = (
    Option("good", str, "Scopes to trust, with commas between."),
    Option("good_file", Path, "File of scopes to trust, one on each line."),
    Option("bad", str, "Scopes to distrust, with commas between."),
    Option("bad_file", Path, "File of scopes to distrust, one on each line."),
)
NO_GOOD = "no trusted scopes were given"
NO_BAD = "no bad scopes were given"
NO_NODE = "; dead, or folded into another page"
NO_EQUITY = "; no equity"
KINDS = (
    ("trust", "equity that started on trusted pages", NO_GOOD, "page-equivalents"),
    ("trust_share", "share of the equity that started on trusted pages", NO_GOOD + NO_EQUITY, ""),
    ("distrust", "distrust handed back from bad pages along links", NO_BAD, "page-equivalents"),
    (
        "distrust_share",
        "share of all that is handed back to it that started on bad pages",
        NO_BAD,
        "",
    ),
)
COLUMNS = tuple(
    ScoreColumn(table, Column(name, "f64", meaning, null + extra, unit))
    for table, extra in (("pages", NO_NODE), ("domains", ""))
    for name, meaning, null, unit in KINDS
)


def compute(snapshot: Snapshot, params: Mapping[str, Any]) -> ScoreResult:
    """Walk from both lists; params ``good``, ``good_file``, ``bad``, ``bad_file``, ``threads``.

    Raises InputError, NotFoundError, ScopeError for lists that cannot be used, ResourceError.
    """
    walk = read_walk(snapshot, params)
    lists = {kind: _listed(snapshot, walk, params, kind) for kind in ("good", "bad")}
    trust, trusted = _trust(snapshot, walk, lists["good"])
    distrust, distrusted = _distrust(snapshot, walk, lists["bad"])
    solutions = {"trust": trusted, "distrust": distrusted}
    record = _record(lists, {name: found for name, found in solutions.items() if found})
    return ScoreResult(trust | distrust, record)


def _listed(snapshot: Snapshot, walk: Walk, params: Mapping[str, Any], kind: str) -> Listed | None:
    return read_listed(snapshot, walk.nodes, params.get(kind), params.get(f"{kind}_file"))


def _trust(
    snapshot: Snapshot, walk: Walk, listed: Listed | None
) -> tuple[dict[tuple[str, str], Any], Solution | None]:
    equity = np.nan_to_num(np.asarray(snapshot.array("pages", "equity"), np.float64))
    found = None
    if listed is not None:
        found = walk.solve((1 - walk.damping) * walk.nodes.base * listed.is_listed)
    return _columns(snapshot, walk, "trust", found, equity), found


def _distrust(
    snapshot: Snapshot, walk: Walk, listed: Listed | None
) -> tuple[dict[tuple[str, str], Any], Solution | None]:
    whole, found = np.zeros(snapshot.n_pages), None
    if listed is not None:
        back = walk.reversed()
        found = back.solve((1 - walk.damping) * listed.is_listed.astype(np.float64))
        whole = back.solve((1 - walk.damping) * walk.nodes.is_node.astype(np.float64)).values
    return _columns(snapshot, walk, "distrust", found, whole), found


def _columns(
    snapshot: Snapshot, walk: Walk, name: str, found: Solution | None, whole: F64
) -> dict[tuple[str, str], Any]:
    part = None if found is None else found.values
    return share_columns(snapshot, walk.nodes, (name, f"{name}_share"), part, whole)


def _record(
    lists: Mapping[str, Listed | None], solutions: Mapping[str, Solution]
) -> dict[str, Any]:
    names = {"good": "trusted", "bad": "bad"}
    record: dict[str, Any] = {name: found.record() for name, found in solutions.items()}
    notes = []
    for kind, listed in lists.items():
        if listed is None:
            notes.append(f"no {names[kind]} scopes were given: those columns are empty")
        else:
            record[kind] = listed.record()
            notes += listed.notes(f"the {names[kind]} list")
    return record | {"notes": notes}
