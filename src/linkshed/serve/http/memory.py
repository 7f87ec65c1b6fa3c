"""Memory that a long answer took, given back to the system: allocators would keep it for later."""

from __future__ import annotations

import ctypes
from contextlib import suppress


def give_back() -> None:
    """Return what is free, as far as the allocators of Arrow and of the system can."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()
    with suppress(AttributeError, OSError, TypeError):  # glibc alone has it
        ctypes.CDLL(None).malloc_trim(0)
