"""Files of a store: hashes, syncing, and the system's errors as ours."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from linkshed.errors import LinkshedError, ResourceError, StoreError

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_ROOM_WORDS = ("no space left", "file too large", "disk quota", "failed to allocate")


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


def read_json(path: Path) -> dict[str, Any]:
    """The object in a file that linkshed wrote. Raises StoreError when it is none."""
    with reading_errors(path):
        text = path.read_bytes()
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise StoreError(f"{path} is damaged", repair="restore it from a copy, or ingest again")
    return found


@contextmanager
def reading_errors(path: Path) -> Iterator[None]:
    """Turn the system's errors of reading into StoreError."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"cannot read {path}: {error}", repair="check that it is whole and may be read"
        ) from error


@contextmanager
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
