"""Stores and what lies in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from linkshed.api.opened import Linkshed
from linkshed.config import store_path

if TYPE_CHECKING:
    from linkshed.snapshot.manifest import Manifest

PathLike = str | Path


def open(path: PathLike | None = None, snapshot: str = "latest") -> Linkshed:
    """Open a snapshot of a store: a ref, an id, or the start of one; the latest is the newest one
    that is scored, where there is one.

    Raises StoreNotFound, NotFoundError, DamagedFile, NewerFormat.
    """
    from linkshed.snapshot.store import Store

    store = Store.open(store_path(path))
    return Linkshed(store.snapshot(store.asked(snapshot)))


def snapshots(store: PathLike | None = None) -> list[Manifest]:
    """The manifests of a store, oldest first. Raises StoreNotFound."""
    from linkshed.snapshot.store import Store

    return Store.open(store_path(store)).manifests()


def snapshot_id(store: PathLike | None = None, snapshot: str = "latest") -> str:
    """The id that a ref, an id, or the start of one stands for now, as ``open`` reads it.

    Raises StoreNotFound, NotFoundError.
    """
    from linkshed.snapshot.store import Store

    return Store.open(store_path(store)).asked(snapshot)


def built_id(store: PathLike | None = None, snapshot: str = "latest") -> str:
    """The same as stages read it: the latest is the newest one, scored or not.

    Raises StoreNotFound, NotFoundError.
    """
    from linkshed.snapshot.store import Store

    return Store.open(store_path(store)).id_of(snapshot)


def verify(store: PathLike | None = None, snapshot: str = "latest") -> Manifest:
    """Read every byte of a snapshot and compare hashes. Raises DamagedFile naming the file."""
    from linkshed.snapshot.store import Store

    return Store.open(store_path(store)).verify(snapshot)


def write_demo(store: PathLike) -> tuple[Path, str, str]:
    """Make a store and, beside it, the archive of the demonstration web.

    Gives the archive, and the domain and page to look at. Raises StoreError, ResourceError.
    """
    from linkshed.demo import SHOW_DOMAIN, SHOW_URL
    from linkshed.demo.archive import write
    from linkshed.snapshot.files import writing_errors
    from linkshed.snapshot.store import Store

    folder = Store.create(store).path
    archive = folder.parent / f"{folder.absolute().name}.warc.gz"
    with writing_errors(archive):
        return write(archive), SHOW_DOMAIN, SHOW_URL
