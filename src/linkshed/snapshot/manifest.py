"""The manifest: what a snapshot is made of, how it came about, and the hashes that prove it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

from linkshed.errors import NewerFormat, StoreError
from linkshed.schema import Column

FORMAT = "linkshed-snapshot"
FORMAT_VERSION = 1
"""Raised when a reader of the older version could misread the newer one."""


@dataclass(frozen=True)
class FileEntry:
    """One object: the columns it holds of a table, row-aligned with all other files of that table.

    ``role`` is ``table`` for what the build wrote, ``resolution``, or ``score/<name>``.
    """

    role: str
    table: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: int
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """A snapshot's description; ``id`` is made of its content.

    ``counts`` rows per table; ``inputs`` what each intake read, with its counts; ``superseded`` is
    the number of link rows that a later look at their page replaced; ``parameters`` how it was
    built; ``scores`` the record of each score.
    """

    created_at: str
    writer: str
    psl_date: str
    parents: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    inputs: tuple[dict[str, Any], ...] = ()
    superseded: int = 0
    parameters: dict[str, Any] = field(default_factory=dict)
    scores: dict[str, Any] = field(default_factory=dict)
    files: tuple[FileEntry, ...] = ()

    @cached_property
    def id(self) -> str:
        """First 16 hexadecimal digits of the SHA-256 of the content."""
        text = json.dumps(asdict(self), sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def with_files(self, role: str, files: list[FileEntry], **changes: Any) -> Manifest:
        """A child of this manifest in which the files of a role are replaced."""
        kept = tuple(entry for entry in self.files if entry.role != role)
        return replace(self, parents=(self.id,), files=(*kept, *files), **changes)

    def to_json(self) -> str:
        """The manifest as it is stored."""
        head = {"format": FORMAT, "format_version": FORMAT_VERSION, "id": self.id}
        return json.dumps(head | asdict(self), indent=1, default=str) + "\n"


def entry_columns(columns: tuple[Column, ...]) -> dict[str, tuple[str, ...]]:
    """The ``columns`` and ``types`` of a file entry."""
    return {
        "columns": tuple(column.name for column in columns),
        "types": tuple(column.type for column in columns),
    }


@lru_cache(maxsize=64)
def read_manifest(text: str, name: str) -> Manifest:
    """Parse a stored manifest: not to be changed. Raises NewerFormat, or StoreError when it is not
    one.
    """
    try:
        stored = json.loads(text)
        version = int(stored["format_version"])
    except (ValueError, KeyError, TypeError):
        raise _no_manifest(name) from None
    if version > FORMAT_VERSION:
        raise NewerFormat(
            f"snapshot {name} has format version {version}",
            allowed=f"up to {FORMAT_VERSION}",
            repair="install a newer linkshed",
        )
    try:
        return _manifest(stored)
    except (KeyError, TypeError):
        raise _no_manifest(name) from None


def _manifest(stored: dict[str, Any]) -> Manifest:
    files = tuple(_entry(entry) for entry in stored["files"])
    known = {"parents", "created_at", "writer", "psl_date", "counts", "inputs", "superseded"}
    fields = {name: stored[name] for name in known | {"parameters", "scores"}}
    lists = {name: tuple(fields[name]) for name in ("parents", "inputs")}
    return Manifest(**(fields | lists), files=files)


def _entry(stored: dict[str, Any]) -> FileEntry:
    lists = {name: tuple(stored[name]) for name in ("columns", "types")}
    return FileEntry(**(stored | lists))


def _no_manifest(name: str) -> StoreError:
    return StoreError(
        f"{name} is not a manifest", repair="restore the file, or build the snapshot again"
    )
