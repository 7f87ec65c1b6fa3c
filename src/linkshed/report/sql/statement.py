"""Reports as SQL over the files of a snapshot, for those whose rows are rows of its tables, or
sums of them.

The statement is for DuckDB and gives exactly the rows of the report: pages, links with their pages
and domains, or links counted by domain or words. What is computed rather than stored has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from linkshed.report.filters import tree
from linkshed.report.report import Report
from linkshed.report.sql import tables
from linkshed.report.sql.conditions import NoStatement, condition, named
from linkshed.report.sql.groups import GROUPED
from linkshed.report.sql.tables import within
from linkshed.schema import Indexability, Placement, Resolution
from linkshed.snapshot.sitepages import sites_of

if TYPE_CHECKING:
    from linkshed.snapshot.tables import Snapshot

Ranges = Sequence[tuple[int, int]]
Keys = Sequence[tuple[str, str]]
IN_GROUP = "links_in_group"


def statement(
    snapshot: Snapshot,
    report: Report,
    ranges: Ranges,
    options: Mapping[str, Any],
    where: str | None,
    order: Keys,
    select: Sequence[str],
    limit: int | None,
    offset: int,
) -> str:
    """The SQL of a report over the pages ``ranges``. Raises NoStatement, FilterError."""
    kinds = {column.name: column.type for column in report.columns}
    kept = condition(tree(where), kinds) if where else "true"
    names = dict.fromkeys([*select, *(name for name, _ in order), *named(where)])
    rows, group = _rows(snapshot, report.name, ranges, options, [n for n in names if n != IN_GROUP])
    keys = ordered(order)
    inner = [key for key in keys if not key.startswith(IN_GROUP)]
    counted = f"count(*) OVER (PARTITION BY {group})" if group else "1"
    once = f"row_number() OVER (PARTITION BY {group} ORDER BY {', '.join([*inner, 'row'])}) = 1"
    # a count of the rows that a filter leaves, so it comes after the filter
    return (
        f"WITH rows AS (\n{rows}\n), kept AS (\n"
        f"  SELECT *, {counted} AS {IN_GROUP} FROM rows\n  WHERE {kept}"
        + f"\n  QUALIFY {once}" * bool(group)
        + f"\n)\nSELECT {', '.join(select)} FROM kept"
        + f"\nORDER BY {', '.join([*_groups_first(keys), 'row'])}"
        + limited(limit, offset)
    )


def ordered(order: Keys) -> list[str]:
    """The keys of an order in SQL."""
    return [f"{name} {'DESC' if way == 'descending' else 'ASC'} NULLS LAST" for name, way in order]


def limited(limit: int | None, offset: int) -> str:
    """The end of a statement that takes some of its rows."""
    return f"\nLIMIT {limit}" * (limit is not None) + f" OFFSET {offset}" * bool(offset)


def _groups_first(keys: list[str]) -> list[str]:
    """The keys of an order; the size of a group, which ranks whole groups, before the others."""
    return sorted(keys, key=lambda key: not key.startswith(IN_GROUP))


def _rows(
    snapshot: Snapshot, name: str, ranges: Ranges, options: Mapping[str, Any], names: Sequence[str]
) -> tuple[str, str]:
    """The rows of a report before its filter, and what makes a group; empty without groups."""
    if options.get("since") or options.get("where_links"):
        raise NoStatement
    if name == "pages":
        return tables.pages(snapshot, names, within("page.row", ranges)), ""
    conditions = _conditions(name, options, ranges, sites_of(snapshot, ranges))
    if name in GROUPED:
        parts, row, by = GROUPED[name](snapshot, names)
        return tables.links(snapshot, parts, conditions, row, by), ""
    parts = {n: tables.link_part(snapshot, n) for n in names}
    site = "target_site" if name == "outgoing" else "source_site"
    group = {
        "similar": "link.target, source_site.domain, link.placement", "domain": f"{site}.domain"
    }.get(str(options.get("grouping")), "")  # fmt: skip
    if group:
        parts["row_group"] = f"dense_rank() OVER (ORDER BY {group})"
    rows = tables.links(snapshot, parts, conditions, "link.row")
    return rows, "row_group" * bool(group)


def _conditions(
    name: str, options: Mapping[str, Any], ranges: Ranges, sites: Ranges
) -> Sequence[str]:
    """Which links a report is about. Raises NoStatement."""
    ends = {end: within(f"link.{end}", ranges) for end in ("source", "target")}
    arriving = [ends["target"], f"NOT {within('link.source', sites)}"]
    leaving = [ends["source"], f"NOT {within('link.target', sites)}"]
    same = "source_site.row = target_site.row"
    own = {
        "in": [ends["target"], same], "out": [ends["source"], same],
        "within": [ends["target"], ends["source"]],
    }  # fmt: skip
    dead = f"target_end.resolution >= {int(Resolution.DEAD)}"
    found = {
        "backlinks": [*arriving, *_best() * bool(options.get("best"))],
        "refdomains": arriving,
        "anchors": arriving,
        "broken": [*arriving, dead] if options.get("liveness") == "dead" else None,
        "outgoing": [*leaving, *[dead] * bool(options.get("broken"))],
        "linkeddomains": leaving,
        "linkedanchors": own["out"] if options.get("to") == "internal" else leaving,
        "internal": own[str(options.get("way", "in"))],
    }.get(name)
    if found is None:
        raise NoStatement
    return found


def _best() -> list[str]:
    """Followed links in the main content of pages that are alive and indexable."""
    fine = f"({int(Indexability.INDEXABLE)}, {int(Indexability.UNKNOWN)})"
    return [
        f"source_end.final_indexability IN {fine}",
        f"link.placement = {int(Placement.CONTENT)}",
        tables.FOLLOWED,
    ]
