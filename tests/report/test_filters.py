"""The filter grammar, in both forms, against a plain evaluation in Python."""

from __future__ import annotations

import json
import operator
import re
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkshed.errors import ColumnError, FilterError
from linkshed.report.filters import parse
from linkshed.report.frame import of_table
from linkshed.report.report import Report
from linkshed.schema import Column

REPORT = Report(
    "test", "?", "rows",
    (
        Column("words", "string", "", "none", alias="anchor_text"),
        Column("n", "u32", "", "none"),
        Column("is_followed", "bool", ""),
        Column("seen", "time", "", "none"),
        Column("tags", "list", "", "none"),
    ),
    ("words",), "", lambda *_: of_table(pa.table({})),
)  # fmt: skip
ROWS: list[dict[str, Any]] = [
    {
        "words": "Green tea",
        "n": 3,
        "is_followed": True,
        "seen": datetime(2026, 1, 5),
        "tags": ["a"],
    },
    {"words": "teapot", "n": 30, "is_followed": False, "seen": datetime(2026, 3, 1), "tags": []},
    {"words": "", "n": 0, "is_followed": True, "seen": None, "tags": ["a", "b"]},
    {"words": None, "n": None, "is_followed": True, "seen": None, "tags": None},
    {"words": "=cmd()", "n": 7, "is_followed": False, "seen": datetime(2025, 1, 1), "tags": ["b"]},
]  # fmt: skip
TABLE = pa.table(
    {
        "words": pa.array([r["words"] for r in ROWS], pa.string()),
        "n": pa.array([r["n"] for r in ROWS], pa.uint32()),
        "is_followed": pa.array([r["is_followed"] for r in ROWS]),
        "seen": pa.array([r["seen"] for r in ROWS], pa.timestamp("s")),
        "tags": pa.array([r["tags"] for r in ROWS], pa.list_(pa.string())),
    }
)


def kept(text: str) -> list[int]:
    return np.flatnonzero(np.asarray(parse(REPORT, text).mask(TABLE))).tolist()


CASES = {
    'words ~ "TEA"': [0, 1],
    'words !~ "tea"': [2, 3, 4],
    "words = teapot": [1],
    "words != teapot": [0, 2, 4],
    "anchor_text = teapot": [1],
    "words ^= Green": [0],
    'words $= "()"': [4],
    'words ~~ "^[A-Z]"': [0],
    "n >= 7 and n < 31": [1, 4],
    "n = 0": [2],
    "n in (3, 7)": [0, 4],
    "n is null": [3],
    "n is not null": [0, 1, 2, 4],
    "words is empty": [2, 3],
    "is_followed": [0, 2, 3],
    "not is_followed": [1, 4],
    "is_followed = false or n = 3": [0, 1, 4],
    "(n = 3 or n = 30) and not (words ~ pot)": [0],
    "seen > 2026-01-05": [1],
    'seen <= "2026-01-05T00:00:00+00:00"': [0, 4],
    '{"field": "words", "is": ["phrase_match", "Green tea"]}': [0],
    '{"field": "words", "is": ["phrase_match", "Green te"]}': [],
    '{"field": "words", "is": ["iphrase_match", "green"]}': [0],
    '{"field": "words", "is": ["prefix", "GREEN"], "modifier": "uppercase"}': [0],
    '{"field": "words", "is": ["substring", "cmd()"]}': [4],
    '{"field": "words", "is": "empty"}': [2, 3],
    '{"field": "words", "is": "is_null"}': [3],
    '{"field": "is_followed", "is": ["eq", 1]}': [0, 2, 3],
    '{"field": "tags", "list_is": {"any": ["eq", "b"]}}': [2, 4],
    '{"field": "tags", "list_is": {"all": ["eq", "b"]}}': [1, 4],
    '{"and": [{"field": "n", "is": ["gt", 2]}, {"not": {"field": "n", "is": ["eq", 7]}}]}': [0, 1],
}


@pytest.mark.parametrize(("text", "rows"), CASES.items())
def test_the_grammar_keeps_what_it_says(text: str, rows: list[int]) -> None:
    assert kept(text) == rows


