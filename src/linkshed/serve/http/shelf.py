"""Open snapshots, by id: what one question warmed up, the next one finds warm."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any

from linkshed import api
from linkshed.api import Linkshed
from linkshed.errors import NotFoundError
from linkshed.serve.http.workers import Workers
from linkshed.serve.scores import is_scored

HELD = 4


class Shelf:
    """The snapshots of one store; of more than HELD, those used longest ago are closed. ``workers``
    answer what takes long of them.
    """

    def __init__(self, store: str) -> None:
        self.store = store
        self.workers = Workers()
        self._open: OrderedDict[str, Linkshed] = OrderedDict()
        self._lock = Lock()

    def id_of(self, snapshot: str = "latest") -> str:
        """The id of a ref, an id or the start of one; the latest is the newest that is scored,
        where there is one. Raises StoreNotFound, NotFoundError.
        """
        return api.snapshot_id(self.store, snapshot)

    def newest_id(self) -> str:
        """The id of the newest snapshot, scored or not. Raises StoreNotFound."""
        return api.built_id(self.store)

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
        """The id of the last scored snapshot of a day (YYYY-MM-DD) or before it; of the latest
        without a day. Raises StoreNotFound, NotFoundError.
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

    def since(self, snapshot_id: str, day: str | None) -> str | None:
        """What a history up to a snapshot begins with, as reports name it: the day where a scored
        snapshot is as old, else the id of the first scored one; None when there is no older one.
        """
        manifests = self.manifests()
        ids = [str(manifest.id) for manifest in manifests]
        older = [m for m in manifests[: ids.index(snapshot_id)] if is_scored(m)]
        if not older:
            return None
        is_covered = day is not None and older[0].created_at[:10] <= day
        return day if is_covered else str(older[0].id)
