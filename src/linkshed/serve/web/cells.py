"""Which columns share a cell: an address with its title, an anchor with the words around it."""

from __future__ import annotations

from typing import Any

from linkshed.serve.web.words import decimals, is_link, is_number

SHORT = 24
"""Characters that are not broken into lines."""
AROUND = {"anchor": ("context_left", "context_right", "kind", "is_nofollow", "is_ugc",
                     "is_sponsored")}  # fmt: skip
"""Columns shown in the cell of another."""
BADGES = {"critical": "loss", "major": "warn", "minor": ""}
"""How a severity is marked."""
PROSE = ("sentence", "why", "repair", "chain", "way", "reason")
"""Columns that hold sentences."""


def companions(report: Any, shown: list[str]) -> list[str]:
    """Columns to ask for besides those shown, as they are parts of their cells."""
    declared = {column.name for column in report.columns}
    found: list[str] = []
    for name in shown:
        found += [other for other in _around(name) if other in declared]
    return [name for name in dict.fromkeys(found) if name not in shown]


def within(shown: list[str]) -> set[str]:
    """The titles that stand in the cells of addresses and need no column of their own."""
    return {other for name in shown if name.endswith("url") for other in _around(name)}


def _around(name: str) -> tuple[str, ...]:
    if name == "url" or name.endswith("_url"):
        return (f"{name.removesuffix('url')}title",)
    return AROUND.get(name, ())


def kinds_of(columns: list[Any], rows: list[dict[str, Any]]) -> dict[str, str]:
    """How the cells of each column look: a text whose values are all addresses as one, and one
    whose values are all short is not broken, nor is prose.
    """
    found = {column.name: kind_of(column) for column in columns}
    texts = {column.name: [row[column.name] for row in rows if row[column.name] is not None]
             for column in columns if found[column.name] in ("text", "prose")
             and column.type != "list"}  # fmt: skip
    return found | {name: _kind_of_texts(values, found[name]) for name, values in texts.items()}


def _kind_of_texts(values: list[str], long: str) -> str:
    if values and all(map(is_link, values)):
        return "url"
    return long if any(len(value) > SHORT for value in values) else "word"


def decimals_of(columns: list[Any], rows: list[dict[str, Any]]) -> dict[str, int]:
    """The decimals of each column of quantities."""
    numbers = (column.name for column in columns if is_number(column))
    return {name: decimals(row[name] for row in rows) for name in numbers}


def kind_of(column: Any) -> str:
    """How the cells of a column look, whatever they hold."""
    name: str = column.name
    if name in ("url", "ends_at") or name.endswith("_url"):
        return "url"
    if name in ("domain", "source_domain", "target_domain"):
        return "domain"
    if name in ("anchor", "placement", "report", "severity"):
        return name
    if column.type == "bool":
        return "flag"
    if column.type == "list" or name in PROSE:
        return "prose"
    if column.type == "time":
        return "word"
    return "number" if is_number(column) else "text"
