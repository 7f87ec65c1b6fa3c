"""From a count to what it counts: the rows of another report, or those of a group."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from linkshed import api
from linkshed.serve.web.menu import TABLES
from linkshed.serve.web.view import View


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


def address_of(view: View, column: str, row: dict[str, Any]) -> str | None:
    """Where the count in a row leads; None when it counts nothing more than the row."""
    drill = drill_of(view, column)
    if drill is None or not row[column] or (column == IN_GROUP and row[column] < 2):
        return None
    tests = [_same(name, row[own]) for name, own in drill.where.items()]
    if column == IN_GROUP and view.where:
        tests.insert(0, api.filter_tree(view.where))
    where = None
    if tests:
        where = api.filter_text(tests[0] if len(tests) == 1 else {"and": tests})
    more = {"scope": row[drill.page], "mode": "url"} if drill.page else {}
    options = {n: v for n, v in view.options.items() if column == IN_GROUP} | drill.options
    return view.target.address(TABLES + drill.report, where=where, **(options | more))


def _same(name: str, value: Any) -> dict[str, Any]:
    return {"field": name, "is": ["eq", value] if value is not None else "is_null"}
