"""Reading a snapshot: columns of rows as Arrow or numpy, pages of a scope, links of a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from linkshed.errors import ColumnError, DamagedFile
from linkshed.snapshot import twins
from linkshed.snapshot.addresses import addresses
from linkshed.snapshot.arrow import TYPES, empty, numpy_array, plain
from linkshed.snapshot.manifest import FileEntry, Manifest
from linkshed.snapshot.recent import Lasting, Recent
from linkshed.snapshot.rowgroups import Spread, part_of, repeating, singly
from linkshed.snapshot.twins import Texts
from linkshed.urls.key import key_url, url_key
from linkshed.urls.scope import Scope

Rows = NDArray[Any]

RECENT_BYTES = 192_000_000
"""Memory for what the last questions needed, so that the next one, such as the second page of a
report, need not decode and sort out the same again."""

KEPT_GROUPS = 128
"""Row groups that one question may leave decoded."""

FEW = 400
"""Texts that are made faster one by one than all at once."""


class Snapshot:
    """One published state. Row numbers of pages, hosts, domains and links are their ids; they mean
    nothing in another snapshot. All columns aligned with a table, scores included, are read by
    (table, name) wherever they are stored. ``recent`` keeps what was made of it lately, ``lasting``
    what is kept as long as the snapshot is open.
    """

    def __init__(self, store_path: Path, manifest: Manifest) -> None:
        self.manifest = manifest
        self.id = manifest.id
        self.store_path = store_path
        self._entries = {(e.table, name): e for e in manifest.files for name in e.columns}
        self._files: dict[str, pq.ParquetFile] = {}
        self._locks = {entry.sha256: RLock() for entry in manifest.files}
        self._group_borders: dict[str, Rows] = {}
        self._arrays: dict[tuple[str, str], Rows] = {}
        self._texts: dict[tuple[str, str], Texts] = {}
        self.recent = Recent(RECENT_BYTES)
        self.lasting = Lasting()

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

    def pick(self, table: str, name: str, rows: Rows) -> Any:
        """One column of some rows, in the order given, as an Arrow array: ``take`` for rows that
        lie all over a table. Numbers come from ``array``. Raises ColumnError, DamagedFile.
        """
        kind = self._kind(table, name)
        if not (kind == "bool" or kind[0] in "uf"):
            return self.take(table, [name], rows)[name]
        values = self.array(table, name).take(rows)
        data = np.ma.getdata(values)
        mask = np.isnan(data) if kind[0] == "f" else np.ma.getmaskarray(values)
        return pa.array(data, TYPES[kind], mask=mask if mask.any() else None)

    def array(self, table: str, name: str) -> Rows:
        """A whole numeric column, memory-mapped from a plain twin in the store's cache.

        A missing float is NaN; other columns with missing values come as masked arrays. Times are
        seconds since 1970. Where the cache cannot be written the column is held in memory.
        """
        if (table, name) not in self._arrays:
            entry = self._entry(table, name)
            base = self._twin(entry, name)
            self._arrays[table, name] = twins.numbers(base, lambda: self._whole(entry, name))
        return self._arrays[table, name]

    def texts(self, table: str, name: str) -> Texts:
        """A whole text column without nulls, memory-mapped like ``array``."""
        if (table, name) not in self._texts:
            entry = self._entry(table, name)
            base = self._twin(entry, name)
            self._texts[table, name] = twins.texts(
                base, entry.rows, lambda: self._pieces(entry, name)
            )
        return self._texts[table, name]

    def pages_of(self, scope: Scope) -> list[tuple[int, int]]:
        """The page_id ranges of a scope, sorted and disjoint; ranges without pages left out."""
        ranges = []
        for interval in scope.intervals:
            lo, hi = (
                self.texts("pages", "key").lower_bound(end) for end in (interval.lo, interval.hi)
            )
            if interval.scheme is None:
                ranges += [(lo, hi)] if lo < hi else []
            else:
                is_inside = self.array("pages", "scheme")[lo:hi] == interval.scheme
                ranges += [(lo + a, lo + b) for a, b in _runs(is_inside)]
        return ranges

    def page_id(self, url: str) -> int | None:
        """The row of a normalised URL, or None."""
        key, scheme = url_key(url)
        keys, schemes = self.texts("pages", "key"), self.array("pages", "scheme")
        row = keys.lower_bound(key)
        while row < len(keys) and keys[row] == key:
            if schemes[row] == scheme:
                return row
            row += 1
        return None

    def domain_id(self, name: str) -> int | None:
        """The row of a registrable domain, or None."""
        return self._domain_ids.get(name)

    def urls(self, page_ids: Rows | Sequence[int]) -> list[str]:
        """The URLs of pages, in the order given."""
        rows = np.asarray(page_ids, np.int64)
        keys = self.texts("pages", "key").take(rows)
        schemes = self.array("pages", "scheme")[rows].tolist()
        return [key_url(key, scheme) for key, scheme in zip(keys, schemes, strict=True)]

    def url_array(self, page_ids: Rows) -> pa.StringArray:
        """The URLs of pages, in the order given, as an Arrow array."""
        if len(page_ids) < FEW:
            return pa.array(self.urls(page_ids), pa.string())
        rows = np.asarray(page_ids, np.int64)
        keys = self.texts("pages", "key").array().take(pa.array(rows))
        return addresses(keys, self.array("pages", "scheme")[rows])

    def domain_of(self, page_ids: Rows) -> Rows:
        """The domain_id of each page."""
        return self._site_of("domains", page_ids)

    def host_of(self, page_ids: Rows) -> Rows:
        """The host_id of each page."""
        return self._site_of("hosts", page_ids)

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

    def _site_of(self, table: str, page_ids: Rows) -> Rows:
        name = "of_page"
        if (table, name) not in self._arrays:
            base = self._twin(self._entry(table, "page_hi"), name)
            self._arrays[table, name] = twins.numbers(base, lambda: self._sites(table))
        return np.asarray(self._arrays[table, name].take(page_ids))

    def _sites(self, table: str) -> Rows:
        lo, hi = (self.array(table, name).astype(np.int64) for name in ("page_lo", "page_hi"))
        return np.repeat(np.arange(len(lo), dtype=np.uint32), hi - lo)

    def _entry(self, table: str, name: str) -> FileEntry:
        try:
            return self._entries[table, name]
        except KeyError:
            raise ColumnError(
                f"no column {name!r} in table {table!r} of snapshot {self.id}",
                allowed=", ".join(sorted(self.names(table))),
            ) from None

    def _kind(self, table: str, name: str) -> str:
        entry = self._entry(table, name)
        return entry.types[entry.columns.index(name)]

    def _by_file(self, table: str, names: Sequence[str]) -> dict[FileEntry, list[str]]:
        found: dict[FileEntry, list[str]] = {}
        for name in dict.fromkeys(names):
            found.setdefault(self._entry(table, name), []).append(name)
        return found

    def _path(self, entry: FileEntry) -> Path:
        return self.store_path / "objects" / f"{entry.sha256}.parquet"

    def _file(self, entry: FileEntry) -> pq.ParquetFile:
        if entry.sha256 not in self._files:
            with self._reading(entry):
                self._files[entry.sha256] = pq.ParquetFile(
                    self._path(entry), memory_map=True, read_dictionary=repeating(entry)
                )
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
        """What reads a file, one thread at a time: two that decode at once crash."""
        try:
            with self._locks[entry.sha256]:
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
                return empty(file.schema_arrow, names)
            found = file.read_row_groups(range(first, last), columns=names)
        return plain(found.slice(lo - int(borders[first]), hi - lo))

    def _take(self, entry: FileEntry, names: list[str], rows: Rows) -> pa.Table:
        file = self._file(entry)
        if not len(rows):
            return empty(file.schema_arrow, names)
        spread = Spread(self._borders(entry), rows)
        is_kept = len(spread.groups) <= KEPT_GROUPS
        if spread.is_thin:
            groups = spread.groups.tolist()
            decoded = {group: self._decoded(entry, group, names, is_kept) for group in groups}
            return singly(decoded, spread.places(), names)
        parts = [part_of(self._decoded(entry, g, names, is_kept), own) for g, own in spread]
        return spread.in_order(parts)

    def _decoded(
        self, entry: FileEntry, group: int, names: list[str], is_kept: bool
    ) -> dict[str, pa.Array]:
        """Columns of a row group, decoded unless they were decoded lately; they are kept when few
        groups are wanted: many would drive out all else.
        """
        found = {name: self.recent.get((entry.sha256, group, name)) for name in names}
        if missing := [name for name in names if found[name] is None]:
            with self._reading(entry):
                read = self._file(entry).read_row_group(group, columns=missing, use_threads=False)
            for name in missing:
                found[name] = read[name].combine_chunks()
                if is_kept:
                    self.recent.put((entry.sha256, group, name), found[name])
        return found

    def _whole(self, entry: FileEntry, name: str) -> Rows:
        with self._reading(entry):
            return numpy_array(self._file(entry).read(columns=[name])[name])

    def _pieces(self, entry: FileEntry, name: str) -> Iterator[pa.Array]:
        with self._reading(entry):
            for batch in self._file(entry).iter_batches(columns=[name]):
                yield plain(pa.Table.from_batches([batch]))[name].combine_chunks()

    def _twin(self, entry: FileEntry, name: str) -> Path:
        return self.store_path / "cache" / f"{entry.sha256}-{name}"


def _runs(flags: Rows) -> list[tuple[int, int]]:
    """Where unbroken runs of true begin and end."""
    borders = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0)).tolist()
    return list(zip(borders[::2], borders[1::2], strict=True))