WRONG = [
    "words ~", "words ~ 'open", "n >", "(n = 3", "n = 3)", "n in 3", "n is 3", "words > > 3",
    "n ~ 3", "n = tea", "seen > yesterday", "is_followed = 2", "words ~~ '('", "{", "{}",
    '{"and": []}', '{"field": "n", "is": ["near", 3]}', '{"field": "n"}', '{"xor": []}',
    '{"field": "n", "is": 3}', '{"field": "n", "is": ["eq", 3], "modifier": "rot13"}',
    '{"field": "n", "has": 3}', '{"field": "n", "list_is": {"any": ["eq", 1]}}',
    "(" * 100 + "n", "not " * 100 + "n",
]  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_a_broken_filter_says_what_was_received_and_allowed(text: str) -> None:
    with pytest.raises(FilterError, match=r"filter .*allowed: "):
        parse(REPORT, text)


@pytest.mark.parametrize(("op", "rows"), [("lt", [0, 1, 2, 4]), ("gt", []), ("eq", [])])
def test_a_number_beyond_all_columns_is_a_number(op: str, rows: list[int]) -> None:
    for number in (2**63, 10**30, float("inf")):
        assert kept(json.dumps({"field": "n", "is": [op, number]})) == rows


def test_a_number_beyond_all_numbers_is_refused() -> None:
    with pytest.raises(FilterError, match="a number"):
        kept(json.dumps({"field": "n", "is": ["lt", 10**400]}))


@pytest.mark.parametrize("which", ["any", "all"])
def test_lists_that_are_all_unknown_pass_no_test(which: str) -> None:
    table = pa.table({"tags": pa.array([None, None], pa.list_(pa.string()))})
    test = json.dumps({"field": "tags", "list_is": {which: ["eq", "a"]}})
    assert np.asarray(parse(REPORT, test).mask(table)).tolist() == [False, False]


def test_the_place_of_a_mistake_is_given() -> None:
    with pytest.raises(FilterError, match=r"'\)' at character 10"):
        parse(REPORT, "words is )")


def test_an_unknown_column_names_its_neighbours() -> None:
    with pytest.raises(ColumnError, match="did you mean words"):
        parse(REPORT, "wordz = tea")


COMPARED = {"eq": operator.eq, "neq": operator.ne, "gt": operator.gt, "gte": operator.ge,
            "lt": operator.lt, "lte": operator.le}  # fmt: skip
NUMBER_TESTS = st.tuples(st.sampled_from(sorted(COMPARED)), st.integers(0, 31)).map(
    lambda pair: {"field": "n", "is": list(pair)}
)
TEXT_TESTS = st.tuples(
    st.sampled_from(["eq", "neq", "substring", "isubstring", "prefix", "suffix"]),
    st.sampled_from(["", "tea", "Tea", "t", "teapot", "=", "(", "%", "_"]),
).map(lambda pair: {"field": "words", "is": list(pair)})
OTHERS = st.sampled_from(
    [{"field": "words", "is": "empty"}, {"field": "n", "is": "is_null"},
     {"field": "is_followed", "is": ["eq", False]}]
)  # fmt: skip
TREES = st.recursive(
    NUMBER_TESTS | TEXT_TESTS | OTHERS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"and": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"or": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=8,
)


def holds(node: dict[str, Any], row: dict[str, Any]) -> bool | None:
    """Three-valued: None where a null leaves it open; ``not`` asks what is not kept."""
    if "and" in node:
        return all(holds(part, row) for part in node["and"])
    if "or" in node:
        return any(holds(part, row) for part in node["or"])
    if "not" in node:
        return not holds(node["not"], row)
    value, test = row[node["field"]], node["is"]
    if test == "is_null":
        return value is None
    if test == "empty":
        return value is None or value == ""
    if value is None:
        return False
    op, constant = test
    if op in COMPARED:
        return bool(COMPARED[op](value, constant))
    pattern = {"prefix": "^{}", "suffix": "{}$"}.get(op, "{}").format(re.escape(constant))
    return re.search(pattern, value, re.IGNORECASE if op == "isubstring" else 0) is not None


@given(TREES)
def test_filters_agree_with_a_plain_evaluation(tree: dict[str, Any]) -> None:
    assert kept(json.dumps(tree)) == [i for i, row in enumerate(ROWS) if holds(tree, row)]
