"""From a count to what it counts: the rows of another report, or those of a group."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from linkshed import api
from linkshed.serve.web.menu import TABLES
from linkshed.serve.web.target import encoded
from linkshed.serve.web.view import View

Row = dict[str, Any]


@dataclass(frozen=True)
class Drill:
    """A count leads to ``report`` where its columns (keys of ``where``) equal those of the row;
    ``page`` names the column with the page to ask about instead of the target.
    """

    report: str
    where: dict[str, str] = field(default_factory=dict)
    page: str = ""
    options: dict[str, str] = field(default_factory=dict)


_ALL = {"grouping": "all"}
DRILLS: dict[tuple[str, str], Drill] = {
    ("refdomains", "links"): Drill("backlinks", {"source_domain": "domain"}, options=_ALL),
    ("anchors", "links"): Drill("backlinks", {"anchor": "anchor"}, options=_ALL),
    ("anchors", "refdomains"): Drill("backlinks", {"anchor": "anchor"},
                                     options={"grouping": "domain"}),
    ("linkeddomains", "links"): Drill("outgoing", {"target_domain": "domain"}, options=_ALL),
    ("linkedanchors", "links"): Drill("outgoing", {"anchor": "anchor"}, options=_ALL),
    ("pages", "n_backlinks"): Drill("backlinks", page="url", options=_ALL),
    ("pages", "n_refdomains"): Drill("refdomains", page="url"),
    ("pages", "n_internal_inlinks"): Drill("internal", page="url", options=_ALL | {"way": "in"}),
    ("pages", "n_internal_links"): Drill("internal", page="url", options=_ALL | {"way": "out"}),
    ("pages", "n_external_links"): Drill("outgoing", page="url", options=_ALL),
}  # fmt: skip
_GROUPS = {"similar": ("source_domain", "target_url", "placement"), "domain": ("source_domain",)}
IN_GROUP = "links_in_group"


def needed(view: View, shown: list[str]) -> list[str]:
    """Columns whose values the drills of a view name."""
    found: list[str] = []
    for name in shown:
        drill = drill_of(view, name)
        found += [*drill.where.values(), drill.page] if drill else []
    return [name for name in dict.fromkeys(found) if name and name not in shown]


def drill_of(view: View, column: str) -> Drill | None:
    """The drill of a column."""
    if column == IN_GROUP:
        keys = _GROUPS.get(view.option("grouping"), ())
        same = {name: name for name in keys}
        return Drill(view.report.name, same, options=_ALL) if keys else None
    return DRILLS.get((view.report.name, column))


def leading(view: View, column: str) -> Callable[[Row], str | None] | None:
    """Where the count in each row leads, None for one that counts nothing more than the row; None
    when the column leads nowhere.
    """
    drill = drill_of(view, column)
    if drill is None:
        return None
    is_group = column == IN_GROUP
    target = replace(view.target, scope="", mode="url") if drill.page else view.target
    options = (view.options if is_group else {}) | drill.options
    start = target.address(TABLES + drill.report, **options)
    start += "&" if "?" in start else "?"
    least = 2 if is_group else 1
    within = [api.filter_tree(view.where)] if is_group and view.where else []

    def address(row: Row) -> str | None:
        if (row[column] or 0) < least:
            return None
        if drill.page:
            return f"{start}scope={encoded(row[drill.page])}"
        tests = within + [_same(name, row[own]) for name, own in drill.where.items()]
        where = api.filter_text(tests[0] if len(tests) == 1 else {"and": tests})
        return f"{start}where={encoded(where)}"

    return address


def _same(name: str, value: Any) -> dict[str, Any]:
    return {"field": name, "is": ["eq", value] if value is not None else "is_null"}
