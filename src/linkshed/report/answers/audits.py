"""The rows of a summary: what each audit finds with its own defaults, without computing gains."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from linkshed.report import REPORTS
from linkshed.report.answers.lonely import ORPHAN
from linkshed.report.frame import ALL, Frame, of_table
from linkshed.report.report import Report
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

AUDITS = ("waste", "orphans", "redirects", "weak", "dilution", "anchorissues")
STAKES = {"waste": "loss"}
_KINDS = {
    "report": pa.string(), "findings": pa.uint32(), "inconclusive": pa.uint32(),
    "stake": pa.float64(), "worst_stake": pa.float64(), "worst_url": pa.string(),
    "question": pa.string(),
}  # fmt: skip


def summary(snapshot: Snapshot, scope: Scope) -> Frame:
    """A frame of one row for each audit that finds something."""
    rows = []
    for name in AUDITS:
        report = REPORTS.load(name).REPORT
        no_gains = {option.name: 0 for option in report.options if option.name == "each"}
        frame = report.frame(snapshot, scope, report.checked(no_gains))
        rows += [_row(report, frame)] if frame.n else []
    columns = list(zip(*rows, strict=True)) or [()] * len(_KINDS)
    arrays = [pa.array(c, kind) for c, kind in zip(columns, _KINDS.values(), strict=True)]
    return of_table(pa.table(arrays, names=list(_KINDS)))


def _row(report: Report, frame: Frame) -> tuple[str, int, int, float, float, str | None, str]:
    stake = np.asarray(frame.makers[STAKES.get(report.name, "stake")](ALL), np.float64)
    worst = np.argsort(-stake, kind="stable")[:1]
    n_sure = _n_sure(frame)
    return (
        report.name, n_sure, frame.n - n_sure, float(stake.sum()), float(stake[worst][0]),
        frame.makers["url"](worst)[0].as_py(), report.question,
    )  # fmt: skip


def _n_sure(frame: Frame) -> int:
    """Findings that are not inconclusive."""
    if "verdict" not in frame.makers:
        return frame.n
    return int(frame.makers["verdict"](ALL).to_pylist().count(ORPHAN))
