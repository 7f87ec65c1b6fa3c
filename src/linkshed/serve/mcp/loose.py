"""Arguments as agents write them, in the one form that questions take: lists as texts, filters as
JSON, numbers as numbers. What cannot be meant is left for the schema to refuse.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

LINES = ("edits",)
"""Arguments of which each item is a line; items of others are separated by commas."""
TEXTS = ("text", "script")


def plain(given: Mapping[str, Any], properties: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a tool."""
    return {
        name: _of_kind(value, properties.get(name, {}).get("type"), "\n" if name in LINES else ",")
        for name, value in given.items()
    }


def plain_options(given: Mapping[str, Any], options: Iterable[Any]) -> dict[str, Any]:
    """The options of a report."""
    texts = [option.name for option in options if option.kind in TEXTS]
    return {name: _text(value, "\n") if name in texts else value for name, value in given.items()}


def _of_kind(value: Any, kind: str | None, between: str) -> Any:
    if kind == "string":
        return _text(value, between)
    if kind == "integer" and isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value[:9])
    return value


def _text(value: Any, between: str) -> Any:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return between.join(value)
    return json.dumps(value) if isinstance(value, dict) else value
