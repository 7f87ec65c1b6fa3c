"""In which row groups of a file some rows lie, and how to bring them back into their order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Rows = NDArray[Any]


class Spread:
    """Rows of a file by row group. ``borders`` are the first row of each group, and the number of
    rows of the file.
    """

    def __init__(self, borders: Rows, rows: Rows) -> None:
        self._borders, self._rows = borders, rows
        group = _between(borders, rows)
        self._order = np.argsort(group, kind="stable")
        self.groups, self._starts = np.unique(group[self._order], return_index=True)

    def __iter__(self) -> Iterator[tuple[int, pa.Array]]:
        """Each group that holds some of the rows, and which of its own rows these are."""
        parts = np.split(self._order, self._starts[1:])
        for group, at in zip(self.groups.tolist(), parts, strict=True):
            yield group, pa.array(self._rows[at] - self._borders[group])

    def in_order(self, parts: list[pa.Table]) -> pa.Table:
        """What was found in each group, in the order of the rows."""
        found = pa.concat_tables(parts)
        if len(parts) == 1:
            return found
        place = np.empty_like(self._order)
        place[self._order] = np.arange(len(place))
        return found.take(pa.array(place))


def _between(borders: Rows, rows: Rows) -> Rows:
    """The number of the last border at or before each row, in the smallest type: it sorts fastest.

    In most files all groups are of one size, the last at most: they are found by division.
    """
    step = int(borders[1])
    even = np.arange(len(borders)) * step
    is_even = step > 0 and np.array_equal(borders[:-1], even[:-1]) and borders[-1] <= even[-1]
    found = rows // step if is_even else np.searchsorted(borders, rows, side="right") - 1
    return np.asarray(found.astype(np.min_scalar_type(len(borders))))
