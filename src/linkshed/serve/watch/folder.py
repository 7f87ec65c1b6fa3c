"""The folder of watches in a store: definitions, what was told, and what waits to be sent.

    watches/<name>.toml   the definition      <name>.json   the state      <name>.lock
    watches/<name>/<batch>.json               a batch that waits

A batch is on the disk before the state names it, and the state changes by one rename: whenever the
process is killed, each event is either on a waiting batch or still to be found by comparing.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from linkshed.errors import NotFoundError, ParameterError, StoreError
from linkshed.serve.watch.batch import Batch
from linkshed.serve.watch.definition import Watch, as_toml, check_name, read_watch


@dataclass
class State:
    """``told`` is the snapshot that was last compared with, None before the first; ``waiting``
    says for each batch, oldest first, which parts each destination lacks.
    """

    told: str | None = None
    waiting: dict[str, dict[str, list[str]]] = field(default_factory=dict)


class Folder:
    """The watches of a store."""

    def __init__(self, store: str | Path) -> None:
        self.path = Path(store) / "watches"

    def names(self) -> list[str]:
        """The names of all watches."""
        return sorted(path.stem for path in self.path.glob("*.toml"))

    def watch(self, name: str) -> Watch:
        """The definition of a watch. Raises NotFoundError, ParameterError."""
        try:
            text = (self.path / f"{check_name(name)}.toml").read_text(encoding="utf-8")
        except FileNotFoundError:
            raise NotFoundError(
                f"no watch {name!r}",
                allowed=", ".join(self.names()) or "none yet",
                repair="make one with: linkshed watch add",
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(f"cannot read watch {name!r}: {error}") from error
        return read_watch(name, text)

    def add(self, watch: Watch, told: str | None) -> None:
        """Store a new watch that has been told of everything up to a snapshot.

        Raises ParameterError when the name is taken.
        """
        self.path.mkdir(exist_ok=True)
        with self.locked(watch.name):
            if watch.name in self.names():
                raise ParameterError(
                    f"watch {watch.name!r} is there already",
                    repair=f"another name, or first: linkshed watch remove {watch.name}",
                )
            self._clear(watch.name)
            self.save(watch.name, State(told))
            self._write(self.path / f"{watch.name}.toml", as_toml(watch))

    def change(self, name: str, how: Callable[[Watch], Watch]) -> None:
        """Replace a definition by what becomes of it; what was told and what waits stays.

        Raises NotFoundError, and what ``how`` raises.
        """
        self.watch(name)
        with self.locked(name):
            self._write(self.path / f"{name}.toml", as_toml(how(self.watch(name))))

    def remove(self, name: str) -> int:
        """Remove a watch; gives how many batches were waiting. Raises NotFoundError."""
        self.watch(name)
        with self.locked(name):
            n_waiting = len(self.state(name).waiting)
            (self.path / f"{name}.toml").unlink(missing_ok=True)
            self._clear(name)
        return n_waiting

    def skip(self, name: str, told: str) -> None:
        """Leave out what happened up to a snapshot; what waits, waits on. Raises NotFoundError."""
        self.watch(name)
        with self.locked(name):
            state = self.state(name)
            state.told = told
            self.save(name, state)

    def _clear(self, name: str) -> None:
        (self.path / f"{name}.json").unlink(missing_ok=True)
        shutil.rmtree(self.path / name, ignore_errors=True)

    def state(self, name: str) -> State:
        """What was told and what waits. Raises StoreError."""
        path = self.path / f"{name}.json"
        stored = self._read(path) if path.exists() else {}
        try:
            return State(**stored)
        except TypeError:
            raise _damaged(path) from None

    def save(self, name: str, state: State) -> None:
        """Replace the state at once, then drop batches that wait no more."""
        text = json.dumps({"told": state.told, "waiting": state.waiting}, indent=1)
        self._write(self.path / f"{name}.json", text + "\n")
        for path in (self.path / name).glob("*.json"):
            if path.stem not in state.waiting:
                path.unlink(missing_ok=True)

    def keep(self, batch: Batch) -> None:
        """Put a batch on the disk; it waits from when a state names it."""
        (self.path / batch.watch).mkdir(exist_ok=True)
        self._write(self.path / batch.watch / f"{batch.id}.json", batch.to_json())

    def batch(self, name: str, number: str) -> Batch:
        """A batch that waits. Raises StoreError."""
        path = self.path / name / f"{number}.json"
        try:
            return Batch(**self._read(path))
        except TypeError:
            raise _damaged(path) from None

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Hold a watch, so that nothing is sent twice. Raises StoreError when it is held."""
        with (self.path / f"{check_name(name)}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StoreError(
                    f"another process runs watch {name!r}", repair="wait for it to end"
                ) from None
            yield

    def _read(self, path: Path) -> dict[str, Any]:
        try:
            found = json.loads(path.read_bytes())
        except (OSError, ValueError):
            found = None
        if not isinstance(found, dict):
            raise _damaged(path)
        return found

    def _write(self, path: Path, text: str) -> None:
        scratch = path.with_name(f".{uuid.uuid4().hex}")
        try:
            with scratch.open("w", encoding="utf-8", errors="replace") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            scratch.rename(path)
        except OSError as error:
            raise StoreError(f"cannot write {path}: {error}", repair="free some disk") from error
        finally:
            scratch.unlink(missing_ok=True)


def _damaged(path: Path) -> StoreError:
    return StoreError(
        f"{path} is damaged", repair="remove the watch and add it again: linkshed watch remove NAME"
    )
