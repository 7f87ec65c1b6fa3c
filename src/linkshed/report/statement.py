"""Reports as SQL over the files of a snapshot, for those whose rows are rows of its tables.

The statement is for DuckDB and gives exactly the rows of the report: pages, or links with their
pages and domains. What is computed rather than stored has no statement.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from linkshed.report.filters import tree
from linkshed.report.report import Report
from linkshed.schema import AnchorKind, Indexability, LinkKind, Placement, Rel, Resolution
from linkshed.snapshot.sitepages import sites_of

if TYPE_CHECKING:
    from linkshed.snapshot.tables import Snapshot

Ranges = Sequence[tuple[int, int]]
IN_GROUP = "links_in_group"
_GROUPS = {
    "similar": "link.target, source_site.domain, link.placement",
    "domain": "source_site.domain",
}


class NoStatement(Exception):
    """A report, column or filter that is computed and has no statement."""


def labels(column: str, kinds: type[IntEnum]) -> str:
    """The names of an enumeration's numbers."""
    names = [""] * (max(kinds) + 1)
    for kind in kinds:
        names[kind] = kind.name.lower()
    return f"{json.dumps(names).replace(chr(34), chr(39))}[{column} + 1]"


def url(page: str) -> str:
    """The address of a page, from its key and scheme."""
    host = f"split_part({page}.key, ')', 1)"
    labels_ = f"list_reverse(string_split(rtrim({host}, ','), ','))"
    scheme = f"CASE {page}.scheme WHEN 1 THEN 'https://' ELSE 'http://' END"
    rest = f"substr({page}.key, strpos({page}.key, ')') + 1)"
    return f"{scheme} || array_to_string({labels_}, '.') || {rest}"


_UNFOLLOWED = int(Rel.NOFOLLOW | Rel.UGC | Rel.SPONSORED)
_PAGE_NOFOLLOW = "coalesce(source_page.is_nofollow, false)"
_LINK_PARTS = {
    "source_url": url("source_page"),
    "target_url": url("target_page"),
    "source_domain": "source_site.domain",
    "source_domain_rating": "source_site.rating",
    "source_domain_n_refdomains": "source_site.n_refdomains",
    "source_domain_n_linked_domains": "source_site.n_linked_domains",
    "target_domain": "target_site.domain",
    "target_domain_rating": "target_site.rating",
    "target_domain_n_refdomains": "target_site.n_refdomains",
    "target_domain_n_linked_domains": "target_site.n_linked_domains",
    "target_resolution": labels("target_end.resolution", Resolution),
    "n_hops": "target_end.n_hops",
    "kind": labels("link.kind", LinkKind),
    "anchor_kind": labels("link.anchor_kind", AnchorKind),
    "placement": labels("link.placement", Placement),
    "is_content": f"link.placement = {int(Placement.CONTENT)}",
    "is_followed": f"link.rel & {_UNFOLLOWED} = 0 AND NOT {_PAGE_NOFOLLOW}",
    "is_nofollow": f"link.rel & {int(Rel.NOFOLLOW)} <> 0 OR {_PAGE_NOFOLLOW}",
    "is_ugc": f"link.rel & {int(Rel.UGC)} <> 0",
    "is_sponsored": f"link.rel & {int(Rel.SPONSORED)} <> 0",
    "n_external_links": "source_page.n_external_links",
    "n_internal_links": "source_page.n_internal_links",
}
_PLAIN_LINK = ("anchor", "position", "n_block", "first_seen", "last_seen", "last_verified",
               "equity", "weight")  # fmt: skip
_CONTEXT = ("alt", "context_left", "context_right", "path")
_OF_PAGE = ("title", "rating", "equity", "status", "language", "author", "published_at",
            "is_noindex", "encoding", "size_bytes", "first_seen", "n_refdomains",
            "n_linked_domains")  # fmt: skip
