"""Which snapshots pages can be asked of: those that are scored."""

from __future__ import annotations

from dataclasses import dataclass

from linkshed.errors import LinkshedError
from linkshed.serve.http.shelf import Shelf
from linkshed.serve.scores import is_scored


@dataclass(frozen=True)
class Known:
    """A snapshot of the store."""

    id: str
    created_at: str


@dataclass(frozen=True)
class State:
    """The snapshots as they were when ``newest`` was the newest: the scored ones, newest first, and
    the newest one when it still waits for its scores.
    """

    newest: str = ""
    scored: tuple[Known, ...] = ()
    waiting: Known | None = None


class Snapshots:
    """The snapshots of a shelf, read again when there is a newer one."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._state = State()

    def state(self) -> State:
        """What there is; nothing when the store cannot be read."""
        try:
            newest = self._shelf.newest_id()
            if self._state.newest != newest:
                self._state = self._read(newest)
        except (LinkshedError, OSError):
            return State()
        return self._state

    def _read(self, newest: str) -> State:
        found = self._shelf.manifests()[::-1]
        scored = tuple(Known(m.id, m.created_at) for m in found if is_scored(m))
        waiting = [Known(m.id, m.created_at) for m in found if m.id == newest and not is_scored(m)]
        return State(newest, scored, waiting[0] if waiting else None)

    def id_of(self, snapshot: str) -> str:
        """The id of a ref, an id or the start of one. Raises StoreNotFound, NotFoundError."""
        return self._shelf.id_of(snapshot)
