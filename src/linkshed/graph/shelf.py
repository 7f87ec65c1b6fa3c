"""A place for arrays that are too large for memory."""

from __future__ import annotations

import errno
import os
import tempfile
import weakref
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from linkshed.errors import ResourceError

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Shelf:
    """Makes arrays in memory while they fit a budget, beyond it in unnamed files of a folder.

    The system maps such files into memory, and reads and writes back parts of them as needed. They
    vanish with their arrays. What is computed does not depend on where an array lies. Where the
    folder cannot be written, everything is made in memory.
    """

    def __init__(self, folder: Path | None = None, budget: int | None = None) -> None:
        """``budget`` in bytes, for all arrays in use; None puts everything in memory.

        ``folder`` None is the system's folder for temporary files.
        """
        self._folder = folder or Path(tempfile.gettempdir())
        self._budget = budget if os.access(self._folder, os.W_OK) else None
        self._taken = 0

    def empty(self, n: int, kind: DTypeLike) -> NDArray[Any]:
        """An array of ``n`` values not yet set. Raises ResourceError when the disk is full."""
        size = n * np.dtype(kind).itemsize
        if self._budget is not None and self._taken + size > self._budget:
            return self._mapped(n, kind, size)
        made = np.empty(n, kind)
        self._taken += size
        weakref.finalize(made, self._give_back, size)
        return made

    def _give_back(self, size: int) -> None:
        self._taken -= size

    def _mapped(self, n: int, kind: DTypeLike, size: int) -> NDArray[Any]:
        with tempfile.TemporaryFile(dir=self._folder) as file:
            self._reserve(file.fileno(), size)
            return np.memmap(file, kind, "r+", shape=(n,)).view(np.ndarray)

    def _reserve(self, file: int, size: int) -> None:
        """Take the room now: a mapped file for which there is none kills the process later."""
        try:
            os.posix_fallocate(file, 0, size)
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise
            raise ResourceError(
                f"no room for {size:,} bytes of links in {self._folder}",
                repair="free some disk, or raise the memory limit; nothing was changed",
            ) from error
