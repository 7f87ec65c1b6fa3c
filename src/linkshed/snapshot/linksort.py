"""Sorting all link rows by (target, source, ordinal) within a memory budget.

Rows are cut by target into buckets that fit the budget, spilled to disk, and each bucket is sorted
in memory; the buckets in order are the sorted table.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from linkshed.schema.rows import LINK_CONTEXT, LINK_FACTS
from linkshed.schema.tables import LINKS
from linkshed.snapshot.arrow import arrow_schema
from linkshed.snapshot.numbering import Workbench
from linkshed.snapshot.spill import buckets, edges

COPIES = 5
"""How often a bucket's rows are in memory while it is sorted, merged and written."""
_SLICE_ROWS = 262_144
_SAMPLE_TABLES = 8
FACT_NAMES = [column.name for column in LINK_FACTS]
CONTEXT_NAMES = [column.name for column in LINK_CONTEXT]


def sorted_buckets(bench: Workbench, budget_bytes: int) -> Iterator[pa.Table]:
    """All link rows in order, in tables that do not share a target.

    Columns: target, source (page_ids), chunk, capture, facts and contexts.
    """
    borders = _borders(bench, budget_bytes)
    for bucket in buckets(_rows(bench), "target", borders, bench.scratch, "links"):
        yield _sorted(bucket)


def _borders(bench: Workbench, budget_bytes: int) -> NDArray[np.int64]:
    n_bytes = n_rows = 0
    for table in itertools.islice(_rows(bench), _SAMPLE_TABLES):
        n_bytes, n_rows = n_bytes + table.nbytes, n_rows + len(table)
    n_links = np.zeros(bench.n_pages, np.int64)
    if n_rows:
        for table in _rows(bench, only_ids=True):
            n_links += np.bincount(table["target"].to_numpy(), minlength=bench.n_pages)
    bytes_per_row = n_bytes // max(n_rows, 1) + 1
    return edges(n_links, max(budget_bytes // COPIES // bytes_per_row, _SLICE_ROWS))


def _rows(bench: Workbench, *, only_ids: bool = False
          ) -> Iterator[pa.Table]:  # fmt: skip
    names = [] if only_ids else ["source", "capture", *FACT_NAMES, *CONTEXT_NAMES]
    for number, chunk in enumerate(bench.chunks):
        file = pq.ParquetFile(chunk / "links.parquet")
        table = file.read(
            columns=["target"] if only_ids else ["source", "target", "capture", *names]
        )
        if len(table):
            yield _numbered(table, bench.ids(number), number)
    if bench.base is not None:
        yield from _base_rows(bench, only_ids=only_ids)


def _base_rows(bench: Workbench, *, only_ids: bool) -> Iterator[pa.Table]:
    base, ids = bench.base, bench.ids(bench.base_chunk)
    if base is None:
        return
    for lo in range(0, base.n_links, _SLICE_ROWS):
        hi = lo + _SLICE_ROWS
        names = ["target"] if only_ids else ["source", "target", *FACT_NAMES]
        known = [name for name in names if base.has("links", name)]
        table = base.columns("links", known, lo, hi)
        if not only_ids:
            for name in set(names) - set(known):
                kind = arrow_schema([LINKS.column(name)]).field(name).type
                table = table.append_column(name, pa.nulls(len(table), kind))
            contexts = base.columns("contexts", CONTEXT_NAMES, lo, hi)
            for name in CONTEXT_NAMES:
                table = table.append_column(name, contexts[name])
            capture = pa.array(np.zeros(len(table), np.uint32))
            table = table.append_column("capture", capture)
        yield _numbered(table, ids, bench.base_chunk)


def _numbered(table: pa.Table, ids: NDArray[np.uint32], chunk: int) -> pa.Table:
    columns = {name: table[name] for name in table.column_names}
    for name in ("source", "target"):
        if name in columns:
            columns[name] = pa.array(ids[table[name].to_numpy()])
    if "source" in columns:
        columns["chunk"] = pa.array(np.full(len(table), chunk, np.uint32))
        order = ("target", "source", "chunk", "capture", *FACT_NAMES, *CONTEXT_NAMES)
        columns = {name: columns[name] for name in order}
    return pa.table(columns)


def _sorted(table: pa.Table) -> pa.Table:
    target, source = table["target"].to_numpy(), table["source"].to_numpy()
    pair = (target.astype(np.uint64) << np.uint64(32)) | source
    keys = [table[name].to_numpy() for name in ("capture", "chunk", "kind", "ordinal")]
    return table.take(pa.array(np.lexsort((*keys, pair))))
