"""What a row of a report proposes, as an edit that the workbench can try."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linkshed import api
from linkshed.serve.web.target import Target

Row = Mapping[str, Any]
PATH = "/whatif"
NEEDS = {
    "suggest": ("source_url", "target_url", "anchor"),
    "optimise": ("source_url", "target_url", "anchor"),
    "weak": ("from_url", "url"),
    "orphans": ("from_url", "url"),
    "waste": ("kind", "url"),
    "brokenlinks": ("kind", "url", "is_internal"),
    "broken": ("target_url",),
}
"""The reports whose rows can be tried, and the columns that say what."""
KEY = "try this"
"""What the address is called among those that a row leads to."""
_REPAIRS = {
    "broken page": "restore", "redirect loop": "restore", "too many redirects": "restore",
    "dead": "restore", "dead after redirects": "restore", "noindex": "index",
}  # fmt: skip


def needed(report: Any, names: list[str]) -> list[str]:
    """The columns that say what a row proposes, besides those that are shown anyway."""
    known = {column.name for column in report.columns}
    wanted = [name for name in NEEDS.get(report.name, ()) if name not in names]
    return wanted if known.issuperset(wanted) else []


def edit_of(report: str, row: Row) -> str | None:
    """The edit that would do what a row proposes; None when it proposes none."""
    if any(name not in row for name in NEEDS.get(report, ("",))):
        return None
    if report in ("suggest", "optimise"):
        return api.edit_text("add", row["source_url"], row["target_url"], anchor=row["anchor"])
    if report in ("weak", "orphans"):
        return api.edit_text("add", row["from_url"], row["url"]) if row["from_url"] else None
    if report == "broken":
        return api.edit_text("restore", row["target_url"])
    verb = _REPAIRS.get(row["kind"]) if row.get("is_internal", True) else None
    return api.edit_text(verb, row["url"]) if verb and row["url"] else None


def address_of(report: str, row: Row, target: Target) -> str | None:
    """The address of the workbench with that edit staged."""
    edit = edit_of(report, row)
    return None if edit is None else target.address(PATH, edits=edit)
