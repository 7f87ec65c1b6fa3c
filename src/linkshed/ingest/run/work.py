"""What a worker process does with one chunk: rows, then the sink. Only counts come back."""

from __future__ import annotations

import errno
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from linkshed.errors import LinkshedError, ResourceError, StoreError
from linkshed.ingest import READERS
from linkshed.ingest.reader import Batch, Item, Reader, Refused
from linkshed.schema import Reason


class Sink(Protocol):
    """Where batches go; used in worker processes, so it must be picklable."""

    def is_done(self, input_no: int, chunk_no: int) -> bool:
        """Whether the chunk was written, now or by an earlier run."""

    def write(self, input_no: int, chunk_no: int, batch: Batch) -> None:
        """Keep the batch: all of it or, when interrupted, nothing."""

    def totals(self) -> dict[str, Any]:
        """Counts of all chunks kept, of earlier runs too.

        ``records`` and ``links``: each ``read``, ``kept`` and ``refused`` by reason; and ``pages``.
        """


@dataclass(frozen=True)
class Counts:
    """What a chunk held, for the progress display."""

    n_records: int
    n_pages: int
    n_links: int


@dataclass(frozen=True)
class Job:
    """What all chunks of a run have in common."""

    reader: str
    options: dict[str, Any]
    inputs: Sequence[Path]
    sink: Sink


@dataclass(frozen=True)
class Task:
    """One chunk: ``input_no`` counts the job's inputs from 0, ``chunk_no`` the input's chunks."""

    input_no: int
    chunk_no: int
    n_bytes: int
    items: Sequence[Item | Refused]


def work(job: Job, task: Task) -> Counts:
    """Turn one chunk into rows and write them. Raises LinkshedError when they cannot be kept."""
    with _collector_paused():
        return _work(job, task)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Rows are many small objects without cycles: looking for cycles costs a sixth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _work(job: Job, task: Task) -> Counts:
    reader: Reader = READERS.load(job.reader)
    path = job.inputs[task.input_no]
    whole = [item for item in task.items if isinstance(item, Item)]
    batch = _rows(reader, job, path, whole)
    for item in task.items:
        if isinstance(item, Refused):
            batch.n_records += 1
            batch.refuse("record", item.reason, str(path), item.locator, item.value)
    try:
        job.sink.write(task.input_no, task.chunk_no, batch)
    except OSError as error:
        raise _unwritable(error) from error
    return Counts(batch.n_records, len(batch.pages["url"]), batch.n_links)


def _rows(reader: Reader, job: Job, path: Path, items: list[Item]) -> Batch:
    """Rows of the items; one that makes the reader fail is refused alone."""
    try:
        return reader.rows(path, items, job.options)
    except Exception as error:
        if len(items) > 1:
            batch = Batch()
            for item in items:
                batch.extend(_rows(reader, job, path, [item]))
            return batch
        return _refused(path, items, error)


def _refused(path: Path, items: list[Item], error: Exception) -> Batch:
    batch = Batch()
    for item in items:
        batch.n_records += 1
        value = f"{type(error).__name__}: {error}"
        batch.refuse("record", Reason.UNREADABLE, str(path), item.locator, value)
    return batch


def _unwritable(error: OSError) -> LinkshedError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return ResourceError(
            f"the disk of the store is full: {error}",
            repair="make room and run the same command again; what is done is kept",
        )
    return StoreError(f"the store cannot be written: {error}", repair="check its rights and disk")
