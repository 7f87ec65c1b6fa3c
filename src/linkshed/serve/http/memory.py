"""Memory that the system gets back: allocators would keep what an answer took for later. And what
is kept for good: the collector of rings need not walk through it.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import os
from contextlib import suppress
from functools import cache
from pathlib import Path

GROWN_BYTES = 96_000_000
"""What may be asked of the system, whether it is still in use or not, before free memory is looked
for and given back."""

_ARENAS, _MOST_ARENAS = -8, 2


def keep_little() -> None:
    """Let all threads take memory from few places, so that what one frees serves the others, and
    let Arrow take it there too: its own allocator gives back little of what it had.
    """
    import pyarrow as pa

    pa.set_memory_pool(pa.system_memory_pool())
    with suppress(AttributeError, OSError, TypeError):  # glibc alone has it
        ctypes.CDLL(None).mallopt(_ARENAS, _MOST_ARENAS)


def give_back() -> None:
    """Return what is free, as far as the allocators of Arrow and of the system can."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()
    with suppress(AttributeError, OSError, TypeError):  # glibc alone has it
        ctypes.CDLL(None).malloc_trim(0)


@cache
def settle() -> None:
    """Leave all that is loaded by now, once, out of the collector's rounds: each would hold up all
    questions for a fifth of a second, every few dozen pages.
    """
    gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)


class Growth:
    """How much memory of its own the process holds, beside the least it held since it last grew."""

    def __init__(self) -> None:
        self._least = 0

    def is_due(self) -> bool:
        """Whether it has grown so far that free memory should be given back; says so once."""
        own = _own_bytes()
        is_due = own > self._least + GROWN_BYTES
        self._least = own if is_due else min(self._least, own)
        return is_due


def _own_bytes() -> int:
    """Memory without the pages of files; 0 where the system does not tell."""
    with suppress(OSError):
        _, resident, of_files, *_ = map(int, Path("/proc/self/statm").read_text().split())
        return (resident - of_files) * os.sysconf("SC_PAGE_SIZE")
    return 0
