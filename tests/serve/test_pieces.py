"""Rows as bytes agree with other writers, whatever the cells hold."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from linkshed.serve.pieces import FORMULA_STARTS, csv_pieces, json_pieces, object_lines

TEXT = st.text(st.one_of(st.sampled_from('=+-@\t\r\n",; \0\'a茶'),
                         st.characters(exclude_categories=["Cs"])), max_size=8)  # fmt: skip
KINDS = (TEXT, st.integers(), st.floats(allow_nan=False), st.booleans(), st.lists(TEXT))


@st.composite
def batched(draw: st.DrawFn) -> list[list[list[Any]]]:
    """Batches of columns, each of one kind, some of whose values are null."""
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=4))
    sizes = draw(st.lists(st.integers(0, 5), min_size=1, max_size=3))
    return [
        [draw(st.lists(st.none() | kind, min_size=n, max_size=n)) for kind in kinds] for n in sizes
    ]


def plain(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        value = "; ".join(value)
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


@given(batched())
def test_csv_is_that_of_the_standard_library(found: list[list[list[Any]]]) -> None:
    names = [f"column, {n}" for n in range(len(found[0]))]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(names)
    for columns in found:
        writer.writerows([plain(value) for value in row] for row in zip(*columns, strict=True))
    assert b"".join(csv_pieces(names, found)).decode() == text.getvalue()


@given(batched())
def test_json_and_its_lines_give_every_value_back(found: list[list[list[Any]]]) -> None:
    names = [f"c{n}" for n in range(len(found[0]))]
    rows = [dict(zip(names, row, strict=True)) for cs in found for row in zip(*cs, strict=True)]
    whole = json.loads(b"".join(json_pieces({"total": len(rows)}, object_lines(names, found))))
    assert whole == {"total": len(rows), "rows": rows}
    alone = json.loads(b"".join(json_pieces({}, object_lines(names, found), "links")))
    assert alone == {"links": rows}
    lines = b"".join(object_lines(names, found)).split(b"\n")
    assert [json.loads(line) for line in lines[:-1]] == rows
