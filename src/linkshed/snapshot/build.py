"""From finished intakes, and a base, to a snapshot: number, sort, merge, resolve, publish."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.errors import NotFoundError, ParameterError, StoreNotFound
from linkshed.schema import TABLES, Column
from linkshed.snapshot import beside, captures
from linkshed.snapshot.arrow import arrow_array, seconds
from linkshed.snapshot.intake import Intake, finished_intakes
from linkshed.snapshot.linksort import sorted_buckets
from linkshed.snapshot.manifest import Manifest
from linkshed.snapshot.merge import merge
from linkshed.snapshot.numbering import Workbench
from linkshed.snapshot.parquet import TableWriter, write_table
from linkshed.snapshot.resolve import ResolveSettings, resolution_of
from linkshed.snapshot.sites import write_sites
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.domain import PSL_DATE

DEFAULT_MEMORY = "2GB"
_UNITS = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}
_DATABASE_SHARE = 0.4
_SORT_SHARE = 0.4
_BY_NAME = {table.name: table for table in TABLES}
_NO_DATE = np.iinfo(np.int64).max


class ScoreColumn(Protocol):
    """A declared column and the table it is aligned with."""

    @property
    def table(self) -> str: ...

    @property
    def column(self) -> Column: ...


def build(
    store: Store,
    *,
    memory_limit: str = DEFAULT_MEMORY,
    threads: int | None = None,
    base: str | None = "latest",
    resolve: ResolveSettings | None = None,
    on_progress: Callable[[str], None] | None = None,
) -> Snapshot:
    """Publish a snapshot of all finished intakes merged into ``base``.

    ``base`` None starts afresh from all finished intakes. With nothing new, the base itself is
    returned. Raises NotFoundError when nothing was ever ingested, ParameterError for a bad limit,
    ResourceError when disk or memory do not suffice, StoreError.
    """
    limit_bytes = parse_memory(memory_limit)
    with store.writing() as scratch:
        before = _base(store, base)
        new = _new_intakes(store, before)
        settings = resolve or ResolveSettings()
        if before is not None and not new:
            return before
        run = _Build(store, scratch, before, new, limit_bytes, threads, on_progress)
        return run.publish(settings)


def with_columns(
    store: Store,
    scratch: Path,
    snapshot: Snapshot,
    columns: Mapping[tuple[str, str], NDArray[Any]],
    declared: Iterable[ScoreColumn],
    record: dict[str, Any],
    role: str,
) -> Snapshot:
    """The same snapshot with the columns of a score, replacing those of the same role; not yet
    published. The caller holds ``writing``, which gave ``scratch``.

    ``columns`` by (table, name), masked where null; ``record`` is kept in the manifest under the
    name in the role ``score/<name>``.
    """
    by_table: dict[str, list[Column]] = {}
    for score_column in declared:
        by_table.setdefault(score_column.table, []).append(score_column.column)
    entries = []
    for table, wanted in by_table.items():
        made = tuple(column for column in wanted if (table, column.name) in columns)
        arrays = {c.name: arrow_array(columns[table, c.name], c) for c in made}
        path = scratch / f"{table}.parquet"
        rows = write_table(path, made, [pa.table(arrays)])
        entries.append(store.adopt(path, role, table, made, rows))
    scores = snapshot.manifest.scores | {role.removeprefix("score/"): record}
    changed = snapshot.manifest.with_files(role, entries, scores=scores, created_at=_now())
    return Snapshot(store.path, replace(changed, parents=snapshot.manifest.parents))


def resolve_again(store: Store, snapshot: Snapshot, settings: ResolveSettings) -> Snapshot:
    """Publish the same snapshot with other decisions on redirects and canonicals, without scores
    (they rest on the decisions); no other file is touched."""
    with store.writing() as scratch:
        path = scratch / "resolution.parquet"
        columns = _BY_NAME["resolution"].columns
        rows = write_table(path, columns, [resolution_of(snapshot, settings)])
        entry = store.adopt(path, "resolution", "resolution", columns, rows)
        bare = replace(
            snapshot.manifest,
            files=tuple(e for e in snapshot.manifest.files if not e.role.startswith("score/")),
            scores={},
            parents=(snapshot.id,),
        )
        parameters = bare.parameters | {"resolve": settings.as_dict()}
        changed = bare.with_files("resolution", [entry], parameters=parameters, created_at=_now())
        return store.publish(replace(changed, parents=(snapshot.id,)))


def parse_memory(text: str) -> int:
    """Bytes in a text like ``2GB`` or ``512MiB``. Raises ParameterError."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMG]i?B)\s*", text, re.IGNORECASE)
    n_bytes = int(float(match[1]) * _UNITS[match[2].upper()]) if match else 0
    if n_bytes < 100_000_000:
        raise ParameterError(
            f"memory limit {text!r}", allowed="100MB or more, as in 512MB, 2GB, 4GiB"
        )
    return n_bytes


def _base(store: Store, name: str | None) -> Snapshot | None:
    if name is None:
        return None
    try:
        return store.snapshot(name)
    except StoreNotFound:
        return None


def _new_intakes(store: Store, base: Snapshot | None) -> list[Intake]:
    known = {entry["id"] for entry in base.manifest.inputs} if base is not None else set()
    found = [intake for intake in finished_intakes(store) if intake.id not in known]
    if not found and base is None:
        raise NotFoundError(
            f"nothing has been ingested into {store.path}",
            repair="linkshed ingest warc FILE (or html, links); an interrupted one: run it again",
        )
    return found


