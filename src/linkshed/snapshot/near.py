"""Mapped arrays that will be read here and there: the system has their pages at hand at once,
instead of one after another as each is met, which costs a hundred times as much.
"""

from __future__ import annotations

import mmap
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.machine import memory_bytes

SHARE = 8
"""What is larger than this part of the machine's memory comes page by page."""

_POPULATE_READ = 22
"""Of madvise(2), since Linux 5.14; ``mmap`` does not name it."""


def near(arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The same arrays; those mapped from files are at hand, as far as the system can do that."""
    n_bytes = sum(values.nbytes for values in arrays.values())
    if n_bytes <= memory_bytes() / SHARE:
        for values in arrays.values():
            _populate(values)
    return dict(arrays)


def _populate(values: Any) -> None:
    while isinstance(values, np.ndarray):
        values = values.base
    if isinstance(values, mmap.mmap):
        with suppress(OSError):  # an older system
            values.madvise(_POPULATE_READ)
