"""The rows of a change between two snapshots."""

from __future__ import annotations

import pyarrow as pa

from linkshed.errors import NotFoundError
from linkshed.report.answers.earlier import earlier_of
from linkshed.report.frame import Frame, bound, of_table
from linkshed.simulate.change import Change, change_of, sums_by_cause
from linkshed.simulate.web import web_of
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

EXACT = 1e-9
Row = tuple[object, ...]


def causes(snapshot: Snapshot, scope: Scope, since: str | None, by: str) -> Frame:
    """A frame whose rows sum to the change of the scope's equity."""
    earlier = earlier_of(snapshot, since)
    try:
        change = change_of(web_of(earlier), web_of(snapshot), scope)
    except NotFoundError as error:
        return of_table(_table([]), remarks=(str(error),))
    rows = _sums(change) if by == "cause" else _parts(change)
    return of_table(_table(rows), remarks=(_sentence(change, earlier.id),))


def _sums(change: Change) -> list[Row]:
    points = change.points_per_equity
    sums = sums_by_cause(change.parts)
    return [(cause, None, None, gain, gain * points, None, None) for cause, gain in sums.items()]


def _parts(change: Change) -> list[Row]:
    points = change.points_per_equity
    return [
        (p.cause, p.source_url, p.target_url, p.gain, p.gain * points, p.before, p.after)
        for p in change.parts
    ]


def _table(rows: list[Row]) -> pa.Table:
    names = ("cause", "source_url", "target_url", "gain", "points", "equity_before", "equity_after")
    kinds = [pa.string()] * 3 + [pa.float64()] * 4
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return pa.table([pa.array(c, k) for c, k in zip(columns, kinds, strict=True)], names=names)


def _sentence(change: Change, earlier: str) -> str:
    gain = change.after - change.before
    exact = abs(change.residual) <= EXACT * max(change.before, change.after)
    verdict = "sum exactly" if exact else "DO NOT SUM EXACTLY"
    return (
        f"Equity {change.before:.6g} in {earlier}, {change.after:.6g} now ({gain:+.6g},"
        f" {gain * change.points_per_equity:+.2f} rating points); residual below"
        f" {bound(abs(change.residual))}: the parts {verdict}."
    )
