"""Columns of a finding: what is known of it, of its page, and of a link at which it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.report.answers.ways import Ways
from linkshed.report.frame import Maker, labels
from linkshed.schema import Placement
from linkshed.snapshot.tables import Snapshot

Ids = NDArray[np.int64]
NONE = -1
SURE, INCONCLUSIVE, LOOK_AGAIN = "certain", "inconclusive", "to look at again"
SEVERITIES = CRITICAL, MAJOR, MINOR = ("critical", "major", "minor")
VERDICTS = (SURE, INCONCLUSIVE)


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


def verdicts(is_open: NDArray[Any], reason: str | Sequence[str | None]) -> dict[str, Maker]:
    """Whether each finding is certain, and why not: one reason for all, or one for each."""
    reasons = [reason] * len(is_open) if isinstance(reason, str) else reason
    told = [text if flag else None for text, flag in zip(reasons, is_open, strict=True)]
    return {
        "verdict": words(VERDICTS, is_open.astype(np.int64)),
        **given(reason=np.array([*told, None], object)[:-1]),
    }


def severities(levels: Sequence[str], kind: Ids, is_open: NDArray[Any] | None = None) -> Maker:
    """How severe each finding is, by its kind; null where it is not certain."""
    number = kind if is_open is None else np.where(is_open, len(levels), kind)
    return words((*levels, None), number)


def hops_told(n: int) -> str:
    """So many hops, in words."""
    return "1 hop" if n == 1 else f"{n} hops"


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


def way(snapshot: Snapshot, pages: Callable[[Any], Ids]) -> Maker:
    """The clicks from a home page to each page of some rows."""
    ways = Ways(snapshot)
    return lambda rows: ways.told(pages(rows))


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

    def pages(rows: Any) -> Ids:
        found: Ids = links[rows]
        if not snapshot.n_links:
            return found
        source = snapshot.array("links", "source")[np.maximum(found, 0)].astype(np.int64)
        return np.asarray(np.where(found == NONE, NONE, source))

    return {
        "source_url": lambda rows: url(snapshot, pages(rows))(slice(None)),
        "way": way(snapshot, pages),
        "anchor": stored("links", "anchor"),
        "placement": stored("links", "placement"),
        "path": stored("contexts", "path"),
    }
