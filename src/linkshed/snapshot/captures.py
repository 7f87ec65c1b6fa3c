"""Which look at a page counts: the latest whole one; an unchanged repeat only confirms it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from linkshed.schema.rows import PAGE_FACTS, REJECT_ROW
from linkshed.schema.tables import PAGES, REJECTS, TEXTS
from linkshed.snapshot.looks import LAST_LOOK, look_fact
from linkshed.snapshot.looks import NAMES as LOOK_NAMES
from linkshed.snapshot.numbering import Workbench
from linkshed.snapshot.parquet import write_table
from linkshed.snapshot.spill import buckets, edges

NEVER = np.int64(-(2**62))
"""Stands for an absent time; below every real one."""
TEXT_ROWS = 2_000
TEXT_COPIES = 4
"""How often a bucket of texts is in memory while it is sorted and written."""
LOOKS = pa.schema([("chunk", pa.int32()), ("row", pa.int32()), ("id", pa.uint32())])
_FACTS = [*(column.name for column in PAGE_FACTS), *LOOK_NAMES]
_RANK = "is_revisit, fetched_at DESC NULLS LAST, content_hash, size_bytes, status, chunk, row"


@dataclass(frozen=True)
class Looks:
    """Per page: when its counting look was taken, and when it was last confirmed (or NEVER)."""

    taken_at: NDArray[np.int64]
    confirmed_at: NDArray[np.int64]


def choose(bench: Workbench) -> Looks:
    """Make table ``look`` (id, chunk, row, facts, confirmed_at), one row per fetched page."""
    parts = []
    if bench.chunks:
        parts.append(
            "SELECT id, p.chunk, row, coalesce(is_revisit, false) AS is_revisit,"
            f" {', '.join(_FACTS)}"
            " FROM pages p JOIN local l ON p.chunk = l.chunk AND p.page = l.local"
        )
    if view := bench.base_view("pages", "key"):
        parts.append(
            f"SELECT id, {bench.base_chunk}, file_row_number, false,"
            f" {bench.base_columns('pages', _FACTS)} FROM {view} p"
            f" JOIN local l ON l.chunk = {bench.base_chunk} AND p.file_row_number = l.local"
            " WHERE status IS NOT NULL OR fetched_at IS NOT NULL"
            f" OR {'looked_at' if bench.has_base('pages', 'looked_at') else 'NULL'} IS NOT NULL"
        )
    bench.db.execute(
        f"CREATE TABLE look AS SELECT * EXCLUDE ({', '.join(LOOK_NAMES)}), {LAST_LOOK},"
        " max(fetched_at) OVER of_page AS confirmed_at,"
        f" min(fetched_at) OVER of_page AS first_fetched FROM ({' UNION ALL '.join(parts)})"
        " WINDOW of_page AS (PARTITION BY id)"
        f" QUALIFY row_number() OVER (PARTITION BY id ORDER BY {_RANK}) = 1"
    )
    return Looks(_times(bench, "fetched_at"), _times(bench, "confirmed_at"))


def _times(bench: Workbench, column: str) -> NDArray[np.int64]:
    times = np.full(bench.n_pages, NEVER)
    query = f"SELECT id, epoch({column})::BIGINT AS t FROM look WHERE {column} IS NOT NULL"
    for table in bench.batches(query):
        times[table["id"].to_numpy()] = table["t"].to_numpy()
    return times


def write_pages(
    bench: Workbench, path: Path, first_linked: NDArray[np.int64], last_linked: NDArray[np.int64]
) -> int:
    """Write the table of pages; dates of links to a page count as sightings of its URL."""
    base = bench.base_view("pages", "key")
    known = (
        f"SELECT id, first_seen, last_seen FROM {base} p JOIN local l"
        f" ON l.chunk = {bench.base_chunk} AND p.file_row_number = l.local"
        if base
        else "SELECT 0::UINTEGER AS id, NULL::TIMESTAMP_S AS first_seen,"
        " NULL::TIMESTAMP_S AS last_seen WHERE false"
    )
    facts = ", ".join([*(_fact(column.name) for column in PAGE_FACTS),
                       *map(look_fact, LOOK_NAMES)])  # fmt: skip
    query = (
        f"SELECT page.id, key, scheme, {facts},"
        " epoch(least(first_fetched, known.first_seen))::BIGINT AS first_seen,"
        " epoch(greatest(confirmed_at, known.last_seen))::BIGINT AS last_seen"
        f" FROM page LEFT JOIN look USING (id) LEFT JOIN ({known}) known USING (id) ORDER BY id"
    )
    tables = (_with_sightings(t, first_linked, last_linked) for t in bench.batches(query))
    return write_table(path, PAGES.columns, tables)


def _fact(name: str) -> str:
    if name in ("indexability", "canonical_issue"):
        return f"coalesce(look.{name}, 0) AS {name}"
    return "confirmed_at AS fetched_at" if name == "fetched_at" else f"look.{name}"


def _with_sightings(
    table: pa.Table, first_linked: NDArray[np.int64], last_linked: NDArray[np.int64]
) -> pa.Table:
    ids = table["id"].to_numpy()
    never_first = np.iinfo(np.int64).max
    first = table["first_seen"].fill_null(never_first).to_numpy()
    last = table["last_seen"].fill_null(int(NEVER)).to_numpy()
    first, last = np.minimum(first, first_linked[ids]), np.maximum(last, last_linked[ids])
    for name, values, absent in (("first_seen", first, never_first), ("last_seen", last, NEVER)):
        column = pa.array(values, pa.int64(), mask=values == absent).cast(pa.timestamp("s"))
        table = table.set_column(table.column_names.index(name), name, column)
    return table


def write_texts(bench: Workbench, path: Path, budget_bytes: int) -> int:
    """Write the main texts of the looks that count, in order of pages, within a memory budget."""
    n_bytes = n_texts = 0
    for table in _texts(bench):
        n_bytes, n_texts = n_bytes + table.nbytes, n_texts + len(table)
    per_bucket = max(budget_bytes // TEXT_COPIES // (n_bytes // max(n_texts, 1) + 1), 1)
    n_each = np.full(bench.n_pages, n_texts / max(bench.n_pages, 1))
    borders = edges(n_each, per_bucket)
    parts = buckets(_texts(bench), "page", borders, bench.scratch, "texts")
    return write_table(path, TEXTS.columns, (part.sort_by("page") for part in parts))


def _texts(bench: Workbench) -> Iterator[pa.Table]:
    """Page ids and texts of the looks that count, chunk by chunk."""
    query = "SELECT chunk, row::INTEGER AS row, id FROM look ORDER BY chunk, row"
    looks = pa.concat_tables([LOOKS.empty_table(), *(t.cast(LOOKS) for t in bench.batches(query))])
    chunk, row, page = (looks[name].to_numpy() for name in LOOKS.names)
    starts = np.searchsorted(chunk, np.arange(bench.base_chunk + 2))
    for number, folder in enumerate(bench.chunks):
        mine = slice(starts[number], starts[number + 1])
        texts = pq.ParquetFile(folder / "pages.parquet").read(["text"])["text"]
        found = pa.table({"page": page[mine], "text": texts.take(pa.array(row[mine]))})
        if len(found := found.filter(pc.is_valid(found["text"]))):
            yield found
    mine = slice(starts[bench.base_chunk], starts[bench.base_chunk + 1])
    yield from _base_texts(bench, row[mine], page[mine])


def _base_texts(bench: Workbench, row: NDArray[Any], page: NDArray[Any]) -> Iterator[pa.Table]:
    """Texts of the base snapshot whose look still counts; ``row`` are page_ids there, sorted."""
    if bench.base is None or not len(row):
        return
    for lo in range(0, bench.base.n_rows("texts"), TEXT_ROWS):
        part = bench.base.columns("texts", ["page", "text"], lo, lo + TEXT_ROWS)
        old = part["page"].to_numpy()
        at = np.minimum(np.searchsorted(row, old), len(row) - 1)
        counts = pa.array(row[at] == old)
        yield pa.table({"page": page[at], "text": part["text"]}).filter(counts)


def write_rejects(bench: Workbench, path: Path) -> int:
    """Write all rejects, those of the base included."""
    names = ", ".join(column.name for column in REJECT_ROW)
    parts = [f"SELECT chunk, row, {names} FROM rejects"] if bench.chunks else []
    if view := bench.base_view("rejects", "reason"):
        parts.append(f"SELECT -1, file_row_number, {names} FROM {view}")
    query = f"SELECT * FROM ({' UNION ALL '.join(parts)}) ORDER BY chunk, row"
    return write_table(path, REJECTS.columns, bench.batches(query))
