"""Answering a report: filter, group, order and cut its rows, and only then fetch what is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.errors import FilterError, ParameterError
from linkshed.report import REPORTS
from linkshed.report.filters import Filter, parse
from linkshed.report.frame import Frame
from linkshed.report.order import IN_GROUP, Keys, ranked
from linkshed.report.report import Report
from linkshed.report.scored import extended
from linkshed.report.untold import untold
from linkshed.schema import Column
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

if TYPE_CHECKING:
    from linkshed.report.sql.file import OverFile

BATCH_ROWS = 131_072
NAMED = 5
FEW = 10_000
"""First rows that are kept, to be shown again."""


@dataclass(frozen=True)
class Query:
    """What is asked of a report's rows.

    ``where`` a filter; ``order_by`` columns with ``:asc`` or ``:desc``; ``select`` columns, ``*``
    for all; ``limit`` None for all rows.
    """

    where: str | None = None
    order_by: str | None = None
    select: str | None = None
    limit: int | None = None
    offset: int = 0


@dataclass(frozen=True)
class Answer:
    """The rows of a report. ``total`` counts them before the limit, ``notes`` other things;
    ``remarks`` are sentences on the answer as a whole; ``absent`` parts of the scope without pages.
    """

    report: Report
    columns: tuple[Column, ...]
    total: int
    rows: NDArray[Any]
    frame: Frame
    counts: NDArray[Any] | None
    notes: dict[str, int]
    remarks: tuple[str, ...]
    absent: tuple[str, ...] = ()

    def batches(self, size: int = BATCH_ROWS) -> Any:
        """The rows as Arrow tables of at most ``size`` rows; at least one, possibly empty."""
        for lo in range(0, max(len(self.rows), 1), size):
            yield self._table(slice(lo, lo + size))

    def table(self) -> pa.Table:
        """All rows as one Arrow table."""
        return self._table(slice(None))

    def of(self, names: Sequence[str]) -> pa.Table:
        """Some columns of all rows, also such as are not among those asked for."""
        return self.frame.table(names, self.rows)

    def _table(self, part: slice) -> pa.Table:
        names = [column.name for column in self.columns]
        made = self.frame.table([n for n in names if n in self.frame.makers], self.rows[part])
        columns = {name: made[name] if name in made.column_names else None for name in names}
        if IN_GROUP in columns:
            counts = np.ones(len(self.rows), np.int64) if self.counts is None else self.counts
            columns[IN_GROUP] = pa.array(counts[part], pa.uint32())
        return pa.table(columns)


def ask(
    snapshot: Snapshot, name: str, scope: Scope, options: Mapping[str, Any], query: Query
) -> Answer:
    """Answer a report. Raises UnknownName, UsageError of all kinds, MissingScore."""
    report = extended(REPORTS.load(name).REPORT, snapshot).seen(options)
    columns = _selected(report, query.select)
    order = _order(report, query.order_by or report.order_by)
    condition = parse(report, query.where) if query.where else None
    if condition is not None and IN_GROUP in condition.names:
        raise FilterError(
            f"filter {query.where!r}: {IN_GROUP} counts the rows a filter leaves",
            allowed="any other column",
            repair=f"order by it: --order-by {IN_GROUP}:desc",
        )
    if (query.limit is not None and query.limit < 0) or query.offset < 0:
        raise ParameterError(f"limit {query.limit}, offset {query.offset}", allowed="0 or more")
    found = _Found(snapshot, report, scope, report.checked(options))
    frame = found.frame
    stop = None if query.limit is None else query.offset + query.limit
    first = found.first(query.where, condition, order, stop)
    rows, counts = first.rows[query.offset :], first.counts
    counts = None if counts is None else counts[query.offset :]
    gone = absent(snapshot, scope)
    remarks = (*frame.remarks, *_nowhere(gone), *untold(snapshot))
    return Answer(report, columns, first.total, rows, frame, counts, frame.notes, remarks, gone)


def absent(snapshot: Snapshot, scope: Scope) -> tuple[str, ...]:
    """The scope, or the members of a set, of which a snapshot holds no page."""
    members = scope.members or (scope,)
    return tuple(member.text for member in members if not snapshot.pages_of(member))


def _nowhere(members: tuple[str, ...]) -> tuple[str, ...]:
    """A sentence on the members of a scope without pages."""
    if not members:
        return ()
    named = ", ".join(member[:200] for member in members[:NAMED])
    more = f" and {len(members) - NAMED:,} more" * (len(members) > NAMED)
    are = "are" if len(members) > 1 else "is"
    return (f"{named}{more} {are} not in this snapshot: no page there was read, or linked to.",)


def as_sql(
    snapshot: Snapshot, name: str, scope: Scope, options: Mapping[str, Any], query: Query
) -> str | None:
    """The question as SQL over the snapshot's files; None when its answer is computed."""
    from linkshed.report.sql.conditions import NoStatement
    from linkshed.report.sql.statement import statement

    report = extended(REPORTS.load(name).REPORT, snapshot).seen(options)
    select = [column.name for column in _selected(report, query.select)]
    order = _order(report, query.order_by or report.order_by)
    try:
        return statement(
            snapshot, report, snapshot.pages_of(scope), report.checked(options), query.where,
            order, select, query.limit, query.offset,
        )  # fmt: skip
    except NoStatement:
        return None


