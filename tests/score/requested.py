"""Scores on request of webs written as text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from snapshots import built

from linkshed.score.run import score, score_on_request
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot


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
