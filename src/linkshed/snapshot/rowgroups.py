"""In which row groups of a file some rows lie, and how their columns come into the rows' order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.snapshot.arrow import taken
from linkshed.snapshot.manifest import FileEntry

Rows = NDArray[Any]

FEW = 16


class Spread:
    """Rows of a file by row group. ``borders`` are the first row of each group, and the number of
    rows of the file.
    """

    def __init__(self, borders: Rows, rows: Rows) -> None:
        self._borders, self._rows = borders, rows
        self._rise = bool((rows[1:] >= rows[:-1]).all())
        self._group = _rising(borders, rows) if self._rise else _between(borders, rows)
        self._order = np.arange(len(rows)) if self._rise else np.argsort(self._group, kind="stable")
        self.groups, self._starts = np.unique(self._group[self._order], return_index=True)

    @property
    def is_thin(self) -> bool:
        """Whether there are so few rows in each group that one by one they are taken faster."""
        return len(self._rows) < FEW * len(self.groups)

    def places(self) -> list[tuple[int, int]]:
        """The group of each row, and which row of the group it is."""
        own = self._rows - self._borders[self._group]
        return list(zip(self._group.tolist(), own.tolist(), strict=True))

    def __iter__(self) -> Iterator[tuple[int, pa.Array]]:
        """Each group that holds some of the rows, and which of its own rows these are."""
        parts = np.split(self._order, self._starts[1:])
        for group, at in zip(self.groups.tolist(), parts, strict=True):
            yield group, pa.array(self._rows[at] - self._borders[group])

    def in_order(self, parts: list[pa.Table]) -> pa.Table:
        """What was found in each group, in the order of the rows."""
        found = pa.concat_tables(parts)
        if len(parts) == 1 or self._rise:
            return found
        place = np.empty_like(self._order)
        place[self._order] = np.arange(len(place))
        return found.take(pa.array(place))


def part_of(decoded: Mapping[str, pa.Array], rows: pa.Array) -> pa.Table:
    """Some rows of the columns of a row group."""
    return pa.table({name: taken(column, rows) for name, column in decoded.items()})


def singly(
    decoded: Mapping[int, Mapping[str, pa.Array]],
    places: list[tuple[int, int]],
    names: Sequence[str],
) -> pa.Table:
    """Columns of rows at ``places``, value by value; ``decoded`` are those of whole groups."""
    columns = {}
    for name in names:
        kind = decoded[places[0][0]][name].type
        kind = kind.value_type if pa.types.is_dictionary(kind) else kind
        values = [decoded[group][name][row].as_py() for group, row in places]
        columns[name] = pa.array(values, kind)
    return pa.table(columns)


def _between(borders: Rows, rows: Rows) -> Rows:
    """The number of the last border at or before each row, in the smallest type: it sorts fastest.

    In most files all groups are of one size, the last at most: they are found by division.
    """
    step = int(borders[1])
    even = np.arange(len(borders)) * step
    is_even = step > 0 and np.array_equal(borders[:-1], even[:-1]) and borders[-1] <= even[-1]
    found = rows // step if is_even else np.searchsorted(borders, rows, side="right") - 1
    return np.asarray(found.astype(np.min_scalar_type(len(borders))))


def _rising(borders: Rows, rows: Rows) -> Rows:
    """The same of rows that rise, which are told by where each group begins."""
    counts = np.diff(np.searchsorted(rows, borders))
    return np.repeat(np.arange(len(counts), dtype=np.min_scalar_type(len(borders))), counts)


def repeating(entry: FileEntry) -> list[str]:
    """Columns of few different texts: those of links, as most links stand on many pages."""
    kinds = zip(entry.columns, entry.types, strict=True)
    is_of_links = entry.table in ("links", "contexts")
    return [name for name, kind in kinds if kind == "string" and is_of_links]
