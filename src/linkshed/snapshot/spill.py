"""Cutting rows by id into buckets that fit in memory, through files on disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def edges(n_rows: NDArray[np.int64], rows_per_bucket: int) -> NDArray[np.int64]:
    """The ids at which buckets begin, but for the first, from the number of rows of each id."""
    total = np.cumsum(n_rows)
    wanted = np.arange(rows_per_bucket, total[-1] if len(total) else 0, rows_per_bucket)
    return np.unique(np.searchsorted(total, wanted, side="left") + 1)


def buckets(
    tables: Iterable[pa.Table], column: str, borders: NDArray[np.int64], folder: Path, name: str
) -> Iterator[pa.Table]:
    """All rows, in tables between the borders of ``column``, in the order of the buckets.

    Inside a bucket the rows keep the order they came in. Without borders nothing goes to disk.
    """
    if len(borders) == 0:
        whole = list(tables)
        if whole:
            yield pa.concat_tables(whole)
        return
    for file in _spill(tables, column, borders, folder, name):
        if file.exists():
            with pa.memory_map(str(file)) as source:
                yield pa.ipc.open_stream(source).read_all()
            file.unlink()


def _spill(
    tables: Iterable[pa.Table], column: str, borders: NDArray[np.int64], folder: Path, name: str
) -> list[Path]:
    files = [folder / f"{name}-{number}.arrow" for number in range(len(borders) + 1)]
    writers: dict[int, pa.RecordBatchStreamWriter] = {}
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    for table in tables:
        bucket = np.searchsorted(borders, table[column].to_numpy(), side="right")
        order = np.argsort(bucket, kind="stable")
        starts = np.searchsorted(bucket[order], np.arange(len(files) + 1))
        moved = table.take(pa.array(order)).combine_chunks()
        for number, file in enumerate(files):
            lo, hi = int(starts[number]), int(starts[number + 1])
            if lo == hi:
                continue
            if number not in writers:
                writers[number] = pa.ipc.new_stream(file, moved.schema, options=options)
            writers[number].write_table(moved.slice(lo, hi - lo))
    for writer in writers.values():
        writer.close()
    return files
