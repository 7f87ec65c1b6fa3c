"""Declared columns as Arrow types."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa

from linkshed.schema import Column

TYPES: dict[str, pa.DataType] = {
    "bool": pa.bool_(),
    "u8": pa.uint8(),
    "u16": pa.uint16(),
    "u32": pa.uint32(),
    "u64": pa.uint64(),
    "f32": pa.float32(),
    "f64": pa.float64(),
    "string": pa.string(),
    "time": pa.timestamp("s"),
    "list": pa.list_(pa.string()),
}


def arrow_schema(columns: Iterable[Column]) -> pa.Schema:
    """The Arrow schema of declared columns; a column is nullable when it declares a null."""
    return pa.schema([pa.field(c.name, TYPES[c.type], nullable=bool(c.null)) for c in columns])


def arrow_array(values: Any, column: Column) -> pa.Array:
    """A numpy column, null where masked, in its declared type."""
    mask = np.ma.getmaskarray(values) if isinstance(values, np.ma.MaskedArray) else None
    return pa.array(np.ma.getdata(values), mask=mask).cast(TYPES[column.type])


def numpy_array(column: pa.Array | pa.ChunkedArray) -> np.ndarray[Any, Any]:
    """A numeric column as numpy: a missing float is NaN, any other missing value is masked.

    Times become seconds since 1970.
    """
    flat = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_timestamp(flat.type):
        flat = seconds(flat)
    if flat.null_count == 0 or pa.types.is_floating(flat.type):
        return np.asarray(flat.to_numpy(zero_copy_only=False))
    zero: Any = False if pa.types.is_boolean(flat.type) else 0
    data = flat.fill_null(zero).to_numpy(zero_copy_only=False)
    return np.ma.array(data, mask=flat.is_null().to_numpy(zero_copy_only=False))


def seconds(column: pa.Array | pa.ChunkedArray) -> Any:
    """A time column as seconds since 1970; Parquet itself knows no unit above milliseconds."""
    return column.cast(pa.timestamp("s")).cast(pa.int64())


def taken(column: pa.Array, rows: pa.Array) -> pa.Array:
    """Some rows of a column, as values also when it is kept as numbers of a dictionary."""
    if pa.types.is_dictionary(column.type):
        return column.dictionary.take(column.indices.take(rows))
    return column.take(rows)


def plain(table: pa.Table) -> pa.Table:
    """Texts as texts: they are read as numbers of a dictionary, which is faster."""
    fields = [
        pa.field(f.name, f.type.value_type, f.nullable) if pa.types.is_dictionary(f.type) else f
        for f in table.schema
    ]
    return table.cast(pa.schema(fields))


def empty(schema: pa.Schema, names: list[str]) -> pa.Table:
    """No rows of some columns."""
    return plain(pa.schema([schema.field(name) for name in names]).empty_table())
