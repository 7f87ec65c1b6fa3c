"""Pieces of work that do not depend on each other, side by side: kernels release the interpreter.

Each is done as it would be alone, so the number of threads changes no result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from linkshed.machine import n_cores

Given = TypeVar("Given")
Made = TypeVar("Made")
MOST = 2
"""Pieces at a time: each works in a room of its own, of up to 160 bytes a page."""


def abreast(work: Callable[[Given], Made], parts: Sequence[Given]) -> list[Made]:
    """What ``work`` makes of each part, in order. What it raises first is raised."""
    n_threads = min(MOST, n_cores(), len(parts))
    if n_threads < 2:
        return [work(part) for part in parts]
    with ThreadPoolExecutor(n_threads) as pool:
        coming = [pool.submit(copy_context().run, work, part) for part in parts]
        return [each.result() for each in coming]
