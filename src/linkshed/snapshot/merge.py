"""Several looks at one page: which of its link rows stand, and what the others still tell.

A page that was read is its own authority: its links are those of the look that counts
(``captures``). A row of an earlier look stands only if the counting look has it too (same target,
kind, words and occurrence); it then gives its ``first_seen``. A row from a table, which linkshed
did not read on the page itself, stands until a look taken after its ``last_seen`` lacks it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from linkshed.snapshot.arrow import seconds
from linkshed.snapshot.captures import NEVER, Looks

_NO_FIRST = np.int64(2**62)


@dataclass
class _Dates:
    """Seconds since 1970 per row; ``first`` is _NO_FIRST and the others NEVER when unknown."""

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    verified: NDArray[np.int64]


def merge(table: pa.Table, looks: Looks) -> tuple[pa.Table, int]:
    """Rows that stand, of a sorted table of all rows of its targets; and how many are superseded.

    Columns ``chunk`` and ``capture`` tell one look from another.
    """
    source = table["source"].to_numpy()
    dates = _Dates(_times(table, "first_seen"), _times(table, "last_seen"),
                   _times(table, "last_verified"))  # fmt: skip
    dates.first[dates.first == NEVER] = _NO_FIRST
    stands = _standing(source, dates, looks)
    n_superseded = int(np.count_nonzero(~stands))
    keep = stands.copy()
    if len(rows := _crowded(table)):
        _merge_rows(table, rows, stands, keep, dates)
    return _with_dates(table, dates).filter(pa.array(keep)), n_superseded


def _times(table: pa.Table, name: str) -> NDArray[np.int64]:
    return np.array(seconds(table[name]).fill_null(int(NEVER)).to_numpy())


def _standing(source: NDArray[Any], dates: _Dates, looks: Looks) -> NDArray[np.bool_]:
    taken, confirmed = looks.taken_at[source], looks.confirmed_at[source]
    is_read = dates.verified != NEVER
    is_current = is_read & (dates.verified == taken)
    outlives = (taken == NEVER) | (dates.last == NEVER) | (dates.last >= taken)
    dates.verified[is_current] = confirmed[is_current]
    dates.last[is_current] = confirmed[is_current]
    return np.asarray(is_current | (~is_read & outlives))


def _crowded(table: pa.Table) -> NDArray[np.int64]:
    """Rows of (target, source) pairs that more than one look tells of."""
    pair = _pairs(table)
    starts = np.flatnonzero(np.diff(pair, prepend=-1))
    chunk, capture = table["chunk"].to_numpy(), table["capture"].to_numpy()
    look = (chunk.astype(np.int64) << 32) | capture
    is_crowded = np.zeros(len(starts), np.bool_)
    is_crowded[pair[look != look[starts][pair]]] = True
    return np.flatnonzero(is_crowded[pair])


def _pairs(table: pa.Table) -> NDArray[np.int64]:
    """Number of each row's (target, source), counted from 0."""
    target, source = table["target"].to_numpy(), table["source"].to_numpy()
    is_new = np.ones(len(target), np.int64)
    is_new[1:] = (target[1:] != target[:-1]) | (source[1:] != source[:-1])
    return np.cumsum(is_new) - 1


def _merge_rows(
    table: pa.Table,
    rows: NDArray[np.int64],
    stands: NDArray[np.bool_],
    keep: NDArray[np.bool_],
    dates: _Dates,
) -> None:
    """Let one row stand for all that tell of the same link; it takes over their dates."""
    part = table.take(pa.array(rows))
    words = pc.fill_null(pc.dictionary_encode(part["anchor"].combine_chunks()).indices, -1)
    same = [_pairs(part), part["kind"].to_numpy(), words.to_numpy()]
    look = [part["chunk"].to_numpy(), part["capture"].to_numpy()]
    occurrence = _rank([*same, *look], part["ordinal"].to_numpy())
    link = [*same, occurrence]
    preference = [look[1], look[0], -dates.verified[rows], ~stands[rows]]
    order = np.lexsort((*preference, *link[::-1]))
    starts = _starts([column[order] for column in link])
    chosen, ordered = rows[order[starts]], rows[order]
    keep[rows] = False
    keep[chosen] = stands[chosen]
    dates.first[chosen] = np.minimum.reduceat(dates.first[ordered], starts)
    dates.last[chosen] = np.maximum.reduceat(dates.last[ordered], starts)


def _rank(groups: list[NDArray[Any]], by: NDArray[Any]) -> NDArray[np.int64]:
    """Place of each row inside its group, counted from 0."""
    order = np.lexsort((by, *groups[::-1]))
    starts = _starts([column[order] for column in groups])
    sizes = np.diff(starts, append=len(order))
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order)) - np.repeat(starts, sizes)
    return ranks


def _starts(columns: list[NDArray[Any]]) -> NDArray[np.int64]:
    """Where runs of equal values begin."""
    is_new = np.zeros(len(columns[0]), np.bool_)
    is_new[:1] = True
    for column in columns:
        is_new[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(is_new)


def _with_dates(table: pa.Table, dates: _Dates) -> pa.Table:
    for name, values, absent in (
        ("first_seen", dates.first, _NO_FIRST),
        ("last_seen", dates.last, NEVER),
        ("last_verified", dates.verified, NEVER),
    ):
        column = pa.array(values, pa.int64(), mask=values == absent).cast(pa.timestamp("s"))
        table = table.set_column(table.column_names.index(name), name, column)
    return table
