"""Scores on request of webs written as text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.score.nodes import read_nodes
from linkshed.score.run import score, score_on_request
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot
from snapshots import built

D = 0.85


def requested(
    text: str, folder: Path, name: str, profile: str = "classic", **options: Any
) -> Snapshot:
    """The snapshot of a web with all usual scores and one on request."""
    store, bare = built(text, folder)
    return again(score(store, bare, profile), folder, name, **options)


def again(snapshot: Snapshot, folder: Path, name: str, **options: Any) -> Snapshot:
    """A scored snapshot of the store in ``folder`` with one more score."""
    return score_on_request(Store.open(folder / "store"), snapshot, name, options)


def on_page(snapshot: Snapshot, address: str, name: str) -> Any:
    """A column of one page; None where null."""
    row = snapshot.page_id(f"https://{address}")
    assert row is not None, address
    return snapshot.take("pages", [name], np.array([row]))[name][0].as_py()


def on_domain(snapshot: Snapshot, domain: str, name: str) -> Any:
    """A column of one domain; None where null."""
    row = snapshot.domain_id(domain)
    assert row is not None, domain
    return snapshot.take("domains", [name], np.array([row]))[name][0].as_py()


def column(snapshot: Snapshot, table: str, name: str) -> NDArray[np.float64]:
    """A float column; NaN where null."""
    return np.asarray(snapshot.array(table, name), np.float64)


def matrix(snapshot: Snapshot) -> NDArray[np.float64]:
    """What every link passes, from source to receiver, made from the published columns."""
    nodes, n = read_nodes(snapshot), snapshot.n_pages
    source, target, weight, passes = (
        np.asarray(snapshot.array("links", name), np.float64 if name in ("weight", "passes") else int)
        for name in ("source", "target", "weight", "passes")
    )  # fmt: skip
    amounts = np.zeros((n, n))
    np.add.at(amounts, (source, nodes.lands[target]), weight * passes)
    return amounts


def walked(matrix: NDArray[Any], total: NDArray[Any], base: NDArray[Any]) -> NDArray[Any]:
    """x = (1-d) base + d P^T x, by a dense solve."""
    p = np.divide(matrix, total[:, None], out=np.zeros_like(matrix), where=total[:, None] > 0)
    return np.linalg.solve(np.eye(len(base)) - D * p.T, (1 - D) * base)
