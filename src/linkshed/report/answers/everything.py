"""The rows of a list of all findings, whichever audit made them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from linkshed.report.answers.compared import Part, parts
from linkshed.report.frame import ALL, Frame, Maker
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

TEXTS = ("kind", "url", "other", "verdict", "reason", "source_url", "anchor",
         "placement", "path", "way", "why", "repair")  # fmt: skip
COUNTS = ("n_links", "n_pages")


def everything(snapshot: Snapshot, scope: Scope, against: str | None) -> Frame:
    """A frame of every finding; with ``against`` also of those that are gone since."""
    return _frame(parts(snapshot, scope, against, _frame))


def _frame(found: list[Part]) -> Frame:
    starts = np.cumsum([0, *(len(part.rows) for part in found)])
    makers: dict[str, Maker] = {
        "report": _of([np.full(len(p.rows), p.audit.name, object) for p in found], pa.string()),
        "change": _of([np.array([*p.change, None], object)[:-1] for p in found], pa.string()),
        "severity": _of([p.audit.severity[p.rows] for p in found], pa.string()),
        "stake": _of([p.audit.stake[p.rows] for p in found], pa.float64()),
        **{name: _column(found, starts, name, pa.string()) for name in TEXTS},
        **{name: _column(found, starts, name, pa.uint32()) for name in COUNTS},
    }
    n = int(starts[-1])
    return Frame(n, makers, nbytes=n * 64)


def _of(values: list[Any], kind: Any) -> Maker:
    whole = pa.array(np.concatenate(values), kind)
    return lambda rows: whole if rows is ALL else whole.take(pa.array(rows))


def _column(found: list[Part], starts: Any, name: str, kind: Any) -> Maker:
    """A column that the audits themselves make, for the rows wanted only."""

    def make(rows: Any) -> pa.Array:
        wanted = np.arange(starts[-1]) if rows is ALL else np.arange(starts[-1])[rows]
        of = np.searchsorted(starts, wanted, side="right") - 1
        order, arrays = np.argsort(of, kind="stable"), [pa.array([], kind)]
        for number in np.unique(of).tolist():
            local = found[number].rows[wanted[of == number] - starts[number]]
            arrays.append(found[number].audit.column(name, local).cast(kind))
        return pa.concat_arrays(arrays).take(pa.array(np.argsort(order)))

    return make
