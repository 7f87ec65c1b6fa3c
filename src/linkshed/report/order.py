"""Rows in order, each group once. When only the first are asked for, the rest is not ordered."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from linkshed.report.frame import ALL, Frame, Rows

IN_GROUP = "links_in_group"
Keys = list[tuple[str, str]]
_SPARE = 4
_GROWTH = 8
_SPARSE = 64


def ranked(
    frame: Frame, rows: Rows, order: Keys, stop: int | None
) -> tuple[Rows, Rows | None, int]:
    """The first ``stop`` of some rows (None: all) in an order, each group once.

    ``order`` holds (column, "ascending" or "descending"); null comes last, ties keep the frame's
    order, and a group stands at its first row. Also gives how many rows each row stands for (None
    without groups), and how many rows there would be in all. ``rows`` rise.
    """
    keys = [key for key in order if key[0] != IN_GROUP]
    by_count = [way for name, way in order if name == IN_GROUP]
    if stop is None or by_count or not keys or not len(rows):
        return _all(frame, rows, keys, by_count, stop)
    if frame.groups is None:
        return _ordered(frame, _best(frame, rows, keys, stop), keys)[:stop], None, len(rows)
    groups = _dense(frame.groups if len(rows) == frame.n else frame.groups[rows])
    firsts = _first_of_groups(frame, rows, keys, stop)
    at = np.searchsorted(rows, firsts)
    return firsts, _sizes(groups, groups[at]), n_distinct(groups)


def n_distinct(numbers: NDArray[Any]) -> int:
    """How many different numbers there are; none is negative."""
    if not len(numbers):
        return 0
    is_met = np.zeros(int(_dense(numbers).max()) + 1, np.bool_)
    is_met[_dense(numbers)] = True
    return int(np.count_nonzero(is_met))


def _all(
    frame: Frame, rows: Rows, keys: Keys, by_count: list[str], stop: int | None
) -> tuple[Rows, Rows | None, int]:
    rows = _ordered(frame, rows, keys)
    if frame.groups is None:
        return rows[:stop], None, len(rows)
    rows, counts = _grouped(frame.groups, rows)
    for direction in by_count:
        order = np.argsort(-counts if direction == "descending" else counts, kind="stable")
        rows, counts = rows[order], counts[order]
    return rows[:stop], counts[:stop], len(rows)


def _ordered(frame: Frame, rows: Rows, keys: Keys) -> Rows:
    """Rows in order; null last; ties in the frame's own order."""
    if not keys or not len(rows):
        return rows
    found = frame.table([name for name, _ in keys], rows)
    table = pa.table({name: _sortable(found[name]) for name in found.column_names})
    table = table.append_column("row", pa.array(rows))
    sort_keys = [(name, way, "at_end") for name, way in (*keys, ("row", "ascending"))]
    return np.asarray(rows[pc.sort_indices(table, sort_keys).to_numpy()])


def _sortable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.binary_join(column, "; ") if pa.types.is_list(column.type) else column


def _grouped(groups: Rows, rows: Rows) -> tuple[Rows, Rows]:
    """The first row of each group, in the order of rows, and how many rows each stands for."""
    _, first, counts = np.unique(groups[rows], return_index=True, return_counts=True)
    order = np.argsort(first, kind="stable")
    return rows[first[order]], counts[order]


def _first_of_groups(frame: Frame, rows: Rows, keys: Keys, stop: int) -> Rows:
    """The first row of each of the first ``stop`` groups, looked for among ever more rows."""
    assert frame.groups is not None
    n = _SPARE * stop
    while True:
        best = _best(frame, rows, keys, n)
        found, _ = _grouped(frame.groups, _ordered(frame, best, keys))
        if len(found) >= stop or len(best) == len(rows):
            return found[:stop]
        n *= _GROWTH


def _best(frame: Frame, rows: Rows, keys: Keys, n: int) -> Rows:
    """At least the first ``n`` rows in the order of the keys, themselves in no order."""
    if not 0 < n < len(rows):
        return rows[:n]
    name, way = keys[0]
    column = frame.table([name], ALL if len(rows) == frame.n else rows)[name]
    if pa.types.is_string(column.type) or pa.types.is_list(column.type):
        return rows
    values = _numbers(column, is_falling=way == "descending")
    border = np.partition(values, n - 1)[n - 1]
    if np.isnan(border):
        return rows
    if len(keys) > 1:
        return np.asarray(rows[values <= border])
    before = rows[values < border]
    return np.concatenate([before, rows[values == border][: n - len(before)]])


def _numbers(column: pa.ChunkedArray, *, is_falling: bool) -> NDArray[Any]:
    """Numbers that rise in the order asked for; null is NaN, which comes last."""
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    if not pa.types.is_floating(column.type):
        column = column.cast(pa.float64())
    values: NDArray[Any] = column.combine_chunks().to_numpy(zero_copy_only=False)
    return np.negative(values) if is_falling else values


def _dense(groups: Rows) -> Rows:
    """Group numbers not much larger than there are rows."""
    if len(groups) and int(groups.max()) > _SPARSE * len(groups):
        return np.unique(groups, return_inverse=True)[1]
    return groups


def _sizes(groups: Rows, wanted: Rows) -> Rows:
    """How many rows each of some groups has; ``wanted`` are different."""
    is_wanted = np.zeros(int(groups.max()) + 1, np.bool_)
    is_wanted[wanted] = True
    found, counts = np.unique(groups[is_wanted.take(groups)], return_counts=True)
    return np.asarray(counts[np.searchsorted(found, wanted)])
