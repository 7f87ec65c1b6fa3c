"""Filters as people read them: from the JSON form back to the short one of ``textfilter``."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

_SIGNS = {
    "eq": "=", "neq": "!=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "isubstring": "~",
    "prefix": "^=", "suffix": "$=", "regex": "~~",
}  # fmt: skip
_NAME = re.compile(r"[A-Za-z_]\w*")
_RESERVED = ("and", "or", "not")


def as_text(tree: Any) -> str:
    """The short form of a filter, or its JSON where it has no short form."""
    try:
        return _written(tree, "")
    except _NoShortForm:
        return json.dumps(tree, ensure_ascii=False)


class _NoShortForm(Exception):
    pass


def _written(tree: Any, inside: str) -> str:
    if not isinstance(tree, dict):
        raise _NoShortForm
    if set(tree) == {"not"}:
        return f"not {_written(tree['not'], 'not')}"
    for word in ("and", "or"):
        if set(tree) == {word}:
            return _joined(tree[word], word, inside)
    return _test(tree)


def _joined(parts: Any, word: str, inside: str) -> str:
    if not isinstance(parts, list) or len(parts) < 2:
        raise _NoShortForm
    text = f" {word} ".join(_written(part, word) for part in parts)
    return f"({text})" if inside else text


def _test(tree: dict[str, Any]) -> str:
    name, condition = tree.get("field"), tree.get("is")
    if set(tree) != {"field", "is"} or not isinstance(name, str) or not _NAME.fullmatch(name):
        raise _NoShortForm
    if name.lower() in _RESERVED:
        raise _NoShortForm
    if condition in ("is_null", "empty"):
        return f"{name} is {'null' if condition == 'is_null' else 'empty'}"
    if not isinstance(condition, list) or len(condition) != 2 or condition[0] not in _SIGNS:
        raise _NoShortForm
    if condition[0] == "eq" and condition[1] is True:
        return name
    return f"{name} {_SIGNS[condition[0]]} {_value(condition[1])}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return _number(value)
    if not isinstance(value, str):
        raise _NoShortForm
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _number(value: float) -> str:
    if value - value != 0:
        raise _NoShortForm
    text = format(Decimal(repr(value)), "f")
    return f"{text}.0" if isinstance(value, float) and "." not in text else text
