"""What is known of a job, kept in the store."""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from linkshed.errors import NotFoundError
from linkshed.serve.jobs.told import progress_in, result_in

WAITING, RUNNING, DONE, FAILED, STOPPED, INTERRUPTED = (
    "waiting", "running", "done", "failed", "stopped", "interrupted",
)  # fmt: skip
OPEN = (WAITING, RUNNING)
IDS = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}")
_MADE = re.compile(r"snapshot ([0-9a-f]{16})\b")
TAIL_BYTES = 65_536
TAIL_LINES = 40
RESULT_BYTES = 1_000_000


@dataclass(frozen=True)
class Record:
    """A job. Times are ISO 8601 in UTC, None while they have not come; ``exit_code`` is that of
    the command that ended it, ``step`` the number of the command that runs or ran last;
    ``pid`` the process of it, None when none runs. ``interrupted`` means that the server ended
    while the job was not done: the same job started again goes on where a crawl stopped.
    """

    id: str
    kind: str
    asked: dict[str, Any]
    commands: tuple[tuple[str, ...], ...]
    state: str
    created_at: str
    started_at: str | None = None
    ended_at: str | None = None
    step: int = 0
    exit_code: int | None = None
    pid: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in OPEN


class Records:
    """The records of a store."""

    def __init__(self, store: str) -> None:
        self.folder = Path(store) / "jobs"

    def ids(self) -> list[str]:
        """The ids of all jobs, newest first."""
        if not self.folder.is_dir():
            return []
        return sorted(
            (p.name for p in self.folder.iterdir() if IDS.fullmatch(p.name)), reverse=True
        )

    def read(self, job: str) -> Record:
        """The record of an id. Raises NotFoundError."""
        try:
            stored = json.loads((self.of(job) / "job.json").read_text(encoding="utf-8"))
            commands = tuple(map(tuple, stored.pop("commands")))
            return Record(**stored, commands=commands)
        except (OSError, ValueError, TypeError, KeyError):
            raise NotFoundError(
                f"job {job[:100]!r}", allowed="the id of a job, as GET /v1/jobs lists them"
            ) from None

    def write(self, record: Record, **changes: Any) -> Record:
        """Keep a record with changes, whole or not at all."""
        changed = replace(record, **changes)
        folder = self.of(record.id)
        folder.mkdir(parents=True, exist_ok=True)
        new = folder / "job.json.new"
        new.write_text(json.dumps(asdict(changed), indent=1), encoding="utf-8")
        os.replace(new, folder / "job.json")
        return changed

    def of(self, job: str) -> Path:
        """The folder of an id. Raises NotFoundError for what is none."""
        if not IDS.fullmatch(job):
            raise NotFoundError(
                f"job {job[:100]!r}", allowed="the id of a job, as GET /v1/jobs lists them"
            )
        return self.folder / job

    def told(self, record: Record) -> dict[str, Any]:
        """A job as ``told.Job`` describes it."""
        lines = _tail(self.of(record.id) / "errors.txt")
        progress = [line for line in lines if line.startswith("{")]
        shown = {k: v for k, v in asdict(record).items() if k not in ("commands", "pid")}
        return {
            **shown,
            "steps": [command[0] for command in record.commands],
            "progress": progress_in(progress[-1]) if progress else None,
            "notes": [n for n in lines if n.strip() and not n.startswith("{")][-TAIL_LINES:],
            "result": result_in(_text(self.of(record.id) / "result-0.json")),
            "snapshot": _snapshot(_text(self.of(record.id) / "result-1.json")),
        }


def _tail(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            file.seek(max(file.seek(0, os.SEEK_END) - TAIL_BYTES, 0))
            return file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return []


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(RESULT_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""


def _snapshot(text: str) -> str | None:
    """The snapshot that a build says it has made."""
    found = _MADE.match(text)
    return found[1] if found else None
