"""Rows of readers, on disk, until a build takes them.

One intake is one run of a reader over some inputs: ``intake/<id>/``, where the id is made of the
reader, its options and the inputs' names, sizes and times, so the same command finds its own work.
Each chunk is one folder, renamed into place when it is whole:

    <input>-<chunk>/urls.parquet     distinct (key, scheme); the row number is the local id
                    pages.parquet    page facts, by local id
                    links.parquet    link facts and contexts, source and target by local id
                    known.parquet    what lists tell of pages, by local id
                    dead_ends.parquet  places that lead nowhere, page by local id
                    rejects.parquet  counts.json

Local ids make the build cheap: a URL is hashed once a chunk, not once a link.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import shutil
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from linkshed.schema import PAGE_ROW, REJECT_ROW, Column
from linkshed.schema.rows import DEAD_END_ROW, KNOWN_ROW, LINK_CONTEXT, LINK_FACTS
from linkshed.snapshot.arrow import arrow_schema
from linkshed.snapshot.files import fsync, read_json, reading_errors, writing_errors
from linkshed.snapshot.store import Store
from linkshed.urls.key import url_key

PAGE_COLUMNS = PAGE_ROW[1:]
LINK_COLUMNS = (*LINK_FACTS, *LINK_CONTEXT)
_URLS = pa.schema([("key", pa.string()), ("scheme", pa.uint8())])
_LOCAL = {"page": pa.uint32(), "source": pa.uint32(), "target": pa.uint32(), "capture": pa.uint32()}


class Rows(Protocol):
    """What a chunk holds: columns by name, and the counts of both levels."""

    pages: dict[str, list[Any]]
    links: dict[str, list[Any]]
    rejects: dict[str, list[Any]]
    known: dict[str, list[Any]]
    dead_ends: dict[str, list[Any]]
    n_records: int
    n_links: int
    refused_records: Counter[str]
    refused_links: Counter[str]


@dataclass(frozen=True)
class Intake:
    """A picklable handle; worker processes write chunks through it."""

    path: Path

    @classmethod
    def start(
        cls, store: Store, reader: str, inputs: Sequence[Path], options: dict[str, Any]
    ) -> Intake:
        """The intake of a reader's run: a new one, or the same run's earlier one to go on with."""
        recipe = {
            "reader": reader,
            "inputs": [_fingerprint(path) for path in inputs],
            "options": {name: str(value) for name, value in sorted(options.items())},
        }
        text = json.dumps(recipe, sort_keys=True)
        path = store.path / "intake" / hashlib.sha256(text.encode()).hexdigest()[:16]
        with writing_errors(path):
            path.mkdir(exist_ok=True)
            for left in path.glob("tmp-*"):
                shutil.rmtree(left, ignore_errors=True)
            if not (path / "recipe.json").exists():
                _write_json(path / "recipe.json", recipe | {"started_at": _now()})
        return cls(path)

    @property
    def id(self) -> str:
        """Name of the intake."""
        return self.path.name

    @property
    def is_finished(self) -> bool:
        """Whether all chunks are written."""
        return (self.path / "finished.json").exists()

    def chunk(self, input_no: int, chunk_no: int) -> Path:
        """The folder of a chunk."""
        return self.path / f"{input_no:06d}-{chunk_no:08d}"

    def is_done(self, input_no: int, chunk_no: int) -> bool:
        """Whether a chunk is written."""
        return self.chunk(input_no, chunk_no).exists()

    def write(self, input_no: int, chunk_no: int, batch: Rows) -> None:
        """Write a chunk: all of it or, when interrupted, nothing. Raises OSError."""
        scratch = self.path / f"tmp-{uuid.uuid4().hex}"
        scratch.mkdir()
        for name, table in _tables(batch):
            pq.write_table(table, scratch / f"{name}.parquet", compression="zstd",
                           compression_level=1, write_statistics=False)  # fmt: skip
        _write_json(scratch / "counts.json", _counts(batch))
        if self.is_done(input_no, chunk_no):
            shutil.rmtree(scratch)
        else:
            scratch.rename(self.chunk(input_no, chunk_no))

    def finish(self, completeness: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
        """Declare all chunks written; gives the totals (see ``totals``).

        ``completeness``: what the inputs are known to lack, one record each; empty when none says.
        """
        with writing_errors(self.path):
            totals = self.totals()
            record = totals | {"completeness": list(completeness), "finished_at": _now()}
            _write_json(self.path / "finished.json", record)
        return totals

    def completeness(self) -> list[dict[str, Any]]:
        """What the inputs of a finished intake are known to lack; empty when none says."""
        stored = json.loads((self.path / "finished.json").read_text())
        found: list[dict[str, Any]] = stored.get("completeness", [])
        return found

    def totals(self) -> dict[str, Any]:
        """Counts of all written chunks: records and links read, kept and refused by reason."""
        refused: dict[str, Counter[str]] = {"records": Counter(), "links": Counter()}
        read: Counter[str] = Counter()
        for chunk in self.chunks():
            counts = read_json(chunk / "counts.json")
            read.update({name: counts[name]["read"] for name in refused})
            read["pages"] += counts["pages"]
            for name in refused:
                refused[name].update(counts[name]["refused"])
        kept = {name: read[name] - refused[name].total() for name in refused}
        return {
            name: {"read": read[name], "kept": kept[name], "refused": dict(sorted(r.items()))}
            for name, r in refused.items()
        } | {"pages": read["pages"]}

    def chunks(self) -> list[Path]:
        """Folders of all written chunks, in the order of the inputs."""
        return sorted(p for p in self.path.iterdir() if p.is_dir() and p.name[0].isdigit())

    def recipe(self) -> dict[str, Any]:
        """What was read, and how."""
        return read_json(self.path / "recipe.json")


def finished_intakes(store: Store) -> Iterator[Intake]:
    """All intakes whose chunks are all written, oldest first."""
    folder = store.path / "intake"
    with reading_errors(folder):
        found = [Intake(path) for path in folder.iterdir() if path.is_dir()]
    done = [intake for intake in found if intake.is_finished]
    yield from sorted(done, key=lambda intake: (intake.recipe()["started_at"], intake.id))


def _fingerprint(path: Path) -> list[Any]:
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.is_file())
        text = "\n".join(str(_fingerprint(p)) for p in files)
        return [str(path.resolve()), hashlib.sha256(text.encode(errors="replace")).hexdigest()]
    stat = path.stat()
    return [str(path.resolve()), stat.st_size, stat.st_mtime_ns]


def _tables(batch: Rows) -> Iterator[tuple[str, pa.Table]]:
    pages, sources, targets = (
        batch.pages["url"],
        batch.links["source_url"],
        batch.links["target_url"],
    )
    known, stuck = batch.known["url"], batch.dead_ends["source_url"]
    urls = list(dict.fromkeys(itertools.chain(pages, sources, targets, known, stuck)))
    local = {url: number for number, url in enumerate(urls)}.__getitem__
    keys = [url_key(url) for url in urls]
    yield "urls", pa.table([[k for k, _ in keys], [s for _, s in keys]], schema=_URLS)
    yield "pages", _table(PAGE_COLUMNS, batch.pages, page=list(map(local, pages)))
    source = np.fromiter(map(local, sources), np.uint32, len(sources))
    yield (
        "links",
        _table(
            LINK_COLUMNS,
            batch.links,
            source=source,
            target=np.fromiter(map(local, targets), np.uint32, len(targets)),
            capture=_captures(source, batch.links),
        ),
    )
    yield "known", _table(KNOWN_ROW[1:], batch.known, page=list(map(local, known)))
    yield "dead_ends", _table(DEAD_END_ROW[1:], batch.dead_ends, page=list(map(local, stuck)))
    yield "rejects", _table(REJECT_ROW, batch.rejects)


def _table(declared: Sequence[Column], columns: dict[str, list[Any]], **local: Any) -> pa.Table:
    schema = arrow_schema(declared)
    arrays = [pa.array(columns[c.name], schema.field(c.name).type) for c in declared]
    ids = [pa.array(values, _LOCAL[name]) for name, values in local.items()]
    return pa.table([*ids, *arrays], names=[*local, *(c.name for c in declared)])


def _captures(source: np.ndarray[Any, Any], links: dict[str, list[Any]]) -> np.ndarray[Any, Any]:
    """Number of the look at a page each link comes from: a look lists links in rising order.

    Rows that linkshed did not read on their page (``last_verified`` null) all count as look 0.
    """
    ordinal = np.array(links["ordinal"], np.int64)
    starts = np.ones(len(source), np.bool_)
    starts[1:] = (source[1:] != source[:-1]) | (ordinal[1:] <= ordinal[:-1])
    is_read = np.array([seen is not None for seen in links["last_verified"]], np.bool_)
    return np.where(is_read, np.cumsum(starts), 0).astype(np.uint32)


def _counts(batch: Rows) -> dict[str, Any]:
    return {
        "records": {"read": batch.n_records, "refused": dict(batch.refused_records)},
        "links": {"read": batch.n_links, "refused": dict(batch.refused_links)},
        "pages": len(batch.pages["url"]),
    }


def _write_json(path: Path, content: dict[str, Any]) -> None:
    scratch = path.with_name(f"{path.name}.{os.getpid()}")
    scratch.write_text(json.dumps(content, indent=1), encoding="utf-8")
    fsync(scratch)
    scratch.replace(path)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
