"""Columns of a finding: what is known of it, of its page, and of a link at which it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.report.frame import Maker, labels
from linkshed.schema import Placement
from linkshed.snapshot.tables import Snapshot

Ids = NDArray[np.int64]
NONE = -1


def given(**columns: NDArray[Any]) -> dict[str, Maker]:
    """Columns that are computed already; NaN, None and masked values are null."""
    return {name: _plain(values) for name, values in columns.items()}


def _plain(values: NDArray[Any]) -> Maker:
    if values.dtype == object:
        return lambda rows: pa.array(values[rows], pa.string())
    is_float = values.dtype.kind == "f"

    def make(rows: Any) -> Any:
        part = values[rows]
        mask = np.isnan(part) if is_float else np.ma.getmaskarray(part)
        return pa.array(np.ma.getdata(part), mask=mask)

    return make


def words(texts: Sequence[str | None], codes: NDArray[Any]) -> Maker:
    """The text of each code."""
    known = np.array([*texts, None], object)[:-1]
    return lambda rows: pa.array(known[codes[rows]], pa.string())


def url(snapshot: Snapshot, pages: Ids) -> Maker:
    """The URL of each page, null for NONE."""

    def make(rows: Any) -> Any:
        found = pages[rows]
        known = found != NONE
        texts = np.full(len(found), None, object)
        texts[known] = snapshot.urls(found[known])
        return pa.array(texts, pa.string())

    return make


def fact(snapshot: Snapshot, name: str, pages: Ids, table: str = "pages") -> Maker:
    """A stored column of each page."""
    return lambda rows: snapshot.pick(table, name, pages[rows])


def where(snapshot: Snapshot, links: Ids) -> dict[str, Maker]:
    """Where the link of each finding stands; null for NONE."""

    def stored(table: str, name: str) -> Maker:
        def make(rows: Any) -> Any:
            found = links[rows]
            known = found != NONE
            values = snapshot.take(table, [name], found[known])[name]
            values = labels(values, Placement) if name == "placement" else values
            return values.take(pa.array(np.cumsum(known) - 1, mask=~known))

        return make

    def source(rows: Any) -> Any:
        found = links[rows]
        pages = snapshot.array("links", "source")[np.maximum(found, 0)].astype(np.int64)
        return url(snapshot, np.where(found == NONE, NONE, pages))(slice(None))

    return {
        "source_url": source if snapshot.n_links else url(snapshot, links),
        "anchor": stored("links", "anchor"),
        "placement": stored("links", "placement"),
        "path": stored("contexts", "path"),
    }
