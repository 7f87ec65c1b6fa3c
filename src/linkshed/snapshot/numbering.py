"""From many local numberings to one: sorting all (key, scheme), the row number is the page_id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.snapshot.tables import Snapshot

BATCH_ROWS = 131_072


class Workbench:
    """A scratch DuckDB database within a memory limit, and the chunks it works on.

    The base snapshot counts as one more chunk, the last, whose local ids are its page_ids. Tables:
    ``page`` (id, key, scheme) in order, and ``local`` (chunk, local, id).
    """

    def __init__(
        self,
        scratch: Path,
        chunks: list[Path],
        base: Snapshot | None,
        memory_limit: str,
        threads: int | None,
    ) -> None:
        self.scratch, self.chunks, self.base = scratch, chunks, base
        settings: dict[str, Any] = {"memory_limit": memory_limit, "temp_directory": str(scratch)}
        if threads:
            settings["threads"] = threads
        self.db = duckdb.connect(str(scratch / "build.duckdb"), config=settings)
        self.db.execute("SET enable_progress_bar = false")
        self._views: set[str] = set()
        for name in ("urls", "pages", "rejects", "known", "dead_ends"):
            self._register(name)
        self._number()
        self.n_pages = self._count("page")
        self._ids = self._all_ids()
        self._starts = np.cumsum([0, *self._sizes()])

    def _register(self, name: str) -> None:
        """View ``<name>``: the rows of that file of every chunk, with ``chunk`` and ``row``."""
        files_of = ((n, chunk / f"{name}.parquet") for n, chunk in enumerate(self.chunks))
        found = {str(path): n for n, path in files_of if path.exists()}
        if not found:
            return
        self._views.add(name)
        files = list(found)
        numbers = pa.table({"filename": files, "chunk": np.array([*found.values()], np.int32)})
        self.db.register(f"{name}_numbers", numbers)
        self.db.execute(f"CREATE TABLE {name}_chunks AS SELECT * FROM {name}_numbers")
        paths = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
        self.db.execute(
            f"CREATE VIEW {name} AS SELECT n.chunk, r.file_row_number AS row, r.*"
            f" EXCLUDE (filename, file_row_number)"
            f" FROM read_parquet([{paths}], filename = true, file_row_number = true) r"
            f" JOIN {name}_chunks n USING (filename)"
        )

    def has(self, name: str) -> bool:
        """Whether some chunk has that file, so that there is a view of it."""
        return name in self._views

    @property
    def base_chunk(self) -> int:
        """The chunk number of the base snapshot."""
        return len(self.chunks)

    def base_view(self, table: str, first: str) -> str | None:
        """A FROM clause over the file of the base that holds a table's own columns, or None."""
        if self.base is None or not self.base.has(table, first):
            return None
        path = str(self.base.path_of(table, first)).replace("'", "''")
        return f"read_parquet('{path}', file_row_number = true)"

    def has_base(self, table: str, name: str) -> bool:
        """Whether the base has a column; one written earlier may lack it."""
        return self.base is not None and self.base.has(table, name)

    def base_columns(self, table: str, names: Iterable[str]) -> str:
        """Columns of the base to select; null where it lacks them."""
        return ", ".join(n if self.has_base(table, n) else f"NULL AS {n}" for n in names)

    def _number(self) -> None:
        parts = ["SELECT chunk, row AS local, key, scheme FROM urls"] if self.chunks else []
        if view := self.base_view("pages", "key"):
            parts.append(f"SELECT {self.base_chunk}, file_row_number, key, scheme FROM {view}")
        self.db.execute(f"CREATE TABLE url AS {' UNION ALL '.join(parts)}")
        self.db.execute(
            "CREATE TABLE page AS SELECT (row_number() OVER () - 1)::UINTEGER AS id, key, scheme"
            " FROM (SELECT DISTINCT key, scheme FROM url ORDER BY key, scheme)"
        )
        self.db.execute(
            "CREATE TABLE local AS SELECT chunk::INTEGER AS chunk, local::UINTEGER AS local, id"
            " FROM url JOIN page USING (key, scheme)"
        )
        self.db.execute("DROP TABLE url")

    def _count(self, table: str) -> int:
        return int(self.db.sql(f"SELECT count(*) FROM {table}").fetchall()[0][0])

    def _all_ids(self) -> NDArray[np.uint32]:
        query = "SELECT id FROM local ORDER BY chunk, local"
        parts = [table["id"].to_numpy() for table in self.batches(query)]
        return np.concatenate([np.empty(0, np.uint32), *parts])

    def _sizes(self) -> list[int]:
        """Number of local ids of each chunk, of empty ones too."""
        found = dict(self.db.sql("SELECT chunk, count(*) FROM local GROUP BY chunk").fetchall())
        return [found.get(chunk, 0) for chunk in range(self.base_chunk + 1)]

    def ids(self, chunk: int) -> NDArray[np.uint32]:
        """page_id of every local id of a chunk."""
        return self._ids[self._starts[chunk] : self._starts[chunk + 1]]

    def batches(self, query: str, size: int = BATCH_ROWS) -> Iterator[pa.Table]:
        """The rows of a query, in its order, as Arrow tables of at most ``size`` rows."""
        for batch in self.db.sql(query).to_arrow_reader(size):
            yield pa.Table.from_batches([batch])

    def close(self) -> None:
        """Give back memory and files."""
        self.db.close()
