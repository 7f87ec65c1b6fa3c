"""Open snapshots, by id: what one question warmed up, the next one finds warm."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any

from linkshed import api
from linkshed.api import Linkshed
from linkshed.errors import NotFoundError
from linkshed.serve.scores import is_scored

HELD = 4


class Shelf:
    """The snapshots of one store; of more than HELD, those used longest ago are closed."""

    def __init__(self, store: str) -> None:
        self.store = store
        self._open: OrderedDict[str, Linkshed] = OrderedDict()
        self._lock = Lock()

    def id_of(self, snapshot: str = "latest") -> str:
        """The id of a ref, an id or the start of one. Raises StoreNotFound, NotFoundError."""
        return api.snapshot_id(self.store, snapshot)

    def web(self, snapshot_id: str) -> Linkshed:
        """The open snapshot of an id. Raises NotFoundError, DamagedFile, NewerFormat."""
        with self._lock:
            web = self._open.pop(snapshot_id, None) or api.open(self.store, snapshot_id)
            self._open[snapshot_id] = web
            while len(self._open) > HELD:
                self._open.popitem(last=False)
            return web

    def manifests(self) -> list[Any]:
        """The manifests of all snapshots, oldest first. Raises StoreNotFound."""
        return list(api.snapshots(self.store))

    def scored_on(self, day: str | None) -> str:
        """The id of the last scored snapshot of a day (YYYY-MM-DD) or before it; of the newest
        snapshot without a day. Raises StoreNotFound, NotFoundError.
        """
        if day is None:
            return self.id_of()
        found = [m for m in self.manifests() if is_scored(m) and m.created_at[:10] <= day]
        if not found:
            raise NotFoundError(
                f"no scored snapshot of {day} or before",
                repair="see which there are: GET /v1/snapshots",
            )
        return str(found[-1].id)

    def first_of(self, snapshot_id: str, day: str | None) -> str | None:
        """The id of the scored snapshot that a history up to a snapshot begins with: the last one
        of a day or before it, else the first one; None when there is no older one.
        """
        manifests = self.manifests()
        ids = [str(manifest.id) for manifest in manifests]
        older = [m for m in manifests[: ids.index(snapshot_id)] if is_scored(m)]
        before = [m for m in older if day is not None and m.created_at[:10] <= day]
        chosen = before[-1:] or older[:1]
        return str(chosen[0].id) if chosen else None
