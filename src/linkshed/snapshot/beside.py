"""What is kept beside pages and links: what lists tell of pages, and places that lead nowhere."""

from __future__ import annotations

from pathlib import Path

from linkshed.schema.rows import DEAD_END_FACTS
from linkshed.schema.tables import DEAD_ENDS, KNOWN
from linkshed.snapshot.numbering import Workbench
from linkshed.snapshot.parquet import write_table

_KNOWN = "known_from, unseen, n_clicks, n_visits"
_DEAD_ENDS = ", ".join(column.name for column in DEAD_END_FACTS)


def write_known(bench: Workbench, path: Path) -> int:
    """Write what all lists tell of pages, one row for each page: kinds add up, and so do counts;
    of the reasons why a page was not read the last one stands.
    """
    parts = [f"SELECT NULL::UINTEGER AS id, 0 AS chunk, {_typed()} WHERE false"]
    if bench.has("known"):
        parts.append(
            f"SELECT id, k.chunk, {_KNOWN} FROM known k"
            " JOIN local l ON k.chunk = l.chunk AND k.page = l.local"
        )
    if view := bench.base_view("known", "known_from"):
        parts.append(
            f"SELECT id, -1, {_KNOWN} FROM {view} k"
            f" JOIN local l ON l.chunk = {bench.base_chunk} AND k.page = l.local"
        )
    query = (
        "SELECT id AS page, bit_or(known_from)::USMALLINT AS known_from,"
        " arg_max(unseen, chunk) FILTER (unseen IS NOT NULL) AS unseen,"
        f" {_sum('n_clicks')}, {_sum('n_visits')}"
        f" FROM ({' UNION ALL '.join(parts)}) GROUP BY id ORDER BY id"
    )
    return write_table(path, KNOWN.columns, bench.batches(query))


def _sum(name: str) -> str:
    """SQL for a sum that is null where nothing counts."""
    capped = f"least(sum({name}), 4294967295)::UINTEGER"
    return f"CASE WHEN count({name}) > 0 THEN {capped} END AS {name}"


def _typed() -> str:
    return (
        "NULL::USMALLINT AS known_from, NULL::VARCHAR AS unseen, NULL::UINTEGER AS n_clicks,"
        " NULL::UINTEGER AS n_visits"
    )


def write_dead_ends(bench: Workbench, path: Path) -> int:
    """Write the places that lead nowhere, of the look at each page that counts."""
    parts = []
    if bench.has("dead_ends"):
        parts.append(
            f"SELECT look.id, d.chunk, d.row, {_of('d')} FROM dead_ends d"
            " JOIN local l ON d.chunk = l.chunk AND d.page = l.local"
            " JOIN look ON look.id = l.id AND look.chunk = d.chunk"
            " AND look.fetched_at IS NOT DISTINCT FROM d.seen_at"
        )
    if view := bench.base_view("dead_ends", "reason"):
        parts.append(
            f"SELECT look.id, -1, d.file_row_number, {_of('d')} FROM {view} d"
            f" JOIN look ON look.chunk = {bench.base_chunk} AND look.row = d.page"
        )
    if not parts:
        return write_table(path, DEAD_ENDS.columns, [])
    query = (
        f"SELECT id AS page, {_DEAD_ENDS} FROM ({' UNION ALL '.join(parts)})"
        " ORDER BY id, chunk, row"
    )
    return write_table(path, DEAD_ENDS.columns, bench.batches(query))


def _of(table: str) -> str:
    return ", ".join(f"{table}.{column.name}" for column in DEAD_END_FACTS)