_PAGE_PARTS = {
    "url": url("page"),
    "indexability": labels("page_end.final_indexability", Indexability),
    "resolution": labels("page_end.resolution", Resolution),
    "n_internal_inlinks": "page.n_inlinks - page.n_backlinks",
}


def statement(
    snapshot: Snapshot,
    report: Report,
    ranges: Ranges,
    options: Mapping[str, Any],
    where: str | None,
    order: Sequence[tuple[str, str]],
    select: Sequence[str],
    limit: int | None,
    offset: int,
) -> str:
    """The SQL of a report over the pages ``ranges``. Raises NoStatement, FilterError."""
    kinds = {column.name: column.type for column in report.columns}
    condition = _condition(tree(where), kinds) if where else "true"
    names = dict.fromkeys([*select, *(name for name, _ in order), *_named(where)])
    rows, group = _rows(snapshot, report.name, ranges, options, [n for n in names if n != IN_GROUP])
    keys = [f"{name} {'DESC' if way == 'descending' else 'ASC'} NULLS LAST" for name, way in order]
    inner = [key for key in keys if not key.startswith(IN_GROUP)]
    counted = f"count(*) OVER (PARTITION BY {group})" if group else "1"
    once = f"row_number() OVER (PARTITION BY {group} ORDER BY {', '.join([*inner, 'row'])}) = 1"
    chosen = ", ".join(select)
    limits = f"\nLIMIT {limit}" * (limit is not None) + f" OFFSET {offset}" * bool(offset)
    # a count of the rows that a filter leaves, so it comes after the filter
    return (
        f"WITH rows AS (\n{rows}\n), kept AS (\n"
        f"  SELECT *, {counted} AS {IN_GROUP} FROM rows\n  WHERE {condition}"
        + f"\n  QUALIFY {once}" * bool(group)
        + f"\n)\nSELECT {chosen} FROM kept\nORDER BY {', '.join([*_groups_first(keys), 'row'])}"
        + limits
    )


def _groups_first(keys: list[str]) -> list[str]:
    """The keys of an order; the size of a group, which ranks whole groups, before the others."""
    return sorted(keys, key=lambda key: not key.startswith(IN_GROUP))


def _rows(
    snapshot: Snapshot, name: str, ranges: Ranges, options: Mapping[str, Any], names: Sequence[str]
) -> tuple[str, str]:
    """The rows of a report before its filter, and what makes a group; empty without groups."""
    if name == "pages":
        parts = {n: _PAGE_PARTS.get(n) or _stored(snapshot, "pages", "page", n) for n in names}
        return _pages(snapshot, ranges, parts), ""
    if name not in ("backlinks", "outgoing") or options.get("best") or options.get("broken"):
        raise NoStatement
    group = _GROUPS.get(str(options.get("grouping")), "")
    parts = {n: _link_part(snapshot, n) for n in names}
    if group:
        parts["row_group"] = f"dense_rank() OVER (ORDER BY {group})"
    return _links(snapshot, ranges, parts, is_outgoing=name == "outgoing"), "row_group" * bool(
        group
    )


def _link_part(snapshot: Snapshot, name: str) -> str:
    if name in _LINK_PARTS:
        return _LINK_PARTS[name]
    if name in _PLAIN_LINK:
        return _stored(snapshot, "links", "link", name)
    if name in _CONTEXT:
        return _stored(snapshot, "contexts", "context", name)
    end, _, rest = name.partition("_")
    if end in ("source", "target") and rest in _OF_PAGE:
        return _stored(snapshot, "pages", f"{end}_page", rest)
    raise NoStatement


def _stored(snapshot: Snapshot, table: str, alias: str, name: str) -> str:
    """A stored column; a number that is not one is null."""
    found = [dict(zip(e.columns, e.types, strict=True)).get(name)
             for e in snapshot.manifest.files if e.table == table]  # fmt: skip
    kinds = [kind for kind in found if kind]
    if not kinds:
        raise NoStatement
    column = f"{alias}.{name}"
    is_float = kinds[0].startswith("f")
    return f"CASE WHEN isnan({column}) THEN NULL ELSE {column} END" if is_float else column


