"""Writing the files of a snapshot."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from linkshed.schema import Column
from linkshed.snapshot.arrow import arrow_schema

ROW_GROUP_ROWS = 32_768
"""Rows read to find one: a look-up of one page's links decodes one or two groups."""

LOOKED_UP_ROWS = 4_096
"""The same for tables whose rows are looked up one by one all over: pages."""

_RISING = {"target", "source", "in_offset", "out_offset", "page_lo", "page_hi", "host_lo",
           "host_hi", "page", "receiver", "next"}  # fmt: skip
_SORTED_TEXT = {"key"}


class TableWriter:
    """Appends rows of one table to one Parquet file."""

    def __init__(self, path: Path, columns: tuple[Column, ...]) -> None:
        self.schema = arrow_schema(columns)
        self.n_rows = 0
        is_looked_up = not _SORTED_TEXT.isdisjoint(self.schema.names)
        self._group_rows = LOOKED_UP_ROWS if is_looked_up else ROW_GROUP_ROWS
        encodings = {name: "DELTA_BINARY_PACKED" for name in self.schema.names if name in _RISING}
        encodings |= {n: "DELTA_BYTE_ARRAY" for n in self.schema.names if n in _SORTED_TEXT}
        self._writer = pq.ParquetWriter(
            path,
            self.schema,
            compression="zstd",
            compression_level=3,
            use_dictionary=[name for name in self.schema.names if name not in encodings],
            column_encoding=encodings or None,
            write_page_index=True,
        )

    def write(self, table: pa.Table) -> None:
        """Append the columns of the schema, by name."""
        ordered = table.select(self.schema.names).cast(self.schema)
        self._writer.write_table(ordered, row_group_size=self._group_rows)
        self.n_rows += len(ordered)

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._writer.close()


def write_table(path: Path, columns: tuple[Column, ...], tables: Iterable[pa.Table]) -> int:
    """Write a whole file; gives its number of rows."""
    with TableWriter(path, columns) as writer:
        for table in tables:
            writer.write(table)
    return writer.n_rows
