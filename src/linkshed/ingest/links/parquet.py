"""Reads Parquet tables of links: the one place of ``ingest`` that knows pyarrow.

Blocks travel to the workers as Arrow IPC messages of the known columns only; there every cell
becomes the text a CSV file would hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkshed.errors import FormatError
from linkshed.ingest.reader import Item, Refused
from linkshed.schema import Reason

if TYPE_CHECKING:
    from linkshed.ingest.links.layout import Layout

BLOCK_ROWS = 25_000


def header(path: Path) -> tuple[str, ...]:
    """The names of the columns. Raises FormatError for a damaged file."""
    try:
        return tuple(pq.read_schema(path).names)
    except (pa.ArrowException, OSError) as error:
        why = f"{str(path)!r} cannot be read as Parquet: {error}"
        raise FormatError(why, repair="write the file again") from None


def blocks(path: Path, layout: Layout) -> Iterator[Item | Refused]:
    """Items with payload (number of the first row, counted from 1; Arrow IPC stream)."""
    names = [layout.header[index] for index in layout.places.values()]
    size_bytes = path.stat().st_size
    with pq.ParquetFile(path, buffer_size=1 << 20) as file:
        n_rows = max(file.metadata.num_rows, 1)
        row = 1
        for group in range(file.num_row_groups):
            next_row = row + file.metadata.row_group(group).num_rows
            try:
                for batch in file.iter_batches(BLOCK_ROWS, [group], names, use_threads=False):
                    offset = size_bytes * (row - 1 + len(batch)) // n_rows
                    yield Item(f"row {row}", (row, _packed(batch)), offset)
                    row += len(batch)
            except (pa.ArrowException, OSError) as error:
                locator = f"row {row} to {next_row - 1}"
                yield Refused(Reason.DAMAGED, locator, str(error))
            row = next_row


def cells(block: bytes, layout: Layout) -> dict[str, list[str]]:
    """The known columns of a block as text; null is empty. Raises FormatError."""
    table = pa.ipc.open_stream(block).read_all()
    return {
        name: _texts(table.column(place), layout.header[index])
        for place, (name, index) in enumerate(layout.places.items())
    }


def _packed(batch: Any) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue().to_pybytes())


def _texts(column: Any, name: str) -> list[str]:
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return [" ".join(map(str, cell or ())) for cell in column.to_pylist()]
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        column = column.cast(pa.timestamp("s"), safe=False).cast(pa.int64())
    try:
        return list(pc.fill_null(column.cast(pa.string()), "").to_pylist())
    except pa.ArrowException as error:
        why = f"column {name!r} has type {kind}: {error}"
        raise FormatError(why, allowed="text, number, boolean or time") from None
