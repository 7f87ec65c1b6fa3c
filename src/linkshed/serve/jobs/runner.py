"""Runs jobs, one at a time in a store, each in processes of its own."""

from __future__ import annotations

import fcntl
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Condition, Thread
from typing import Any

from linkshed.config import PROGRESS_VARIABLE
from linkshed.errors import ParameterError, TooManyRequests
from linkshed.serve.jobs.asked import Command, CrawlJob, IngestJob, commands
from linkshed.serve.jobs.record import (
    DONE,
    FAILED,
    INTERRUPTED,
    RUNNING,
    STOPPED,
    WAITING,
    Record,
    Records,
)

MOST_WAITING = 20
PATIENCE_SECONDS = 20
"""From the request to end until a process is killed."""


class Jobs:
    """The jobs of a store, and the thread that runs them once there is one."""

    def __init__(
        self, store: str, inbox: str | None = None, *, allow_private: bool = False
    ) -> None:
        self.store, self.inbox, self.allow_private = store, inbox, allow_private
        self.records = Records(store)
        self._queue: list[str] = []
        self._stopping: set[str] = set()
        self._changed = Condition()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: Thread | None = None
        self._is_closed = False

    def start(self, asked: CrawlJob | IngestJob) -> Record:
        """Queue a job. Raises ParameterError, NotFoundError, Forbidden, TooManyRequests."""
        made = commands(asked, self.store, self.inbox, allow_private=self.allow_private)
        with self._changed:
            if len(self._queue) >= MOST_WAITING:
                raise TooManyRequests("too many jobs wait", 60, allowed=f"{MOST_WAITING} at once")
            when = datetime.now(UTC)
            name = f"{when:%Y%m%dT%H%M%S}-{when.microsecond:05x}{secrets.token_hex(2)[1:]}"
            record = Record(name, asked.kind, asked.model_dump(), made, WAITING, when.isoformat())
            self.records.write(record)
            self._queue.append(name)
            if self._thread is None:
                self._thread = Thread(target=self._work, daemon=True, name="jobs")
                self._thread.start()
            self._changed.notify_all()
            return record

    def stop(self, job: str) -> Record:
        """Stop a job that waits or runs; a crawl keeps what it fetched.

        Raises NotFoundError, and ParameterError when it has ended.
        """
        with self._changed:
            record = self.records.read(job)
            if job in self._queue:
                self._queue.remove(job)
                return self.records.write(record, state=STOPPED, ended_at=_now())
            if not record.is_open:
                raise ParameterError(f"job {job!r} is {record.state}", allowed="a job under way")
            self._stopping.add(job)
            _interrupt(self._process)
            return record

    def listed(self, limit: int = 100) -> list[dict[str, Any]]:
        """The newest jobs, newest first."""
        return [self.records.told(self.records.read(job)) for job in self.records.ids()[:limit]]

    def recover(self) -> None:
        """Mark the jobs that a server left behind, unless another server runs them now."""
        if not self.records.folder.is_dir():
            return
        with self._sole(is_waiting=False) as is_sole:
            for job in self.records.ids() if is_sole else ():
                record = self.records.read(job)
                if record.is_open:
                    _end_orphan(record)
                    self.records.write(record, state=INTERRUPTED, ended_at=_now(), pid=None)

    def close(self) -> None:
        """End: what runs is interrupted, what waits is marked so."""
        with self._changed:
            self._is_closed = True
            waiting, self._queue = self._queue, []
            for job in waiting:
                self.records.write(self.records.read(job), state=INTERRUPTED, ended_at=_now())
            _interrupt(self._process)
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(PATIENCE_SECONDS + 5)

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._queue and not self._is_closed:
                    self._changed.wait()
                if self._is_closed:
                    return
                job = self._queue.pop(0)
                record = self.records.write(
                    self.records.read(job), state=RUNNING, started_at=_now()
                )
            with self._sole(is_waiting=True):
                self._run(record)

    def _run(self, record: Record) -> None:
        code = 0
        for step, command in enumerate(record.commands):
            if code or self._is_ending(record):
                break
            code = self._step(record, step, command)
            record = self.records.read(record.id)
        with self._changed:
            state = DONE if code == 0 else FAILED
            if self._is_ending(record):
                state = STOPPED if record.id in self._stopping else INTERRUPTED
            self._stopping.discard(record.id)
            self.records.write(record, state=state, ended_at=_now(), exit_code=code, pid=None)

    def _step(self, record: Record, step: int, command: Command) -> int:
        folder = self.records.of(record.id)
        with (folder / f"result-{step}.json").open("wb") as out, \
             (folder / "errors.txt").open("ab") as errors:  # fmt: skip
            with self._changed:
                if self._is_ending(record):
                    return 0
                self._process = _begun(command, out, errors)
                self.records.write(record, step=step, pid=self._process.pid)
            code = self._process.wait()
        with self._changed:
            self._process = None
        return code

    def _is_ending(self, record: Record) -> bool:
        return self._is_closed or record.id in self._stopping

    @contextmanager
    def _sole(self, *, is_waiting: bool) -> Iterator[bool]:
        """Hold the store's jobs against other servers; gives whether they are held."""
        with (self.records.folder / ".lock").open("wb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | (0 if is_waiting else fcntl.LOCK_NB))
            except OSError:
                yield False
                return
            yield True


def _begun(command: Command, out: Any, errors: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "linkshed", *command], stdin=subprocess.DEVNULL, stdout=out,
        stderr=errors, start_new_session=True, env={**os.environ, PROGRESS_VARIABLE: "json"},
    )  # fmt: skip


def _interrupt(process: subprocess.Popen[bytes] | None) -> None:
    """Let a process end as after Ctrl-C; kill it when it does not."""
    if process is None:
        return

    def insist() -> None:
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE_SECONDS)
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    with suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGINT)
    Thread(target=insist, daemon=True).start()


def _end_orphan(record: Record) -> None:
    """End the process of a job whose server was killed, if it is that process still."""
    if record.pid is None:
        return
    with suppress(OSError):
        words = Path(f"/proc/{record.pid}/cmdline").read_bytes().decode("utf-8", "replace")
        if all(word in words.split("\0") for word in record.commands[record.step]):
            os.kill(record.pid, signal.SIGINT)


def _now() -> str:
    return datetime.now(UTC).isoformat()
