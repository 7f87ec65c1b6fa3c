"""Compiled loops. Kernels release the interpreter lock and are compiled once per machine.

Numba infers the types of their arguments; that is why kernels carry no annotations.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit

Function = Callable[..., Any]


def kernel(function: Function) -> Function:
    """Compile ``function`` on first use; sums are added in the order written, on every machine."""
    try:
        compiled: Function = njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no folder to keep compiled code in: compile in every process
        compiled = njit(nogil=True)(function)
    return compiled
