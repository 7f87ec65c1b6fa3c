"""The rows of a summary of all audits, with what changed and whether a budget is kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from linkshed.errors import NotFoundError
from linkshed.report.answers.audits import Audit
from linkshed.report.answers.budget import exceeded, read_budget, sentences
from linkshed.report.answers.compared import CHANGES, Part, parts
from linkshed.report.answers.finding import SEVERITIES
from linkshed.report.frame import Frame, of_table
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

_KINDS = {
    "severity": pa.string(), "report": pa.string(), "findings": pa.uint32(),
    **dict.fromkeys(SEVERITIES, pa.uint32()), "inconclusive": pa.uint32(),
    "stake": pa.float64(), "worst_stake": pa.float64(), "worst_url": pa.string(),
    **dict.fromkeys(CHANGES, pa.uint32()), "question": pa.string(),
}  # fmt: skip


def summary(snapshot: Snapshot, scope: Scope, against: str | None, budget: str | None) -> Frame:
    """A frame of one row for each audit that finds something, or found it in the other snapshot."""
    limits = [] if budget is None else read_budget(budget, against)
    frame_of = partial(_frame, against=against)
    found = parts(snapshot, scope, against, frame_of)
    frame = frame_of(found)
    told = () if against is None else (_compared(found, against),)
    if budget is None:
        return replace(frame, remarks=told)
    _require_pages(snapshot, scope)
    failures = exceeded(limits, found, snapshot, against)
    remarks = (*told, *sentences(limits, failures))
    return replace(frame, remarks=remarks, failures=tuple(failures))


def _frame(found: list[Part], against: str | None) -> Frame:
    by_audit: dict[str, list[Part]] = {}
    for part in found:
        by_audit.setdefault(part.audit.name, []).append(part)
    rows = [_row(both, against) for both in by_audit.values() if any(len(p.rows) for p in both)]
    columns = list(zip(*rows, strict=True)) or [()] * len(_KINDS)
    arrays = [pa.array(c, kind) for c, kind in zip(columns, _KINDS.values(), strict=True)]
    return of_table(pa.table(arrays, names=list(_KINDS)))


def _compared(found: list[Part], against: str) -> str:
    counts = Counter(change for part in found for change in part.change)
    words = ", ".join(f"{counts[change]:,} {change}" for change in CHANGES)
    return f"Against snapshot {against}: {words}. 'findings --against {against}' lists them."


def _require_pages(snapshot: Snapshot, scope: Scope) -> None:
    if all(lo == hi for lo, hi in snapshot.pages_of(scope)):
        raise NotFoundError(
            f"no page of scope {scope.text!r} is in snapshot {snapshot.id}: a budget says nothing",
            allowed="a scope with pages",
            repair="correct its spelling or its mode, or look for it with: linkshed pages SCOPE",
        )


def _row(both: list[Part], against: str | None) -> tuple[Any, ...]:
    """The first of ``both`` are the findings now."""
    audit = both[0].audit
    counts = Counter(change for part in both for change in part.change)
    changes = [None if against is None else counts[change] for change in CHANGES]
    n_sure = int(audit.is_sure.sum())
    by_severity = Counter(audit.severity.tolist())
    found = [by_severity[word] for word in SEVERITIES]
    severity = next((word for word in SEVERITIES if by_severity[word]), None)
    return (
        severity, audit.name, n_sure, *found, audit.frame.n - n_sure, *_worst(audit, severity),
        *changes, audit.report.question,
    )  # fmt: skip


def _worst(audit: Audit, severity: str | None) -> tuple[float, float, str | None]:
    """Equity of all findings, of the largest of a severity, and the page of that."""
    stake = audit.stake
    if not len(stake):
        return 0.0, 0.0, None
    ranked = np.where(audit.severity == severity, stake, -1.0)
    worst = np.argsort(-ranked, kind="stable")[:1]
    return float(stake.sum()), float(stake[worst][0]), audit.column("url", worst)[0].as_py()
