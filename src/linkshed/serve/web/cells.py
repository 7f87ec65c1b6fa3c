"""Which columns share a cell: an address with its title, an anchor with the words around it."""

from __future__ import annotations

from typing import Any

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


def kind_of(column: Any) -> str:
    """How the cells of a column look."""
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
    return "number" if column.type[0] in "uif" else "text"
