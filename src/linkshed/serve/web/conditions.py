"""Filters as a form: conditions, joined by all or any, some of them in groups joined the other way.

A deeper filter has no such form; it is edited as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from linkshed import api
from linkshed.errors import FilterError
from linkshed.serve.web.words import label

TEXT_OPS = {
    "isubstring": "contains", "!isubstring": "does not contain", "eq": "is", "neq": "is not",
    "prefix": "begins with", "suffix": "ends with", "iphrase_match": "has the words",
    "regex": "matches the pattern", "empty": "is empty", "!empty": "is not empty",
}  # fmt: skip
NUMBER_OPS = {
    "gte": "at least", "lte": "at most", "gt": "more than", "lt": "less than", "eq": "equals",
    "neq": "is not", "is_null": "is unknown", "!is_null": "is known",
}  # fmt: skip
TIME_OPS = {"gte": "on or after", "lt": "before", "is_null": "is unknown", "!is_null": "is known"}
FLAG_OPS = {"true": "is true", "false": "is false", "is_null": "is unknown"}
OPS = {"text": TEXT_OPS, "number": NUMBER_OPS, "time": TIME_OPS, "flag": FLAG_OPS}
"""The comparisons of each kind of column, and their words."""
UNARY = ("empty", "!empty", "is_null", "!is_null", "true", "false")


@dataclass(frozen=True)
class Condition:
    """One line of the form. ``group`` 0 is outside all groups."""

    group: int
    field: str
    op: str
    value: str


@dataclass(frozen=True)
class Form:
    """``join`` is "and" or "or" between the lines of group 0 and the groups; inside a group it is
    the other.
    """

    join: str
    conditions: tuple[Condition, ...]


def ops_kind(column: Any) -> str:
    """Which of OPS a column has."""
    if column.type in ("bool", "time"):
        return "flag" if column.type == "bool" else "time"
    return "number" if column.type[0] in "uif" else "text"


def ops_of(column: Any) -> dict[str, str]:
    """The comparisons of a column, and their words."""
    return OPS[ops_kind(column)]


def form_of(report: Any, tree: Any) -> Form | None:
    """A filter as a form; None when it is deeper than a form can be. ``tree`` None is no filter."""
    if tree is None:
        return Form("and", ())
    join = "or" if "or" in tree else "and"
    found: list[Condition] = []
    n_groups = 0
    for part in tree.get(join, [tree]):
        other = "or" if join == "and" else "and"
        n_groups += other in part
        lines = part.get(other, [part])
        for line in lines:
            condition = _condition(report, line, n_groups if other in part else 0)
            if condition is None:
                return None
            found.append(condition)
    return Form(join, tuple(found))


def _condition(report: Any, tree: Any, group: int) -> Condition | None:
    is_negated = set(tree) == {"not"}
    test = tree["not"] if is_negated else tree
    if not isinstance(test, dict) or set(test) != {"field", "is"}:
        return None
    column = report.column(str(test["field"]))
    op, value = (test["is"], "") if isinstance(test["is"], str) else test["is"]
    if op == "eq" and isinstance(value, bool):
        op, value = str(value != is_negated).lower(), ""
        is_negated = False
    op = f"{'!' * is_negated}{op}"
    return Condition(group, column.name, op, str(value)) if op in ops_of(column) else None


def tree_of(report: Any, join: str, conditions: Sequence[Condition]) -> Any:
    """The filter of a form; None without conditions. Raises ColumnError, FilterError."""
    join = "or" if join == "or" else "and"
    other = "or" if join == "and" else "and"
    parts: list[Any] = []
    groups: dict[int, list[Any]] = {}
    for condition in conditions:
        test = _test(report, condition)
        if condition.group and condition.group not in groups:
            groups[condition.group] = []
            parts.append(groups[condition.group])
        (groups[condition.group] if condition.group else parts).append(test)
    joined = [_one(other, part) if isinstance(part, list) else part for part in parts]
    return _one(join, joined) if joined else None


def _one(join: str, parts: list[Any]) -> Any:
    return parts[0] if len(parts) == 1 else {join: parts}


def _test(report: Any, condition: Condition) -> Any:
    column = report.column(condition.field)
    op = condition.op
    if op not in ops_of(column):
        allowed = ", ".join(ops_of(column))
        raise FilterError(f"{op!r} of column {column.name!r}", allowed=allowed)
    if op in ("true", "false"):
        return {"field": column.name, "is": ["eq", op == "true"]}
    name = op.removeprefix("!")
    test = {"field": column.name, "is": name if op in UNARY else [name, _value(column, condition)]}
    return {"not": test} if op.startswith("!") else test


def _value(column: Any, condition: Condition) -> Any:
    text = condition.value
    if column.type[0] not in "uif":
        return text
    try:
        return int(text) if text.strip().lstrip("-").isdigit() else float(text)
    except ValueError:
        raise FilterError(f"{column.name} {text[:100]!r}", allowed="a number") from None


@dataclass(frozen=True)
class Chip:
    """A part of a filter that can be taken away: its words, and the filter without it."""

    words: str
    without: str | None


def chips(report: Any, tree: Any) -> list[Chip]:
    """The parts of a filter."""
    if tree is None:
        return []
    parts = tree["and"] if set(tree) == {"and"} else [tree]
    found = []
    for at, part in enumerate(parts):
        rest = parts[:at] + parts[at + 1 :]
        without = api.filter_text(_one("and", rest)) if rest else None
        found.append(Chip(_said(report, part), without))
    return found


def _said(report: Any, tree: Any) -> str:
    form = form_of(report, tree)
    if form is None or len(form.conditions) != 1:
        return api.filter_text(tree)
    line = form.conditions[0]
    words = ops_of(report.column(line.field))[line.op]
    value = "" if line.op in UNARY else f" {line.value}"
    return f"{label(line.field)} {words}{value}"
