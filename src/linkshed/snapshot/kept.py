"""Arrays derived from columns, kept beside a snapshot so that they are made once."""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.snapshot.tables import Snapshot

Arrays = dict[str, NDArray[Any]]


def kept(
    snapshot: Snapshot,
    name: str,
    columns: Sequence[tuple[str, str]],
    make: Callable[[], Mapping[str, NDArray[Any]]],
) -> Arrays:
    """Arrays by name, memory-mapped from the store's cache; ``make`` is called when absent.

    ``columns`` are the (table, name) they derive from: other columns, other arrays. The cache may
    be deleted at any time. Where it cannot be written, they are held in memory.
    """
    sources = [snapshot.path_of(*column) for column in columns]
    stem = hashlib.sha256(" ".join([name, *(path.stem for path in sources)]).encode()).hexdigest()
    folder = sources[0].parent.parent / "cache" / f"{name}-{stem[:32]}"
    if not folder.is_dir():
        made = make()
        with suppress(OSError):
            _write(folder, made)
        if not folder.is_dir():
            return dict(made)
    return {path.stem: np.asarray(np.load(path, mmap_mode="r")) for path in folder.glob("*.npy")}


def _write(folder: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    scratch = folder.with_name(f"{uuid.uuid4().hex}.part")
    try:
        scratch.mkdir(parents=True)
        for name, values in arrays.items():
            np.save(scratch / f"{name}.npy", values)
        os.rename(scratch, folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
