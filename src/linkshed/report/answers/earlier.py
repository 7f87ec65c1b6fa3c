"""The earlier snapshot that a question compares with."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from linkshed.errors import NothingEarlier
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot

HELD = 2
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def is_day(since: str | None) -> bool:
    """Whether an earlier snapshot is named by a day."""
    return since is not None and _DAY.fullmatch(since) is not None


def earlier_of(snapshot: Snapshot, since: str | None) -> Snapshot:
    """The snapshot named, or the last scored one of a day or before it, or the last scored one
    before this one that has other inputs. Raises NotFoundError, NothingEarlier.
    """
    store = Store.open(snapshot.store_path)
    if since is not None and not is_day(since):
        return _opened(store.path, store.asked(since))
    manifests = [m for m in store.manifests() if m.scores.get("equity") and m.id != snapshot.id]
    known = [m for m in manifests if m.created_at <= snapshot.manifest.created_at]
    for manifest in reversed(known):
        if _is_meant(manifest, snapshot, since):
            return _opened(store.path, manifest.id)
    what = f"of {since} or before" if since else "of other inputs"
    raise NothingEarlier(
        f"no scored snapshot {what} that is older than {snapshot.id}",
        allowed=", ".join(m.id for m in manifests),
        repair="name one with --since; list them with: linkshed snapshots",
    )


def _is_meant(manifest: Any, snapshot: Snapshot, since: str | None) -> bool:
    if since is None:
        return bool(manifest.inputs != snapshot.manifest.inputs)
    return bool(manifest.created_at[:10] <= since)


@lru_cache(HELD)
def _opened(store: Path, snapshot_id: str) -> Snapshot:
    return Store.open(store).snapshot(snapshot_id)
