"""A store: a directory of immutable objects, manifests and named refs.

    objects/<sha256>.parquet   manifests/<id>.json   refs/<name>   intake/   cache/   tmp/

Publishing writes and fsyncs objects, then the manifest, then renames the ref: the one step that
makes a snapshot visible. A process killed before it leaves the old snapshot as it was; what it left
behind is swept by the next writer.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

from linkshed.errors import (
    DamagedFile,
    LinkshedError,
    NotFoundError,
    ResourceError,
    StoreError,
    StoreNotFound,
)
from linkshed.schema import Column
from linkshed.snapshot.manifest import FileEntry, Manifest, entry_columns, read_manifest
from linkshed.snapshot.tables import Snapshot

MARKER = "linkshed-store"
FOLDERS = ("objects", "manifests", "refs", "intake", "cache", "tmp")
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_ROOM_WORDS = ("no space left", "file too large", "disk quota", "failed to allocate")


class Store:
    """An open store. Readers need no lock; writers take turns (``writing``)."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def create(cls, path: Path | str) -> Store:
        """The store at a path, made there when the path is free or empty. Raises StoreError."""
        root = Path(path)
        if root.exists() and not (root / MARKER).exists() and any(_entries(root)):
            raise StoreError(
                f"{root} is not a store and not empty",
                allowed="a new or empty folder, or a store",
                repair="name another folder with --store",
            )
        with writing_errors(root):
            for name in FOLDERS:
                (root / name).mkdir(parents=True, exist_ok=True)
            (root / MARKER).touch()
        return cls(root)

    @classmethod
    def open(cls, path: Path | str) -> Store:
        """The store at a path. Raises StoreNotFound."""
        root = Path(path)
        if not (root / MARKER).is_file():
            raise StoreNotFound(
                f"no store at {root}", repair="make one with: linkshed ingest warc FILE --store DIR"
            )
        return cls(root)

    def snapshot(self, name: str = "latest") -> Snapshot:
        """The snapshot of a ref, an id or the start of an id.

        Raises StoreNotFound, NotFoundError, NewerFormat, DamagedFile.
        """
        manifest = self.manifest(name)
        for entry in manifest.files:
            self._check_size(entry)
        return Snapshot(self.path, manifest)

    def manifest(self, name: str = "latest") -> Manifest:
        """The manifest of a ref, an id or the start of an id."""
        path = self.path / "manifests" / f"{self._id_of(name)}.json"
        try:
            return read_manifest(path.read_text(encoding="utf-8"), path.stem)
        except OSError as error:
            raise StoreError(f"manifest {path.name} cannot be read: {error}") from error

    def manifests(self) -> list[Manifest]:
        """All manifests, oldest first."""
        found = [self.manifest(path.stem) for path in (self.path / "manifests").glob("*.json")]
        return sorted(found, key=lambda manifest: (manifest.created_at, manifest.id))

    def refs(self) -> dict[str, str]:
        """Names and the ids they stand for."""
        folder = self.path / "refs"
        return {p.name: p.read_text().strip() for p in sorted(folder.iterdir()) if p.is_file()}

    def _id_of(self, name: str) -> str:
        if name in (refs := self.refs()):
            return refs[name]
        ids = sorted(path.stem for path in (self.path / "manifests").glob("*.json"))
        if not refs and not ids:
            raise StoreNotFound(
                f"the store {self.path} has no snapshot yet", repair="linkshed build"
            )
        found = [id_ for id_ in ids if name and id_.startswith(name)]
        if len(found) != 1:
            raise NotFoundError(
                f"{'no' if not found else 'more than one'} snapshot {name!r}",
                allowed=", ".join([*refs, *ids]),
                repair="list them with: linkshed snapshots",
            )
        return found[0]

    def object_path(self, entry: FileEntry) -> Path:
        """Where the file of an entry lies."""
        return self.path / "objects" / f"{entry.sha256}.parquet"

    def _check_size(self, entry: FileEntry) -> None:
        path = self.object_path(entry)
        size = path.stat().st_size if path.exists() else -1
        if size != entry.size_bytes:
            state = "is missing" if size < 0 else f"has {size} bytes instead of {entry.size_bytes}"
            raise damaged(path, entry.table, state)

    def verify(self, name: str = "latest") -> Manifest:
        """Read every byte of a snapshot and compare hashes. Raises DamagedFile naming the file."""
        manifest = self.manifest(name)
        for entry in manifest.files:
            self._check_size(entry)
            path = self.object_path(entry)
            if (found := file_sha256(path)) != entry.sha256:
                raise damaged(path, entry.table, f"hashes to {found[:12]}...")
        return manifest

    @contextlib.contextmanager
    def writing(self) -> Iterator[Path]:
        """Hold the writer's lock; gives a fresh scratch folder, removed at the end.

        Raises StoreError when another process is writing, ResourceError when the disk is full.
        """
        with writing_errors(self.path), (self.path / "tmp" / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StoreError(
                    f"another process is writing to {self.path}", repair="wait for it to end"
                ) from None
            self._sweep()
            scratch = self.path / "tmp" / uuid.uuid4().hex
            scratch.mkdir()
            try:
                yield scratch
            finally:
                shutil.rmtree(scratch, ignore_errors=True)

    def _sweep(self) -> None:
        for path in (self.path / "tmp").iterdir():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
        used = {entry.sha256 for manifest in self.manifests() for entry in manifest.files}
        for path in (self.path / "objects").iterdir():
            if path.stem not in used:
                path.unlink()

    def adopt(self, path: Path, role: str, table: str, columns: tuple[Column, ...], rows: int
              ) -> FileEntry:  # fmt: skip
        """Move a finished scratch file among the objects, under its hash."""
        fsync(path)
        sha256, size = file_sha256(path), path.stat().st_size
        entry = FileEntry(role, table, **entry_columns(columns), rows=rows, size_bytes=size,
                          sha256=sha256)  # fmt: skip
        path.rename(self.object_path(entry))
        return entry

    def publish(self, manifest: Manifest, ref: str = "latest") -> Snapshot:
        """Make a snapshot visible under a ref: one atomic rename, everything else fsynced before.

        The caller holds ``writing``.
        """
        fsync(self.path / "objects")
        self._write("manifests", f"{manifest.id}.json", manifest.to_json())
        self._write("refs", ref, manifest.id + "\n")
        return self.snapshot(manifest.id)

    def _write(self, folder: str, name: str, text: str) -> None:
        scratch = self.path / "tmp" / uuid.uuid4().hex
        scratch.write_text(text, encoding="utf-8")
        fsync(scratch)
        scratch.rename(self.path / folder / name)
        fsync(self.path / folder)


def _entries(root: Path) -> Iterator[Path]:
    if not root.is_dir():
        raise StoreError(f"{root} is not a folder", repair="name a folder with --store")
    return root.iterdir()


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def fsync(path: Path) -> None:
    """Force a file, or the entries of a folder, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def damaged(path: Path, table: str, state: str) -> DamagedFile:
    """The error for a file that is not what the manifest says."""
    return DamagedFile(
        f"file {path} of table {table!r} {state}",
        repair="restore it from a copy, or build the snapshot again",
    )


@contextlib.contextmanager
def writing_errors(path: Path) -> Iterator[None]:
    """Turn the system's errors of writing into ours: ResourceError for no room, StoreError else."""
    try:
        yield
    except LinkshedError:
        raise
    except Exception as error:
        words = str(error).lower()
        number = error.errno if isinstance(error, OSError) else None
        if number in _NO_ROOM or any(word in words for word in _NO_ROOM_WORDS):
            raise ResourceError(
                f"no room to write {path}: {error}",
                repair="free some disk, or raise the memory limit; nothing was changed",
            ) from error
        if isinstance(error, OSError):
            raise StoreError(
                f"cannot write {path}: {error}", repair="check that the folder may be written"
            ) from error
        raise
