"""Filters as conditions of SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from linkshed.report.filters import tree


class NoStatement(Exception):
    """A report, column or filter that is computed and has no statement."""


def named(where: str | None) -> list[str]:
    """The columns that a filter names."""
    found: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            found.extend([node["field"]] if "field" in node else [])
            for inner in node.values():
                for part in inner if isinstance(inner, list) else [inner]:
                    walk(part)

    walk(tree(where) if where else None)
    return found


_COMPARED = {"eq": "=", "neq": "<>", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_TESTED: dict[str, Callable[[str, str], str]] = {
    "substring": lambda column, text: f"contains({column}, {text})",
    "isubstring": lambda column, text: f"contains(lower({column}), lower({text}))",
    "prefix": lambda column, text: f"starts_with({column}, {text})",
    "suffix": lambda column, text: f"suffix({column}, {text})",
    "regex": lambda column, text: f"regexp_matches({column}, {text})",
}


def condition(node: Any, kinds: Mapping[str, str]) -> str:
    """A filter, as ``filters.tree`` gives it, over columns of some kinds. Raises NoStatement."""
    if "not" in node:
        return f"NOT coalesce({condition(node['not'], kinds)}, false)"
    for word in ("and", "or"):
        if word in node:
            parts = [condition(part, kinds) for part in node[word]]
            return f"({f' {word.upper()} '.join(parts)})"
    if set(node) != {"field", "is"} or node["field"] not in kinds:
        raise NoStatement
    return _test(node["field"], node["is"], kinds[node["field"]])


def _test(name: str, asked: Any, kind: str) -> str:
    if asked == "is_null" or (asked == "empty" and kind != "string"):
        return f"{name} IS NULL"
    if asked == "empty":
        return f"({name} IS NULL OR {name} = '')"
    op, value = asked
    constant = _constant(value, kind)
    if op in _COMPARED:
        return f"{name} {_COMPARED[op]} {constant}"
    if op not in _TESTED:
        raise NoStatement
    return _TESTED[op](name, constant)


def _constant(value: Any, kind: str) -> str:
    if kind == "time":
        return f"TIMESTAMP '{datetime.fromisoformat(str(value)).replace(tzinfo=None)}'"
    if kind == "bool":
        return str(bool(value)).lower()
    if isinstance(value, int | float):
        return f"({value!r})"
    return "'" + str(value).replace("'", "''") + "'"
