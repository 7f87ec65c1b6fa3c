"""Worker processes, one thread of the main process beside each of them.

They are started by a fork server, so no lock or thread of the main process is copied, and they do
not import the main script. A worker that dies is noticed by its closed pipe, and its chunk named.
"""

from __future__ import annotations

import gc
import os
import pickle
import queue
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle, send_handle
from types import ModuleType
from typing import Any, BinaryIO, cast

from linkshed.errors import LinkshedError, ResourceError
from linkshed.ingest import READERS
from linkshed.ingest.run.work import Counts, Job, Task, work


@dataclass(frozen=True)
class Done:
    """A chunk that was written, or the error that kept it from being written."""

    task: Task
    counts: Counts | None
    error: BaseException | None = None


class Workers:
    """A few processes working on chunks. At most two chunks per process are in memory."""

    def __init__(self, job: Job, n_workers: int) -> None:
        self.job = job
        self.results: queue.Queue[Done] = queue.Queue()
        self._tasks: queue.Queue[Task | None] = queue.Queue(maxsize=n_workers)
        self._pairs = _start(job, n_workers)
        self._threads = [
            threading.Thread(target=self._serve, args=pair, daemon=True) for pair in self._pairs
        ]
        for thread in self._threads:
            thread.start()

    def put(self, task: Task) -> None:
        """Hand over a chunk; waits while enough are waiting already."""
        self._tasks.put(task)

    def close(self) -> None:
        """Let the chunks handed over be finished, then end the processes."""
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()
        for process, _connection in self._pairs:
            process.join()

    def kill(self) -> None:
        """End the processes at once; chunks being worked on are not written."""
        for process, _connection in self._pairs:
            process.kill()

    def _serve(self, process: Any, connection: Connection) -> None:
        is_alive = True
        while (task := self._tasks.get()) is not None:
            if not is_alive:
                self.results.put(Done(task, None, _died(self.job, task, process)))
                continue
            try:
                _send(connection, task, process.pid)
                counts, error = connection.recv()
                self.results.put(Done(task, counts, error))
            except (EOFError, OSError):
                process.join()
                is_alive = False
                self.results.put(Done(task, None, _died(self.job, task, process)))
            except Exception as error:
                self.results.put(Done(task, None, error))
        connection.close()


class Inline:
    """The same without processes: every chunk is worked on as it is handed over."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.results: queue.Queue[Done] = queue.Queue()

    def put(self, task: Task) -> None:
        """Work on a chunk now."""
        try:
            self.results.put(Done(task, work(self.job, task)))
        except LinkshedError as error:
            self.results.put(Done(task, None, error))

    def close(self) -> None:
        """Nothing is left to finish."""

    def kill(self) -> None:
        """Nothing is running."""


def _start(job: Job, n_workers: int) -> Sequence[tuple[Any, Connection]]:
    context = get_context("forkserver")
    modules = {__name__, READERS.load(job.reader).__name__, type(job.sink).__module__}
    context.set_forkserver_preload(sorted(modules - {"__main__"}))
    pairs = []
    with _main_hidden():
        for _ in range(n_workers):
            ours, theirs = context.Pipe()
            process = context.Process(target=_run, args=(job, theirs), daemon=True)
            process.start()
            theirs.close()
            pairs.append((process, ours))
    return pairs


@contextmanager
def _main_hidden() -> Iterator[None]:
    """Workers need nothing of the main script, which may lack a guard or a file to import."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _run(job: Job, connection: Connection) -> None:
    """The life of a worker. Ctrl-C is the main process's business; it dies with that process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()
    threading.Thread(target=_die_with_parent, daemon=True).start()
    with suppress(EOFError, ConnectionError):
        while True:
            connection.send(_answer(job, _receive(connection)))


def _send(connection: Connection, task: Task, pid: int) -> None:
    """Hand over a chunk in a file without a name: much less work than through the pipe."""
    with _nameless_file() as file:
        pickle.dump(task, file, pickle.HIGHEST_PROTOCOL)
        file.seek(0)
        send_handle(connection, file.fileno(), pid)


def _receive(connection: Connection) -> Task:
    with open(recv_handle(connection), "rb", buffering=0) as file:
        task: Task = pickle.load(file)
    return task


def _nameless_file() -> BinaryIO:
    if sys.platform == "linux":
        return cast(BinaryIO, open(os.memfd_create("chunk"), "w+b", buffering=0))
    return cast(BinaryIO, tempfile.TemporaryFile(buffering=0))


def _answer(job: Job, task: Task) -> tuple[Counts | None, BaseException | None]:
    try:
        return work(job, task), None
    except LinkshedError as error:
        return None, error
    except Exception as error:
        return None, RuntimeError(f"{type(error).__name__}: {error}")


def _die_with_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)


def _died(job: Job, task: Task, process: Any) -> ResourceError:
    code = process.exitcode or 0
    how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
    return ResourceError(
        f"a worker process {how} at chunk {task.chunk_no} of {str(job.inputs[task.input_no])!r}"
        " (signal 9 mostly means that memory ran out)",
        repair="run the same command again, it goes on where it stopped; fewer workers take less"
        " memory",
    )
