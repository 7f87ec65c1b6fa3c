"""Drive any reader: cut the inputs, spread the chunks over all cores, write each once.

The main process reads the inputs and cuts them into chunks (``chunks``); worker processes turn
chunks into rows and hand them to the sink (``work``, ``workers``). A chunk is done or not done, so
the same run started again does only what is missing, and gives the same rows and counts. Memory
holds a few chunks, however large the inputs.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from linkshed.errors import ParameterError
from linkshed.ingest import READERS
from linkshed.ingest.reader import INPUTS, Reader
from linkshed.ingest.run.chunks import chunked
from linkshed.ingest.run.interrupt import Interrupted, Stop
from linkshed.ingest.run.progress import Meter, Progress
from linkshed.ingest.run.result import IngestResult, result_of
from linkshed.ingest.run.work import Job, Sink, Task
from linkshed.ingest.run.workers import Inline, Workers
from linkshed.machine import n_cores

__all__ = ["IngestResult", "Interrupted", "Progress", "Sink", "run"]

INLINE_BYTES = 2_000_000
"""Inputs smaller than this take less time than starting worker processes."""


def run(
    reader_name: str,
    named: Sequence[Path],
    options: dict[str, Any],
    sink: Sink,
    *,
    workers: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> IngestResult:
    """Read what was named and write all its rows to the sink.

    ``workers``: processes; None for one per core (none for small inputs), 0 or 1 for none. Raises
    UnknownName, NotFoundError, FormatError or ParameterError before anything is written;
    ResourceError and StoreError when rows cannot be written or a worker dies; Interrupted after
    Ctrl-C. After the last three the same call goes on where this one stopped.
    """
    reader = cast(Reader, READERS.load(reader_name))
    inputs = reader.inputs(named, options)
    sizes = [reader.size(path) for path in inputs]
    job = Job(reader_name, options | {INPUTS: inputs}, inputs, sink)
    meter = Meter(sum(sizes), on_progress or (lambda progress: None))
    n_workers = _n_workers(workers, sum(sizes))
    with Stop() as stop:
        runner = _Runner(job, meter, stop)
        runner.run(_tasks(reader, job, sizes), n_workers)
    meter.finish()
    seconds = time.monotonic() - meter.started
    return result_of(reader_name, inputs, sink.totals(), seconds, runner.n_resumed)


class _Runner:
    def __init__(self, job: Job, meter: Meter, stop: Stop) -> None:
        self.job, self.meter, self.stop = job, meter, stop
        self.n_resumed = 0
        self.error: BaseException | None = None

    def run(self, tasks: Iterator[Task], n_workers: int) -> None:
        """Do what is not done. Raises the first error once all other chunks are finished."""
        crew = Workers(self.job, n_workers) if n_workers > 1 else Inline(self.job)
        is_whole = False
        try:
            for task in tasks:
                if self.stop.is_asked or self.error:
                    break
                self._hand_over(task, crew)
            else:
                is_whole = True
            crew.close()
            self._collect(crew)
        except BaseException:
            crew.kill()
            raise
        if self.error:
            raise self.error
        if not is_whole:
            raise Interrupted(
                f"interrupted after {self.meter.n_records} records; what is done is kept; repair:"
                " run the same command again, it goes on where it stopped"
            )

    def _hand_over(self, task: Task, crew: Workers | Inline) -> None:
        if self.job.sink.is_done(task.input_no, task.chunk_no):
            self.n_resumed += 1
            self.meter.add(task.n_bytes, len(task.items), 0, 0, is_resumed=True)
        else:
            crew.put(task)
        self._collect(crew)
        self.meter.show(str(self.job.inputs[task.input_no]))

    def _collect(self, crew: Workers | Inline) -> None:
        while not crew.results.empty():
            done = crew.results.get()
            self.error = self.error or done.error
            if done.counts:
                counts = done.counts
                n_bytes = done.task.n_bytes
                self.meter.add(n_bytes, counts.n_records, counts.n_pages, counts.n_links)


def _tasks(reader: Reader, job: Job, sizes: Sequence[int]) -> Iterator[Task]:
    for input_no, path in enumerate(job.inputs):
        offset = 0
        for chunk in chunked(reader.items(path, job.options)):
            reached = min(chunk.offset, sizes[input_no])
            yield Task(input_no, chunk.number, reached - offset, chunk.items)
            offset = reached


def _n_workers(asked: int | None, n_bytes: int) -> int:
    if asked is None:
        return _n_cores() if n_bytes > INLINE_BYTES else 0
    if asked < 0:
        raise ParameterError(f"workers {asked}", allowed="0 or more", repair="leave it out")
    return asked


def _n_cores() -> int:
    if sys.platform == "linux":
        return n_cores()
    return os.cpu_count() or 1