def as_sql_over_file(snapshot: Snapshot, name: str, path: str, query: Query) -> OverFile:
    """The question as SQL over a file that the rows of the report are written to."""
    from linkshed.report.sql.file import over_file

    report = extended(REPORTS.load(name).REPORT, snapshot)
    select = [column.name for column in _selected(report, query.select)]
    order = _order(report, query.order_by or report.order_by)
    return over_file(report, path, query.where, order, select, query.limit, query.offset)


@dataclass(frozen=True)
class _First:
    """The first rows in an order; ``counts`` how many rows each stands for, ``total`` how many
    there are in all.
    """

    rows: NDArray[Any]
    counts: NDArray[Any] | None
    total: int

    @property
    def nbytes(self) -> int:
        return 2 * self.rows.nbytes


class _Found:
    """The rows of a scope, made unless they were made lately."""

    def __init__(
        self, snapshot: Snapshot, report: Report, scope: Scope, options: dict[str, Any]
    ) -> None:
        self._name = (report.name, scope, *options.items())
        self._recent = snapshot.recent
        self.frame: Frame = self._recent.once(
            self._name,
            lambda: report.frame(snapshot, scope, options),
            takes_long=report.takes_long,
        )

    def first(
        self, where: str | None, condition: Filter | None, order: Keys, stop: int | None
    ) -> _First:
        """The first ``stop`` rows that pass a filter, looked for unless they were found lately."""

        def look() -> _First:
            return _First(*ranked(self.frame, self._passing(condition), order, stop))

        is_whole = self._recent.get(self._name) is self.frame
        if stop is None or stop > FEW or not is_whole:
            return look()
        first: _First = self._recent.once((self._name, where, *order, stop), look)
        return first

    def _passing(self, condition: Filter | None) -> NDArray[Any]:
        rows = np.arange(self.frame.n)
        if condition is None or not self.frame.n:
            return rows
        table = self.frame.table(sorted(condition.names), rows)
        return np.asarray(rows[np.asarray(condition.mask(table))])


def _selected(report: Report, text: str | None) -> tuple[Column, ...]:
    if text is None:
        return tuple(report.column(name) for name in report.select)
    if text.strip() == "*":
        return report.columns
    named = (report.column(name.strip()) for name in text.split(",") if name.strip())
    return tuple(dict.fromkeys(named))


def _order(report: Report, text: str) -> Keys:
    order = []
    for part in filter(str.strip, text.split(",")):
        name, _, direction = part.strip().partition(":")
        if direction not in ("", "asc", "desc"):
            raise ParameterError(
                f"order {part.strip()!r}", allowed="column, column:asc, column:desc"
            )
        column = report.column(name)
        order.append((column.name, "descending" if direction == "desc" else "ascending"))
    return order
