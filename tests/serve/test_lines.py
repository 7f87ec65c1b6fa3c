"""Lines that are made a column at a time hold the bytes of cells that are written one by one."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linkshed.serve import lines
from linkshed.serve.pieces import FORMULA_STARTS, moment

HOSTILE = "=+-@\t\r\n\",; \0\\\b\f\x1f\x7f'a茶\u202e\u2028🎉"
TEXT = st.text(st.one_of(st.sampled_from(HOSTILE), st.characters(exclude_categories=["Cs"])),
               max_size=8)  # fmt: skip
BORDERS = (
    0.0,
    -0.0,
    1e-4,
    9.999e-5,
    1e10,
    9999999999.5,
    1e15,
    999999999999999.9,
    1e16,
    1e22,
    5e-324,
    1e300,
    100.0,
)
FLOATS = st.sampled_from(BORDERS) | st.floats()
KINDS: list[tuple[pa.DataType, st.SearchStrategy[Any]]] = [
    (pa.string(), TEXT),
    (pa.bool_(), st.booleans()),
    (pa.uint8(), st.integers(0, 2**8 - 1)),
    (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    (pa.uint64(), st.integers(0, 2**64 - 1)),
    (pa.float32(), st.floats(width=32)),
    (pa.float64(), FLOATS),
    (pa.timestamp("s"), st.integers(-62_135_596_800, 253_402_300_799)),
    (pa.timestamp("ms"), st.integers(-62_135_596_800_000, 253_402_300_799_999)),
    (pa.list_(pa.string()), st.lists(TEXT, max_size=3)),
    (pa.null(), st.none()),
    (pa.list_(pa.int64()), st.lists(st.integers(0, 9), max_size=3)),
    (pa.dictionary(pa.int32(), pa.string()), TEXT),
]


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    """Rows of columns of any kind with nulls, of several chunks, cut somewhere."""
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=4))
    n = draw(st.integers(0, 8))
    at = draw(st.integers(0, n))
    columns = {}
    for number, (kind, values) in enumerate(kinds):
        found = draw(st.lists(st.none() | values, min_size=n, max_size=n))
        chunks = [pa.array(part, kind) for part in (found[:at], found[at:])]
        columns[f'c "{number}", 茶'] = pa.chunked_array(chunks, kind)
    lo = draw(st.integers(0, n))
    return pa.table(columns).slice(lo, draw(st.integers(0, n - lo)))


def values_of(table: pa.Table) -> list[list[Any]]:
    """Rows of Python values; times in words."""
    columns = []
    for column in table.itercolumns():
        is_time = pa.types.is_timestamp(column.type)
        values = column.to_pylist()
        columns.append([moment(v) if is_time and v is not None else v for v in values])
    return [list(row) for row in zip(*columns, strict=True)]


def cell(value: Any, raw: bool) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    if isinstance(value, str) and not raw and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


@given(tables(), st.booleans())
@example(pa.table({"a": pa.array(["=1+1", "+1", "-1", "@x", "\ta", "\ra", "'=1", "a=1", "", None])}), False)  # fmt: skip
@example(pa.table({"a": pa.array(BORDERS), "b": pa.array([-value for value in BORDERS])}), False)
def test_csv_is_that_of_the_standard_library(table: pa.Table, raw: bool) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([cell(value, raw) for value in row] for row in values_of(table))
    assert b"".join(lines.csv_lines(table, raw=raw)).decode() == text.getvalue()


@given(tables())
@example(pa.table({"a": pa.array(['"', "\\", "\\n", "\n", "\x7f", "", None])}))
def test_json_is_that_of_the_standard_library(table: pa.Table) -> None:
    rows = [dict(zip(table.column_names, row, strict=True)) for row in values_of(table)]
    wanted = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    assert b"".join(lines.json_lines(table)).decode() == wanted


def test_long_rows_are_made_in_parts_of_bounded_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "PART_BYTES", 50_000)
    table = pa.table({"a": ["x" * 10_000] * 20, "n": range(20)})
    parts = list(lines.csv_lines(table))
    assert max(map(len, parts)) <= 50_000 < len(b"".join(parts))
    assert b"".join(parts).decode() == "".join(f"{'x' * 10_000},{n}\r\n" for n in range(20))
    assert b"".join(lines.json_lines(table)).count(b"\n") == 20
