"""A store: a directory of immutable objects, manifests and named refs.

    objects/<sha256>.parquet   manifests/<id>.json   refs/<name>   intake/   cache/   tmp/

Publishing writes and fsyncs objects, then the manifest, then renames the ref: the one step that
makes a snapshot visible. A process killed before it leaves the old snapshot as it was; what it left
behind is swept by the next writer.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

from linkshed.errors import DamagedFile, NotFoundError, StoreError, StoreNotFound
from linkshed.schema import Column
from linkshed.snapshot.files import file_sha256, fsync, reading_errors, writing_errors
from linkshed.snapshot.manifest import FileEntry, Manifest, entry_columns, read_manifest
from linkshed.snapshot.tables import Snapshot

MARKER = "linkshed-store"
LATEST = "latest"
_BEFORE = re.compile(r"(.+)~(\d{1,6})")
FOLDERS = ("objects", "manifests", "refs", "intake", "cache", "tmp")


class Store:
    """An open store. Readers need no lock; writers take turns (``writing``)."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def create(cls, path: Path | str) -> Store:
        """The store at a path, made there when the path is free or empty. Raises StoreError."""
        root = Path(path)
        _check_name(root)
        with writing_errors(root):
            if root.exists() and not (root / MARKER).exists() and any(_entries(root)):
                raise StoreError(
                    f"{root} is not a store and not empty",
                    allowed="a new or empty folder, or a store",
                    repair="name another folder with --store",
                )
            for name in FOLDERS:
                (root / name).mkdir(parents=True, exist_ok=True)
            (root / MARKER).touch()
        return cls(root)

    @classmethod
    def open(cls, path: Path | str) -> Store:
        """The store at a path. Raises StoreNotFound, StoreError."""
        root = Path(path)
        with reading_errors(root):
            is_store = (root / MARKER).is_file()
        if not is_store:
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
        return self._manifest(self.id_of(name))

    def _manifest(self, id_: str) -> Manifest:
        path = self.path / "manifests" / f"{id_}.json"
        with reading_errors(path):
            text = path.read_text(encoding="utf-8", errors="replace")
        return read_manifest(text, path.stem)

    def manifests(self) -> list[Manifest]:
        """All manifests, oldest first."""
        found = [self._manifest(id_) for id_ in self._ids()]
        return sorted(found, key=lambda manifest: (manifest.created_at, manifest.id))

    def _ref(self, name: str) -> str:
        path = self.path / "refs" / name
        with reading_errors(path):
            return path.read_text(errors="replace").strip()

    def _ids(self) -> list[str]:
        names = self._names("manifests")
        return [name.removesuffix(".json") for name in names if name.endswith(".json")]

    def _names(self, folder: str) -> list[str]:
        """The names of the files of a folder."""
        with reading_errors(self.path / folder), os.scandir(self.path / folder) as entries:
            return sorted(entry.name for entry in entries if entry.is_file())

    def id_of(self, name: str = "latest") -> str:
        """The id that a ref, an id or the start of an id stands for; with ``~2`` behind it, of the
        second last snapshot of other inputs before that one.

        Raises StoreNotFound, NotFoundError.
        """
        if match := _BEFORE.fullmatch(name):
            return self._before(self.id_of(match[1]), int(match[2]))
        if name in (refs := self._names("refs")):
            return self._ref(name)
        ids = self._ids()
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

    def asked(self, name: str = LATEST) -> str:
        """The id that a name stands for in a question: as ``id_of``, but ``latest`` is the newest
        snapshot that is scored, where there is one. Raises StoreNotFound, NotFoundError.
        """
        ref, tilde, back = name.partition("~")
        id_ = self.id_of(ref)
        if ref != LATEST or self._manifest(id_).scores:
            return self.id_of(name) if tilde else id_
        scored = [manifest.id for manifest in self.manifests() if manifest.scores]
        return self.id_of((scored[-1] if scored else id_) + tilde + back)

    def _before(self, id_: str, n: int) -> str:
        """The n-th snapshot of other inputs before one: of those of the same inputs the last."""
        chosen = self._manifest(id_)
        earlier = [m for m in self.manifests() if m.created_at < chosen.created_at]
        inputs, found = chosen.inputs, [chosen.id]
        for manifest in reversed(earlier):
            if manifest.inputs != inputs:
                inputs = manifest.inputs
                found.append(manifest.id)
        if n >= len(found):
            raise NotFoundError(
                f"{len(found) - 1} snapshots of other inputs before {id_}, asked for number {n}",
                allowed=", ".join(f"{id_}~{k}" for k in range(1, len(found))),
                repair="list them with: linkshed snapshots",
            )
        return found[n]

    def object_path(self, entry: FileEntry) -> Path:
        """Where the file of an entry lies."""
        return self.path / "objects" / f"{entry.sha256}.parquet"

    def _check_size(self, entry: FileEntry) -> None:
        path = self.object_path(entry)
        with reading_errors(path):
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
            with reading_errors(path):
                found = file_sha256(path)
            if found != entry.sha256:
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


def _check_name(root: Path) -> None:
    try:
        str(root.absolute()).encode()
    except UnicodeEncodeError:
        raise StoreError(
            f"the name {str(root)!r} is not UTF-8", repair="name another folder with --store"
        ) from None


def damaged(path: Path, table: str, state: str) -> DamagedFile:
    """The error for a file that is not what the manifest says."""
    return DamagedFile(
        f"file {path} of table {table!r} {state}",
        repair="restore it from a copy, or build the snapshot again",
    )
