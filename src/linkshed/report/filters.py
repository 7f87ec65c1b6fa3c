"""The filter grammar: which rows a report keeps.

As JSON: ``{"and": [F, ...]}``, ``{"or": [F, ...]}``, ``{"not": F}``,
``{"field": NAME, "is": [OP, VALUE]}``, ``{"field": NAME, "is": "empty" | "is_null"}`` and, for
columns that hold lists, ``{"field": NAME, "list_is": {"any" | "all": [OP, VALUE]}}``; ``"modifier":
"uppercase"`` compares in upper case. As text: see ``textfilter``.

A null is not equal, unequal, greater or less than anything: only ``is_null`` and ``empty`` find it.
Regular expressions are RE2.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from linkshed.errors import FilterError
from linkshed.report.report import Report
from linkshed.report.textfilter import parse_text

COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "eq": pc.equal, "neq": pc.not_equal, "gt": pc.greater, "gte": pc.greater_equal,
    "lt": pc.less, "lte": pc.less_equal,
}  # fmt: skip
TEXT_TESTS: dict[str, Callable[[Any, str], Any]] = {
    "substring": lambda column, text: pc.match_substring(column, text),
    "isubstring": lambda column, text: pc.match_substring(column, text, ignore_case=True),
    "prefix": lambda column, text: pc.starts_with(column, text),
    "suffix": lambda column, text: pc.ends_with(column, text),
    "regex": lambda column, text: pc.match_substring_regex(column, text),
    "phrase_match": lambda column, text: pc.match_substring_regex(column, _phrase(text)),
    "iphrase_match": lambda column, text: pc.match_substring_regex(
        column, _phrase(text), ignore_case=True
    ),
}
NULL_TESTS = ("empty", "is_null")
OPS = (*COMPARISONS, *TEXT_TESTS)
MAX_DEPTH = 50


class Filter:
    """A parsed filter over the columns of a report."""

    def __init__(self, report: Report, text: str) -> None:
        self.report, self.text = report, text
        self.names: set[str] = set()
        self._root = self._node(tree(text), 0)

    def mask(self, table: pa.Table) -> Any:
        """Which rows of a table (it holds the columns ``names``) are kept: Arrow booleans."""
        return pc.fill_null(self._root(table), False)

    def _node(self, node: Any, depth: int) -> Callable[[pa.Table], Any]:
        if not isinstance(node, dict) or depth > MAX_DEPTH:
            raise self._wrong(node, "an object with and, or, not or field, not nested too deep")
        if "field" in node:
            return self._test(node)
        if len(node) != 1:
            raise self._wrong(node, "exactly one of and, or, not, or a field with its test")
        ((word, inner),) = node.items()
        if word == "not":
            negated = self._node(inner, depth + 1)
            return lambda table: pc.invert(pc.fill_null(negated(table), False))
        if word not in ("and", "or") or not isinstance(inner, list) or not inner:
            raise self._wrong(node, '"and" or "or" with a list of filters, or "not" with one')
        parts = [self._node(part, depth + 1) for part in inner]
        join = pc.and_kleene if word == "and" else pc.or_kleene
        return lambda table: _joined(join, [part(table) for part in parts])

    def _test(self, node: dict[str, Any]) -> Callable[[pa.Table], Any]:
        if unknown := set(node) - {"field", "is", "list_is", "modifier"}:
            raise self._wrong(sorted(unknown)[0], "field, is, list_is, modifier")
        column = self.report.column(str(node["field"]))
        self.names.add(column.name)
        if "list_is" in node:
            return self._list_test(column.name, node)
        is_upper = node.get("modifier") == "uppercase"
        if node.get("modifier") not in (None, "uppercase"):
            raise self._wrong(node["modifier"], "uppercase")
        test = self._comparison(node.get("is"), column.type)
        name = column.name
        if is_upper:
            return lambda table: test(pc.utf8_upper(table[name]))
        return lambda table: test(table[name])

    def _list_test(self, name: str, node: dict[str, Any]) -> Callable[[pa.Table], Any]:
        condition = node["list_is"]
        if self.report.column(name).type != "list":
            raise self._wrong(node, f"list_is on a column of lists; {name!r} is not one")
        if not isinstance(condition, dict) or set(condition) not in ({"any"}, {"all"}):
            raise self._wrong(condition, '{"any": [OP, VALUE]} or {"all": [OP, VALUE]}')
        ((which, inner),) = condition.items()
        test = self._comparison(inner, "string")
        whole = any if which == "any" else all

        def holds(table: pa.Table) -> Any:
            lists = table[name].to_pylist()
            found = [None if x is None else whole(_holds(test, x)) for x in lists]
            return pa.array(found, pa.bool_())

        return holds

    def _comparison(self, condition: Any, kind: str) -> Callable[[Any], Any]:
        if condition == "is_null":
            return lambda column: pc.is_null(column)
        if condition == "empty":
            return lambda column: pc.or_kleene(pc.is_null(column), _is_blank(column))
        if not isinstance(condition, list) or len(condition) != 2:
            raise self._wrong(condition, f"[OP, VALUE] with OP one of {', '.join(OPS)}, or"
                              " the words empty, is_null")  # fmt: skip
        op, value = condition
        if op in COMPARISONS:
            constant = self._constant(value, kind)
            return lambda column: COMPARISONS[op](column, constant)
        if op not in TEXT_TESTS:
            raise self._wrong(op, ", ".join((*OPS, *NULL_TESTS)))
        if kind != "string" or not isinstance(value, str):
            raise self._wrong(condition, f"{op} compares a column of words with a text")
        if op == "regex":
            self._check_regex(value)
        return lambda column: TEXT_TESTS[op](column, value)

    def _check_regex(self, pattern: str) -> None:
        try:
            pc.match_substring_regex(pa.array([""]), pattern)
        except pa.ArrowInvalid as error:
            raise self._wrong(pattern, f"an RE2 regular expression ({error})") from None

    def _constant(self, value: Any, kind: str) -> pa.Scalar:
        try:
            if kind == "time":
                day = datetime.fromisoformat(str(value))
                return pa.scalar(day.astimezone(UTC).replace(tzinfo=None) if day.tzinfo else day,
                                 pa.timestamp("s"))  # fmt: skip
            if kind == "bool":
                if value in (0, 1, True, False):
                    return pa.scalar(bool(value))
            elif kind in ("string", "list"):
                if isinstance(value, str):
                    return pa.scalar(value)
            elif isinstance(value, int | float) and not isinstance(value, bool):
                return pa.scalar(value if abs(value) < 2**63 else float(value))
        except (ValueError, OverflowError):
            pass
        wanted = {"time": "a date YYYY-MM-DD", "bool": "true or false", "string": "a text"}
        raise self._wrong(value, wanted.get(kind, "a number"))

    def _wrong(self, received: Any, allowed: str) -> FilterError:
        shown = json.dumps(received, default=str)
        return FilterError(
            f"filter {self.text[:200]!r}: {shown[:200]}",
            allowed=allowed,
            repair="for example --where 'anchor ~ \"tea\" and source_rating >= 30'",
        )


def parse(report: Report, text: str) -> Filter:
    """The filter in a text, JSON or short form. Raises FilterError, ColumnError."""
    return Filter(report, text)


def tree(text: str) -> Any:
    """A filter in its JSON form, as it was parsed but not yet checked. Raises FilterError."""
    return from_json(text) if text.lstrip().startswith("{") else parse_text(text)


def from_json(text: str, name: str = "filter") -> Any:
    """The same in JSON alone; errors call it by ``name``. Raises FilterError."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FilterError(
            f"{name} {text[:200]!r} is not JSON: {error}",
            allowed='{"and": [..]}, {"or": [..]}, {"not": ..}, {"field": NAME, "is": [OP, VALUE]}',
        ) from None


def _joined(join: Callable[[Any, Any], Any], parts: list[Any]) -> Any:
    joined = parts[0]
    for part in parts[1:]:
        joined = join(joined, part)
    return joined


def _holds(test: Callable[[Any], Any], items: list[str]) -> list[bool]:
    found: list[bool] = pc.fill_null(test(pa.array(items, pa.string())), False).to_pylist()
    return found


def _is_blank(column: Any) -> Any:
    if pa.types.is_string(column.type):
        return pc.equal(column, "")
    if pa.types.is_list(column.type):
        return pc.equal(pc.list_value_length(column), 0)
    return pa.scalar(False)


def _phrase(text: str) -> str:
    """RE2 for the words of a phrase, whole and in order."""
    words = [_escaped(word) for word in text.split()]
    return r"(?:^|[^\pL\pN_])" + r"\s+".join(words) + r"(?:[^\pL\pN_]|$)"


def _escaped(word: str) -> str:
    return "".join(c if c.isalnum() or c == "_" or ord(c) > 127 else f"\\{c}" for c in word)
