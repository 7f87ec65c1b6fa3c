"""Rows as lines of CSV and of JSON, a whole column at a time.

A cell has the very bytes that ``pieces`` gives it alone; Arrow makes them for all rows at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from linkshed.serve.pieces import FORMULA_STARTS, cells

PART_BYTES = 16_000_000
"""Memory of the rows that are made into text at once: the text may be six times as long."""

Flags = NDArray[np.bool_]


def csv_lines(table: pa.Table, *, raw: bool = False) -> Iterator[bytes]:
    """The rows as CSV without a header, in pieces; ``raw`` leaves formulas as they are."""
    for part in _parts(table):
        columns = [_csv_cells(column.combine_chunks(), raw) for column in part.itercolumns()]
        if len(columns) == 1:
            columns = [pc.if_else(pc.equal(columns[0], ""), '""', columns[0])]
        between = [text for column in columns for text in (column, ",")]
        yield _joined([*between[:-1], "\r\n"])


def json_lines(table: pa.Table) -> Iterator[bytes]:
    """The rows as JSON objects, each on a line, in pieces."""
    for part in _parts(table):
        line: list[Any] = []
        for name in part.column_names:
            key = json.dumps(name, ensure_ascii=False)
            line += [f"{', ' if line else '{'}{key}: ", _json_values(part[name].combine_chunks())]
        yield _joined([*line, "}\n"])


def _parts(table: pa.Table) -> Iterator[pa.Table]:
    """All rows, at most so many at once that they fit into PART_BYTES."""
    size = max(1, len(table) * PART_BYTES // max(table.nbytes, PART_BYTES))
    for lo in range(0, len(table), size):
        yield table.slice(lo, size)


def _joined(texts: list[Any]) -> bytes:
    """The texts of each row, row by row; at least one column among constant texts."""
    lines = pc.binary_join_element_wise(*texts, "")
    return _Content(lines).content.tobytes()


class _Content:
    """The bytes of an array of texts: which stand where."""

    def __init__(self, texts: pa.StringArray) -> None:
        _, borders, content = texts.buffers()
        offsets = np.frombuffer(borders, np.int32)[texts.offset :][: len(texts) + 1]
        whole = np.frombuffer(content or b"", np.uint8)
        self.content = whole[offsets[0] : offsets[-1]]
        self.offsets = offsets - offsets[0]

    def starts_with(self, firsts: Flags) -> Flags:
        """Which texts start with a byte that is flagged."""
        found = np.zeros(len(self.offsets) - 1, np.bool_)
        has_some = self.offsets[1:] > self.offsets[:-1]
        found[has_some] = firsts[self.content[self.offsets[:-1][has_some]]]
        return found

    def holds(self, is_wanted: Callable[[Any], Flags]) -> Flags | None:
        """Which texts hold a byte that is wanted; None where none does."""
        places = np.flatnonzero(is_wanted(self.content))
        if not len(places):
            return None
        found = np.zeros(len(self.offsets) - 1, np.bool_)
        found[np.searchsorted(self.offsets, places, side="right") - 1] = True
        return found


def _csv_cells(column: pa.Array, raw: bool) -> pa.StringArray:
    """The cells of a column, an empty one for null."""
    kind = column.type
    if pa.types.is_string(kind):
        return _csv_texts(column.fill_null(""), raw)
    if pa.types.is_list(kind) and pa.types.is_string(kind.value_type):
        together = _listed(column, lambda texts: texts.fill_null(""), "; ")
        return _csv_texts(together.fill_null(""), raw)
    texts = _plain(column, repr)
    if texts is None:
        return pa.array(cells(column.to_pylist(), raw), pa.string())
    return texts.fill_null("")


_IS_FORMULA_START = np.isin(np.arange(256), [ord(start) for start in FORMULA_STARTS])


def _csv_texts(texts: pa.StringArray, raw: bool) -> pa.StringArray:
    """Texts that read as formulas with an apostrophe, such as hold special characters quoted."""
    content = _Content(texts)
    is_formula = content.starts_with(_IS_FORMULA_START)
    if not raw and is_formula.any():
        guarded = _around("'", texts.filter(pa.array(is_formula)), "")
        texts = _replaced(texts, is_formula, guarded)
    is_special = content.holds(_is_special_in_csv)
    if is_special is None:
        return texts
    special = pc.replace_substring(texts.filter(pa.array(is_special)), '"', '""')
    return _replaced(texts, is_special, _around('"', special, '"'))


def _is_special_in_csv(content: Any) -> Flags:
    return np.asarray((content == 34) | (content == 44) | (content == 13) | (content == 10))


def _json_values(column: pa.Array) -> pa.StringArray:
    """The values of a column as JSON."""
    kind = column.type
    if pa.types.is_string(kind):
        return _json_texts(column)
    if pa.types.is_list(kind) and pa.types.is_string(kind.value_type):
        values = _around("[", _listed(column, _json_texts, ", "), "]")
    elif pa.types.is_timestamp(kind):
        values = _around('"', _times(column), '"')
    else:
        values = _plain(column, json.dumps) or _one_by_one(column)
    return values.fill_null("null")


def _json_texts(texts: pa.StringArray) -> pa.StringArray:
    """Texts as JSON; the few that hold what must be escaped are written one by one."""
    made = _around('"', texts, '"').fill_null("null")
    is_special = _Content(texts).holds(_is_special_in_json) if len(texts) else None
    if is_special is None:
        return made
    return _replaced(made, is_special, _one_by_one(texts.filter(pa.array(is_special))))


def _is_special_in_json(content: Any) -> Flags:
    return np.asarray((content < 32) | (content == 34) | (content == 92))


def _one_by_one(column: pa.Array) -> pa.StringArray:
    values = [json.dumps(value, ensure_ascii=False) for value in column.to_pylist()]
    return pa.array(values, pa.string())


def _plain(column: pa.Array, told: Callable[[Any], str]) -> pa.StringArray | None:
    """Numbers, truths and times as texts without quotes; None for a column of another kind.

    ``told`` writes the few floats that Arrow writes otherwise.
    """
    kind = column.type
    if pa.types.is_boolean(kind):
        return pc.if_else(column, "true", "false")
    if pa.types.is_integer(kind):
        return column.cast(pa.string())
    if pa.types.is_floating(kind):
        return _floats(column.cast(pa.float64()), told)
    return _times(column) if pa.types.is_timestamp(kind) else None


def _times(column: pa.TimestampArray) -> pa.StringArray:
    """Times in UTC as ISO 8601, without parts of a second."""
    texts = pc.replace_substring(column.cast(pa.string()), " ", "T")
    if column.type.unit != "s":
        texts = pc.utf8_slice_codeunits(texts, 0, len("2000-01-01T00:00:00"))
    return _around("", texts, "Z")


def _floats(column: pa.DoubleArray, told: Callable[[Any], str]) -> pa.StringArray:
    """The shortest texts that are read as the same numbers.

    Arrow writes whole numbers without ``.0``, and has exponents begin elsewhere.
    """
    texts = column.cast(pa.string())
    values = column.to_numpy(zero_copy_only=False)
    size = np.abs(values)
    is_whole = (size < 1e10) & (values == np.trunc(values))
    if is_whole.any():
        texts = pc.if_else(pa.array(is_whole), _around("", texts, ".0"), texts)
    is_odd = ~is_whole & ~((size >= 1e-4) & (size < 1e10))
    is_odd &= column.is_valid().to_numpy(zero_copy_only=False)
    if is_odd.any():
        texts = _replaced(texts, is_odd, pa.array([told(v) for v in values[is_odd].tolist()]))
    return texts


def _listed(
    column: pa.ListArray, of: Callable[[pa.StringArray], pa.StringArray], between: str
) -> pa.StringArray:
    """The members of each list in one text; null for no list."""
    sizes = pc.list_value_length(column).fill_null(0).to_numpy()
    ends = np.concatenate([[0], np.cumsum(sizes)])
    lists = pa.ListArray.from_arrays(pa.array(ends, pa.int32()), of(column.flatten()))
    return pc.if_else(column.is_valid(), pc.binary_join(lists, between), None)


def _around(before: str, texts: pa.StringArray, after: str) -> pa.StringArray:
    return pc.binary_join_element_wise(before, texts, after, "")


def _replaced(texts: pa.StringArray, which: Flags, others: pa.StringArray) -> pa.StringArray:
    return pc.replace_with_mask(texts, pa.array(which), others)
