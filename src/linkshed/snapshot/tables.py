"""Reading a snapshot: columns of rows as Arrow or numpy, pages of a scope, links of a page."""

from __future__ import annotations

import bisect
import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from linkshed.errors import ColumnError, DamagedFile
from linkshed.snapshot.arrow import numpy_array
from linkshed.snapshot.manifest import FileEntry, Manifest
from linkshed.urls.key import key_url, url_key
from linkshed.urls.scope import Scope

Rows = NDArray[Any]


class Snapshot:
    """One published state. Row numbers of pages, hosts, domains and links are their ids; they mean
    nothing in another snapshot. All columns aligned with a table, scores included, are read by
    (table, name) wherever they are stored.
    """

    def __init__(self, store_path: Path, manifest: Manifest) -> None:
        self.manifest = manifest
        self.id = manifest.id
        self._store = store_path
        self._entries = {(e.table, name): e for e in manifest.files for name in e.columns}
        self._files: dict[str, pq.ParquetFile] = {}
        self._group_borders: dict[str, Rows] = {}
        self._arrays: dict[tuple[str, str], Rows] = {}
        self._last_group: tuple[int, pa.Array] = (-1, None)

    @property
    def n_pages(self) -> int:
        """Rows of pages."""
        return self.manifest.counts["pages"]

    @property
    def n_hosts(self) -> int:
        """Rows of hosts."""
        return self.manifest.counts["hosts"]

    @property
    def n_domains(self) -> int:
        """Rows of domains."""
        return self.manifest.counts["domains"]

    @property
    def n_links(self) -> int:
        """Rows of links."""
        return self.manifest.counts["links"]

    def n_rows(self, table: str) -> int:
        """Rows of any table."""
        return self.manifest.counts[table]

    def has(self, table: str, name: str) -> bool:
        """Whether some file holds that column."""
        return (table, name) in self._entries

    def names(self, table: str) -> list[str]:
        """All columns of a table, score columns included."""
        return [name for of, name in self._entries if of == table]

    def columns(
        self, table: str, names: Sequence[str], lo: int = 0, hi: int | None = None
    ) -> pa.Table:
        """Columns of the rows ``[lo, hi)``. Raises ColumnError, DamagedFile."""
        hi = self.n_rows(table) if hi is None else min(hi, self.n_rows(table))
        lo = min(lo, hi)
        parts: dict[str, pa.ChunkedArray] = {}
        for entry, wanted in self._by_file(table, names).items():
            part = self._slice(entry, wanted, lo, hi)
            parts |= {name: part[name] for name in wanted}
        return pa.table({name: parts[name] for name in names})

    def take(self, table: str, names: Sequence[str], rows: Rows) -> pa.Table:
        """Columns of some rows, in the order given. Raises ColumnError, DamagedFile."""
        rows = np.asarray(rows, np.int64)
        parts: dict[str, pa.ChunkedArray] = {}
        for entry, wanted in self._by_file(table, names).items():
            part = self._take(entry, wanted, rows)
            parts |= {name: part[name] for name in wanted}
        return pa.table({name: parts[name] for name in names})

    def array(self, table: str, name: str) -> Rows:
        """A whole numeric column, memory-mapped from a plain twin in the store's cache.

        A missing float is NaN; other columns with missing values come as masked arrays. Times are
        seconds since 1970. Where the cache cannot be written the column is held in memory.
        """
        if (table, name) not in self._arrays:
            self._arrays[table, name] = self._map(self._entry(table, name), name)
        return self._arrays[table, name]

    def pages_of(self, scope: Scope) -> list[tuple[int, int]]:
        """The page_id ranges of a scope, sorted and disjoint; ranges without pages left out."""
        ranges = []
        for interval in scope.intervals:
            lo, hi = self._lower_bound(interval.lo), self._lower_bound(interval.hi)
            if interval.scheme is None:
                ranges += [(lo, hi)] if lo < hi else []
            else:
                schemes = self.columns("pages", ["scheme"], lo, hi)["scheme"].to_pylist()
                ranges += [(i, i + 1) for i, s in enumerate(schemes, lo) if s == interval.scheme]
        return ranges

    def page_id(self, url: str) -> int | None:
        """The row of a normalised URL, or None."""
        key, scheme = url_key(url)
        lo, hi = self._lower_bound(key), self._lower_bound(key + "\0")
        schemes = self.columns("pages", ["scheme"], lo, hi)["scheme"].to_pylist()
        return next((row for row, found in enumerate(schemes, lo) if found == scheme), None)

    def domain_id(self, name: str) -> int | None:
        """The row of a registrable domain, or None."""
        return self._domain_ids.get(name)

    def urls(self, page_ids: Rows | Sequence[int]) -> list[str]:
        """The URLs of pages, in the order given."""
        found = self.take("pages", ["key", "scheme"], np.asarray(page_ids, np.int64))
        keys, schemes = found["key"].to_pylist(), found["scheme"].to_pylist()
        return [key_url(key, scheme) for key, scheme in zip(keys, schemes, strict=True)]

    def domain_of(self, page_ids: Rows) -> Rows:
        """The domain_id of each page."""
        return np.searchsorted(self.array("domains", "page_hi"), page_ids, side="right").astype(
            np.uint32
        )

    def host_of(self, page_ids: Rows) -> Rows:
        """The host_id of each page."""
        return np.searchsorted(self.array("hosts", "page_hi"), page_ids, side="right").astype(
            np.uint32
        )

    def in_links(self, page_lo: int, page_hi: int) -> tuple[int, int]:
        """The rows of links whose target is in ``[page_lo, page_hi)``."""
        offsets = self.array("in_offsets", "in_offset")
        return int(offsets[page_lo]), int(offsets[page_hi])

    def out_links(self, page_id: int) -> Rows:
        """The rows of links whose source is the page, in the order they stand on it."""
        offsets = self.array("out_offsets", "out_offset")
        lo, hi = int(offsets[page_id]), int(offsets[page_id + 1])
        return np.asarray(self.array("out_order", "link")[lo:hi], np.int64)

    def path_of(self, table: str, name: str) -> Path:
        """The Parquet file that holds a column."""
        return self._path(self._entry(table, name))

    @cached_property
    def _domain_ids(self) -> dict[str, int]:
        names = self.columns("domains", ["domain"])["domain"].to_pylist()
        return {name: row for row, name in enumerate(names)}

    @cached_property
    def _group_keys(self) -> list[str]:
        """The first key of each row group of pages: the upper level of the key search."""
        starts = self._borders(self._entry("pages", "key"))[:-1]
        return [str(key) for key in self.take("pages", ["key"], starts)["key"].to_pylist()]

    def _lower_bound(self, key: str) -> int:
        """The first page whose key is not below ``key``."""
        entry = self._entry("pages", "key")
        group = bisect.bisect_left(self._group_keys, key) - 1
        if group < 0:
            return 0
        keys = self._group_of_keys(group)
        return int(self._borders(entry)[group]) + bisect.bisect_left(_Strings(keys), key)

    def _group_of_keys(self, group: int) -> pa.Array:
        if self._last_group[0] != group:
            entry = self._entry("pages", "key")
            with self._reading(entry):
                found = self._file(entry).read_row_group(group, ["key"])["key"].combine_chunks()
            self._last_group = (group, found)
        return self._last_group[1]

    def _entry(self, table: str, name: str) -> FileEntry:
        try:
            return self._entries[table, name]
        except KeyError:
            raise ColumnError(
                f"no column {name!r} in table {table!r} of snapshot {self.id}",
                allowed=", ".join(sorted(self.names(table))),
            ) from None

    def _by_file(self, table: str, names: Sequence[str]) -> dict[FileEntry, list[str]]:
        found: dict[FileEntry, list[str]] = {}
        for name in dict.fromkeys(names):
            found.setdefault(self._entry(table, name), []).append(name)
        return found

    def _path(self, entry: FileEntry) -> Path:
        return self._store / "objects" / f"{entry.sha256}.parquet"

    def _file(self, entry: FileEntry) -> pq.ParquetFile:
        if entry.sha256 not in self._files:
            with self._reading(entry):
                self._files[entry.sha256] = pq.ParquetFile(self._path(entry), memory_map=True)
        return self._files[entry.sha256]

    def _borders(self, entry: FileEntry) -> Rows:
        """The first row of each row group, and the number of rows."""
        if entry.sha256 not in self._group_borders:
            meta = self._file(entry).metadata
            sizes = [meta.row_group(i).num_rows for i in range(meta.num_row_groups)]
            self._group_borders[entry.sha256] = np.cumsum([0, *sizes], dtype=np.int64)
        return self._group_borders[entry.sha256]

    @contextmanager
    def _reading(self, entry: FileEntry) -> Iterator[None]:
        try:
            yield
        except (pa.ArrowException, OSError) as error:
            raise DamagedFile(
                f"file {self._path(entry)} of table {entry.table!r} cannot be read: {error}",
                repair="find all damage with: linkshed verify; restore it or build again",
            ) from error

    def _slice(self, entry: FileEntry, names: list[str], lo: int, hi: int) -> pa.Table:
        file = self._file(entry)
        borders = self._borders(entry)
        first = int(np.searchsorted(borders, lo, side="right")) - 1
        last = int(np.searchsorted(borders, hi, side="left"))
        with self._reading(entry):
            if lo >= hi:
                return _empty(file, names)
            found = file.read_row_groups(range(first, last), columns=names)
        return found.slice(lo - int(borders[first]), hi - lo)

    def _take(self, entry: FileEntry, names: list[str], rows: Rows) -> pa.Table:
        file = self._file(entry)
        if not len(rows):
            return _empty(file, names)
        borders = self._borders(entry)
        group = np.searchsorted(borders, rows, side="right") - 1
        wanted, at = np.unique(group, return_inverse=True)
        starts = np.concatenate([[0], np.cumsum(borders[wanted + 1] - borders[wanted])])
        with self._reading(entry):
            found = file.read_row_groups([int(g) for g in wanted], columns=names)
        return found.take(pa.array(starts[at] + rows - borders[group]))

    def _map(self, entry: FileEntry, name: str) -> Rows:
        base = self._store / "cache" / f"{entry.sha256}-{name}"
        values, missing = base.with_suffix(".npy"), base.with_suffix(".null.npy")
        with suppress(OSError):
            return _mapped(values, missing)
        with self._reading(entry):
            found = numpy_array(self._file(entry).read(columns=[name])[name])
        with suppress(OSError):
            if isinstance(found, np.ma.MaskedArray):
                _save(missing, np.ma.getmaskarray(found))
            _save(values, np.ma.getdata(found))
            return _mapped(values, missing)
        return found


class _Strings(Sequence[str]):
    """An Arrow string array as a sequence that ``bisect`` can search."""

    def __init__(self, array: pa.Array) -> None:
        self._array = array

    def __len__(self) -> int:
        return len(self._array)

    def __getitem__(self, index: Any) -> Any:
        return self._array[index].as_py()


def _empty(file: pq.ParquetFile, names: list[str]) -> pa.Table:
    schema = file.schema_arrow
    return pa.schema([schema.field(name) for name in names]).empty_table()


def _mapped(values: Path, missing: Path) -> Rows:
    data: Rows = np.load(values, mmap_mode="r")
    if missing.exists():
        return np.ma.array(data, mask=np.load(missing, mmap_mode="r"))
    return data


def _save(path: Path, values: Rows) -> None:
    scratch = path.with_name(f"{uuid.uuid4().hex}.npy")
    try:
        np.save(scratch, values)
        os.replace(scratch, path)
    finally:
        with suppress(OSError):
            scratch.unlink()