def _table(snapshot: Snapshot, *tables: str) -> str:
    """All files of a table side by side; ``row`` numbers its rows."""
    files = [e for e in snapshot.manifest.files if e.table in tables]
    reads = []
    seen: set[str] = set()
    for entry in files:
        path = str(snapshot.store_path.absolute() / "objects" / f"{entry.sha256}.parquet")
        chosen = [name for name in entry.columns if name not in seen]
        seen |= set(chosen)
        quoted = path.replace("'", "''")
        columns = ", ".join([*chosen, "file_row_number AS row"])
        reads.append(f"(SELECT {columns} FROM read_parquet('{quoted}', file_row_number = true))")
    joined = reads[0]
    for read in reads[1:]:
        joined += f"\n    JOIN {read} USING (row)"
    return f"(SELECT * FROM {joined})"


def _within(column: str, ranges: Ranges) -> str:
    tests = [f"{column} >= {lo} AND {column} < {hi}" for lo, hi in ranges]
    return f"({' OR '.join(tests)})" if tests else "false"


def _parts(parts: Mapping[str, str]) -> str:
    return "".join(f",\n    {text} AS {name}" for name, text in parts.items())


def _pages(snapshot: Snapshot, ranges: Ranges, parts: Mapping[str, str]) -> str:
    return (
        f"  SELECT page.row AS row{_parts(parts)}\n"
        f"  FROM {_table(snapshot, 'pages')} page\n"
        f"  JOIN {_table(snapshot, 'resolution')} page_end USING (row)\n"
        f"  WHERE {_within('page.row', ranges)}"
    )


def _links(
    snapshot: Snapshot, ranges: Ranges, parts: Mapping[str, str], *, is_outgoing: bool
) -> str:
    inside, outside = ("source", "target") if is_outgoing else ("target", "source")
    pages, sites = _table(snapshot, "pages"), _table(snapshot, "domains")
    clicks = f"link.kind IN ({int(LinkKind.TEXT)}, {int(LinkKind.IMAGE)}, {int(LinkKind.AREA)})"
    return (
        f"  SELECT link.row AS row{_parts(parts)}\n"
        f"  FROM {_table(snapshot, 'links')} link\n"
        f"  JOIN {_table(snapshot, 'contexts')} context USING (row)\n"
        f"  JOIN {pages} source_page ON source_page.row = link.source\n"
        f"  JOIN {pages} target_page ON target_page.row = link.target\n"
        f"  JOIN {_table(snapshot, 'resolution')} target_end ON target_end.row = link.target\n"
        f"  ASOF JOIN {sites} source_site ON link.source >= source_site.page_lo\n"
        f"  ASOF JOIN {sites} target_site ON link.target >= target_site.page_lo\n"
        f"  WHERE {_within(f'link.{inside}', ranges)}\n"
        f"    AND NOT {_within(f'link.{outside}', sites_of(snapshot, ranges))} AND {clicks}"
    )


def _named(where: str | None) -> list[str]:
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


def _condition(node: Any, kinds: Mapping[str, str]) -> str:
    if "not" in node:
        return f"NOT coalesce({_condition(node['not'], kinds)}, false)"
    for word in ("and", "or"):
        if word in node:
            parts = [_condition(part, kinds) for part in node[word]]
            return f"({f' {word.upper()} '.join(parts)})"
    if set(node) != {"field", "is"} or node["field"] not in kinds:
        raise NoStatement
    return _test(node["field"], node["is"], kinds[node["field"]])


def _test(name: str, condition: Any, kind: str) -> str:
    if condition == "is_null" or (condition == "empty" and kind != "string"):
        return f"{name} IS NULL"
    if condition == "empty":
        return f"({name} IS NULL OR {name} = '')"
    op, value = condition
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
