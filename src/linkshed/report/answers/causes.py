"""The rows of a change between two snapshots."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.errors import NotFoundError
from linkshed.report.answers.earlier import earlier_of
from linkshed.report.frame import Frame, Maker, bound, of_table
from linkshed.simulate.change import CAUSES, NOBODY, Change, Parts, change_of, sums_by_cause
from linkshed.simulate.web import web_of
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

Row = tuple[object, ...]
EXACT = 1e-9
NAMES = ("cause", "source_url", "target_url", "gain", "points", "equity_before", "equity_after")
KINDS = (*[pa.string()] * 3, *[pa.float64()] * 4)


def causes(snapshot: Snapshot, scope: Scope, since: str | None, by: str) -> Frame:
    """A frame whose rows sum to the change of the scope's equity."""
    earlier = earlier_of(snapshot, since)
    try:
        change = change_of(web_of(earlier), web_of(snapshot), scope)
    except NotFoundError as error:
        return of_table(_table([]), remarks=(str(error),))
    remarks = (_sentence(change, earlier.id),)
    if by == "cause":
        return of_table(_table(_sums(change)), remarks=remarks)
    parts = change.parts
    return Frame(len(parts), _makers(parts, change.points_per_equity), None, {}, remarks,
                 parts.nbytes)  # fmt: skip


def _sums(change: Change) -> list[Row]:
    points = change.points_per_equity
    sums = sums_by_cause(change.parts)
    return [(cause, None, None, gain, gain * points, None, None) for cause, gain in sums.items()]


def _table(rows: list[Row]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(NAMES)
    return pa.table([pa.array(c, k) for c, k in zip(columns, KINDS, strict=True)], names=NAMES)


def _makers(parts: Parts, points: float) -> dict[str, Maker]:
    """The columns of some parts; texts are looked up for the rows asked for."""
    known = pa.array(CAUSES, pa.string())
    return {
        "cause": lambda rows: known.take(pa.array(parts.cause[rows])),
        "source_url": lambda rows: _urls(parts, parts.source[rows]),
        "target_url": lambda rows: _urls(parts, parts.target[rows]),
        "gain": lambda rows: pa.array(parts.gain[rows]),
        "points": lambda rows: pa.array(parts.gain[rows] * points),
        "equity_before": lambda rows: pa.array(parts.before[rows]),
        "equity_after": lambda rows: pa.array(parts.after[rows]),
    }


def _urls(parts: Parts, pages: NDArray[np.int32]) -> pa.StringArray:
    return parts.urls.take(pa.array(pages, mask=pages == NOBODY))


def _sentence(change: Change, earlier: str) -> str:
    gain = change.after - change.before
    exact = abs(change.residual) <= EXACT * max(change.before, change.after)
    verdict = "sum exactly" if exact else "DO NOT SUM EXACTLY"
    return (
        f"Equity {change.before:.6g} in {earlier}, {change.after:.6g} now ({gain:+.6g},"
        f" {gain * change.points_per_equity:+.2f} rating points); residual below"
        f" {bound(abs(change.residual))}: the parts {verdict}."
    )
