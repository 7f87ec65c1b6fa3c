"""The tables of a snapshot in SQL: their files, and how columns of reports are read from them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING

from linkshed.report.shared import PAST_COLUMNS
from linkshed.report.sql.conditions import NoStatement
from linkshed.schema import (
    CLICKABLE,
    AnchorKind,
    Indexability,
    LinkKind,
    Placement,
    Rel,
    Resolution,
)

if TYPE_CHECKING:
    from linkshed.snapshot.tables import Snapshot

Ranges = Sequence[tuple[int, int]]


def labels(column: str, kinds: type[IntEnum]) -> str:
    """The names of an enumeration's numbers."""
    names = [""] * (max(kinds) + 1)
    for kind in kinds:
        names[kind] = kind.name.lower()
    return f"{json.dumps(names).replace(chr(34), chr(39))}[{column} + 1]"


def host(page: str) -> str:
    """The host of a page, from its key."""
    labels_ = f"list_reverse(string_split(rtrim(split_part({page}.key, ')', 1), ','), ','))"
    return f"array_to_string({labels_}, '.')"


def url(page: str) -> str:
    """The address of a page, from its key and scheme."""
    scheme = f"CASE {page}.scheme WHEN 1 THEN 'https://' ELSE 'http://' END"
    rest = f"substr({page}.key, strpos({page}.key, ')') + 1)"
    return f"{scheme} || {host(page)} || {rest}"


_UNFOLLOWED = int(Rel.NOFOLLOW | Rel.UGC | Rel.SPONSORED)
_PAGE_NOFOLLOW = "coalesce(source_page.is_nofollow, false)"
FOLLOWED = f"(link.rel & {_UNFOLLOWED} = 0 AND NOT {_PAGE_NOFOLLOW})"
"""Whether a link counts as followed."""
TOLD = f"(link.rel & {int(Rel.UNKNOWN)} = 0 OR {_PAGE_NOFOLLOW})"
"""Whether an input tells if it is."""
_SAID = f"CASE WHEN link.rel & {int(Rel.UNKNOWN)} = 0 THEN link.rel & {{}} <> 0 END"
_LINK_PARTS = {
    "source_url": url("source_page"),
    "target_url": url("target_page"),
    "source_host": host("source_page"),
    "target_host": host("target_page"),
    "source_host_is_domain": f"{host('source_page')} = source_site.domain",
    "target_host_is_domain": f"{host('target_page')} = target_site.domain",
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
    "is_content": f"CASE WHEN link.placement <> {int(Placement.UNKNOWN)} THEN"
    f" link.placement = {int(Placement.CONTENT)} END",
    "is_followed": f"CASE WHEN {TOLD} THEN {FOLLOWED} END",
    "is_nofollow": f"CASE WHEN {TOLD} THEN link.rel & {int(Rel.NOFOLLOW)} <> 0 OR"
    f" {_PAGE_NOFOLLOW} END",
    "is_ugc": _SAID.format(int(Rel.UGC)),
    "is_sponsored": _SAID.format(int(Rel.SPONSORED)),
    "n_external_links": "source_page.n_external_links",
    "n_internal_links": "source_page.n_internal_links",
}
_PLAIN_LINK = ("anchor", "is_scripted", "position", "n_block", "first_seen", "last_seen",
               "last_verified", "equity", "weight")  # fmt: skip
_CONTEXT = ("alt", "context_left", "context_right", "path")
_OF_PAGE = ("title", "rating", "equity", "status", "language", "author", "published_at",
            "is_noindex", "encoding", "size_bytes", "first_seen", "n_refdomains",
            "n_linked_domains", "outcome", "looked_at", "n_vain_looks", "vain_since")  # fmt: skip
_PAGE_PARTS = {
    "url": url("page"),
    "indexability": labels("page_end.final_indexability", Indexability),
    "resolution": labels("page_end.resolution", Resolution),
    "n_internal_inlinks": "page.n_inlinks - page.n_backlinks",
}


def link_part(snapshot: Snapshot, name: str) -> str:
    """A column of a link, its pages or domains. Raises NoStatement."""
    if name in _LINK_PARTS:
        return _LINK_PARTS[name]
    if name in _PLAIN_LINK:
        return stored(snapshot, "links", "link", name)
    if name in _CONTEXT:
        return stored(snapshot, "contexts", "context", name)
    end, _, rest = name.partition("_")
    if end in ("source", "target") and rest in _OF_PAGE:
        return stored(snapshot, "pages", f"{end}_page", rest)
    raise NoStatement


def stored(snapshot: Snapshot, table: str, alias: str, name: str) -> str:
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


def within(column: str, ranges: Ranges) -> str:
    """Whether a number of a page lies in some ranges."""
    tests = [f"{column} >= {lo} AND {column} < {hi}" for lo, hi in ranges]
    return f"({' OR '.join(tests)})" if tests else "false"


def _parts(parts: Mapping[str, str]) -> str:
    return "".join(f",\n    {text} AS {name}" for name, text in parts.items())


def pages(snapshot: Snapshot, names: Sequence[str], condition: str) -> str:
    """Pages with their resolution, as columns of the report of that name. Raises NoStatement."""
    if "liveness" in names:  # judged by more than the column of that name
        raise NoStatement
    known = _PAGE_PARTS | {column.name: "NULL" for column in PAST_COLUMNS}
    parts = {n: known.get(n) or stored(snapshot, "pages", "page", n) for n in names}
    return (
        f"  SELECT page.row AS row{_parts(parts)}\n"
        f"  FROM {_table(snapshot, 'pages')} page\n"
        f"  JOIN {_table(snapshot, 'resolution')} page_end USING (row)\n"
        f"  WHERE {condition}"
    )


def links(
    snapshot: Snapshot, parts: Mapping[str, str], conditions: Sequence[str], row: str, by: str = ""
) -> str:
    """Links that can be clicked, with their pages and domains; ``row`` numbers the rows, ``by``
    groups them.
    """
    kinds = f"link.kind IN ({', '.join(str(int(kind)) for kind in CLICKABLE)})"
    page, site, end = (_table(snapshot, name) for name in ("pages", "domains", "resolution"))
    return (
        f"  SELECT {row} AS row{_parts(parts)}\n"
        f"  FROM {_table(snapshot, 'links')} link\n"
        f"  JOIN {_table(snapshot, 'contexts')} context USING (row)\n"
        f"  JOIN {page} source_page ON source_page.row = link.source\n"
        f"  JOIN {page} target_page ON target_page.row = link.target\n"
        f"  JOIN {end} source_end ON source_end.row = link.source\n"
        f"  JOIN {end} target_end ON target_end.row = link.target\n"
        f"  ASOF JOIN {site} source_site ON link.source >= source_site.page_lo\n"
        f"  ASOF JOIN {site} target_site ON link.target >= target_site.page_lo\n"
        f"  WHERE {' AND '.join([*conditions, kinds])}" + f"\n  GROUP BY {by}" * bool(by)
    )
