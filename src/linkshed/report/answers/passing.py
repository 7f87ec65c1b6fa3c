"""Links that pass a filter, before they are counted."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.report.answers.sides import Side, Sides
from linkshed.report.columns import link_frame
from linkshed.report.filters import parse
from linkshed.report.report import Report
from linkshed.report.shared import LINK_COLUMNS, OF_LINKS
from linkshed.snapshot.tables import Snapshot

_LINKS = Report(OF_LINKS.name, "", "links", LINK_COLUMNS[:-1], (), "", lambda *_: None)  # type: ignore[arg-type]


def passing(snapshot: Snapshot, rows: NDArray[Any], where: str | None) -> NDArray[Any]:
    """Those of some links that pass a filter, if there is one. Raises FilterError, ColumnError."""
    return rows if where is None else rows[_mask(snapshot, rows, where)]


def passing_sides(sides: Sides, where: str | None) -> Sides:
    """The same of links in two snapshots, each as it stands there."""
    if where is None:
        return sides
    now, then = (_chosen(side, where) for side in sides)
    return Sides(sides.earlier, now, then)


def _chosen(side: Side, where: str) -> Side:
    return side.chosen(_mask(side.snapshot, side.rows, where))


def _mask(snapshot: Snapshot, rows: NDArray[Any], where: str) -> NDArray[np.bool_]:
    condition = parse(_LINKS, where)
    table = link_frame(snapshot, rows, "all").table(sorted(condition.names), np.arange(len(rows)))
    return np.asarray(condition.mask(table)).astype(bool)
