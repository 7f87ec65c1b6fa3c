"""Columns of scores on request, as the snapshot's manifest declares them.

A report whose rows are pages or domains shows them beside its own columns once they are computed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from linkshed.report.report import Report
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.snapshot.tables import Snapshot


def requested(snapshot: Snapshot, table: str) -> tuple[Column, ...]:
    """Columns of a table that were computed on request."""
    return tuple(
        Column(column["name"], column["type"], column["meaning"], column["null"], column["unit"])
        for record in snapshot.manifest.scores.values()
        for column in record.get("columns", ())
        if column["table"] == table and snapshot.has(table, column["name"])
    )


def extended(report: Report, snapshot: Snapshot) -> Report:
    """The report with the columns on request that its rows have here."""
    known = {column.name for column in report.columns}
    more = [
        replace(column, name=prefix + column.name)
        for table, prefix in report.shows
        for column in requested(snapshot, table)
        if prefix + column.name not in known
    ]
    return replace(report, columns=(*report.columns, *more)) if more else report
