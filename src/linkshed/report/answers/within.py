"""Links between pages of one domain."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.snapshot.kinds import is_clickable
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

Ids = NDArray[np.int64]


def within(snapshot: Snapshot, scope: Scope, way: str) -> Ids:
    """Rows, rising, of clickable links inside one domain: into a scope (``in``), out of its pages
    (``out``), or with both ends in it (``within``, also between several of its domains).
    """
    ranges = snapshot.pages_of(scope)
    rows = _leaving(snapshot, ranges) if way == "out" else _arriving(snapshot, ranges)
    source, target, kind = (
        snapshot.array("links", name).take(rows) for name in ("source", "target", "kind")
    )
    kept = is_clickable(kind)
    if way == "within":
        kept &= _inside(source, ranges)
    else:
        kept &= snapshot.domain_of(source) == snapshot.domain_of(target)
    return rows[kept]


def _arriving(snapshot: Snapshot, ranges: list[tuple[int, int]]) -> Ids:
    parts = [np.arange(*snapshot.in_links(*pages), dtype=np.int64) for pages in ranges]
    return np.concatenate([np.empty(0, np.int64), *parts])


def _leaving(snapshot: Snapshot, ranges: list[tuple[int, int]]) -> Ids:
    offsets = snapshot.array("out_offsets", "out_offset")
    order = snapshot.array("out_order", "link")
    parts = [order[int(offsets[lo]) : int(offsets[hi])] for lo, hi in ranges]
    rows: Ids = np.concatenate([np.empty(0, np.int64), *parts]).astype(np.int64)
    rows.sort()
    return rows


def _inside(pages: NDArray[Any], ranges: list[tuple[int, int]]) -> NDArray[np.bool_]:
    borders = np.array(ranges, np.int64).ravel()
    return np.asarray(np.searchsorted(borders, pages, side="right") % 2 == 1)