@dataclass
class _Build:
    store: Store
    scratch: Path
    base: Snapshot | None
    intakes: list[Intake]
    limit_bytes: int
    threads: int | None
    on_progress: Callable[[str], None] | None

    def publish(self, settings: ResolveSettings) -> Snapshot:
        self.rows: dict[str, int] = {}
        self.superseded = 0
        self._say("numbering pages")
        chunks = [chunk for intake in self.intakes for chunk in intake.chunks()]
        share = f"{int(self.limit_bytes * _DATABASE_SHARE / 1e6)}MB"
        bench = Workbench(self.scratch, chunks, self.base, share, self.threads)
        try:
            self._write_all(bench)
        finally:
            bench.close()
        manifest = self._manifest(settings)
        self._say("resolving redirects and canonicals")
        return self._resolve(manifest, settings)

    def _write_all(self, bench: Workbench) -> None:
        looks = captures.choose(bench)
        self._say("sorting links")
        dates = self._write_links(bench, looks)
        self._say("writing pages")
        self.rows["pages"] = captures.write_pages(bench, self._path("pages"), *dates)
        self.rows["texts"] = captures.write_texts(
            bench, self._path("texts"), int(self.limit_bytes * _SORT_SHARE)
        )
        self.rows["rejects"] = captures.write_rejects(bench, self._path("rejects"))
        self.rows["known"] = beside.write_known(bench, self._path("known"))
        self.rows["dead_ends"] = beside.write_dead_ends(bench, self._path("dead_ends"))
        self.rows |= write_sites(bench, self._path("hosts"), self._path("domains"))
        self._say("ordering outgoing links")
        self._write_out_order(bench)

    def _write_links(
        self, bench: Workbench, looks: captures.Looks
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Write links, contexts and both offsets; gives first and last sighting per target."""
        n_in, n_out = (np.zeros(bench.n_pages + 1, np.uint64) for _ in range(2))
        first = np.full(bench.n_pages, _NO_DATE)
        last = np.full(bench.n_pages, captures.NEVER)
        with (
            TableWriter(self._path("links"), _BY_NAME["links"].columns) as links,
            TableWriter(self._path("contexts"), _BY_NAME["contexts"].columns) as contexts,
        ):
            for bucket in sorted_buckets(bench, int(self.limit_bytes * _SORT_SHARE)):
                table, n_superseded = merge(bucket, looks)
                del bucket
                self.superseded += n_superseded
                links.write(table)
                contexts.write(table)
                for counts, name in ((n_in, "target"), (n_out, "source")):
                    ids = table[name].to_numpy()
                    counts[1:] += np.bincount(ids, minlength=bench.n_pages).astype(np.uint64)
                _sightings(table, first, last)
        self.rows |= {"links": links.n_rows, "contexts": contexts.n_rows}
        for table_name, counts in (("in_offsets", n_in), ("out_offsets", n_out)):
            columns = _BY_NAME[table_name].columns
            offsets = pa.table({columns[0].name: np.cumsum(counts, dtype=np.uint64)})
            self.rows[table_name] = write_table(self._path(table_name), columns, [offsets])
        return first, last

    def _write_out_order(self, bench: Workbench) -> None:
        path = str(self._path("links")).replace("'", "''")
        query = (
            "SELECT file_row_number::UINTEGER AS link"
            f" FROM read_parquet('{path}', file_row_number = true)"
            " ORDER BY source, ordinal, file_row_number"
        )
        columns = _BY_NAME["out_order"].columns
        self.rows["out_order"] = write_table(self._path("out_order"), columns, bench.batches(query))

    def _manifest(self, settings: ResolveSettings) -> Manifest:
        entries = [
            self.store.adopt(self._path(name), "table", name, _BY_NAME[name].columns, rows)
            for name, rows in self.rows.items()
        ]
        before = self.base.manifest.inputs if self.base is not None else ()
        new = tuple(
            {"id": intake.id, **intake.recipe(), "counts": intake.totals(),
             "completeness": intake.completeness()}
            for intake in self.intakes
        )  # fmt: skip
        return Manifest(
            created_at=_now(),
            writer=f"linkshed {version('linkshed')}",
            psl_date=PSL_DATE,
            parents=(self.base.id,) if self.base is not None else (),
            counts=dict(self.rows),
            inputs=(*before, *new),
            superseded=self.superseded,
            parameters={"memory_limit_bytes": self.limit_bytes, "resolve": settings.as_dict()},
            files=tuple(entries),
        )

    def _resolve(self, manifest: Manifest, settings: ResolveSettings) -> Snapshot:
        unresolved = Snapshot(self.store.path, manifest)
        columns = _BY_NAME["resolution"].columns
        path = self._path("resolution")
        rows = write_table(path, columns, [resolution_of(unresolved, settings)])
        entry = self.store.adopt(path, "resolution", "resolution", columns, rows)
        counts = manifest.counts | {"resolution": rows}
        return self.store.publish(replace(manifest, counts=counts, files=(*manifest.files, entry)))

    def _path(self, table: str) -> Path:
        return self.scratch / f"{table}.parquet"

    def _say(self, stage: str) -> None:
        if self.on_progress is not None:
            self.on_progress(stage)


def _sightings(table: pa.Table, first: NDArray[np.int64], last: NDArray[np.int64]) -> None:
    """Widen the dates of each target by those of its links (a table is sorted by target)."""
    if not len(table):
        return
    target = table["target"].to_numpy()
    starts = np.flatnonzero(np.diff(target.astype(np.int64), prepend=-1))
    ids = target[starts]
    low = seconds(table["first_seen"]).fill_null(int(_NO_DATE)).to_numpy()
    high = seconds(table["last_seen"]).fill_null(int(captures.NEVER)).to_numpy()
    first[ids] = np.minimum(first[ids], np.minimum.reduceat(low, starts))
    last[ids] = np.maximum(last[ids], np.maximum.reduceat(high, starts))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
