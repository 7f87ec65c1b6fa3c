"""Rows of a report whose columns are computed when asked for, and only for the rows asked for."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Rows = NDArray[Any]
ALL = slice(None)
Maker = Callable[[Any], Any]


@dataclass(frozen=True)
class Frame:
    """``n`` rows; ``makers`` give a column for row numbers, or for ALL, as an Arrow array of the
    same length.

    ``groups`` numbers the group of each row when similar rows are to be shown once; ``notes`` are
    counts for the head of a table, ``remarks`` sentences for its foot; ``failures`` are the limits
    of a budget that are not kept; ``nbytes`` the memory it
    keeps.
    """

    n: int
    makers: Mapping[str, Maker]
    groups: Rows | None = None
    notes: dict[str, int] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    nbytes: int = 0
    failures: tuple[str, ...] = ()

    def table(self, names: Iterable[str], rows: Rows | slice) -> pa.Table:
        """Some columns of some rows, in the order given."""
        return pa.table({name: self.makers[name](rows) for name in names})


def of_table(
    table: pa.Table, notes: dict[str, int] | None = None, remarks: tuple[str, ...] = ()
) -> Frame:
    """A frame over columns that are all computed already."""

    def maker(name: str) -> Maker:
        return lambda rows: table[name] if rows is ALL else table[name].take(pa.array(rows))

    makers = {name: maker(name) for name in table.column_names}
    return Frame(len(table), makers, None, notes or {}, remarks, table.nbytes)


def with_columns(frame: Frame, columns: Mapping[str, pa.Array]) -> Frame:
    """The frame with more columns, which are computed already."""

    def maker(column: pa.Array) -> Maker:
        return lambda rows: column if rows is ALL else column.take(pa.array(rows))

    makers = {name: maker(column) for name, column in columns.items()}
    n_bytes = frame.nbytes + sum(column.nbytes for column in columns.values())
    return replace(frame, makers=dict(frame.makers) | makers, nbytes=n_bytes)


def bound(value: float) -> str:
    """A bound in words: the next power of ten."""
    return f"{10.0 ** math.ceil(math.log10(value)):.0e}" if value > 0 else "0"


def labels(values: Any, kinds: type[IntEnum]) -> pa.Array:
    """The lower-case names of an enumeration's numbers; null stays null."""
    numbers = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else pa.array(values)
    names = np.full(int(max(kinds)) + 1, None, object)
    for kind in kinds:
        names[kind] = kind.name.lower()
    return pa.array(names, pa.string()).take(numbers.cast(pa.int64()))
