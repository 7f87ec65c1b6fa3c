"""What was made lately, within a number of bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any, Protocol


class Sized(Protocol):
    """Something whose memory is known."""

    @property
    def nbytes(self) -> int: ...


class Recent:
    """Things by name; the one used longest ago goes first when they exceed ``max_bytes``."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.n_bytes = 0
        self._things: OrderedDict[Hashable, Sized] = OrderedDict()
        self._lock = Lock()

    def get(self, name: Hashable) -> Any:
        """The thing, or None."""
        with self._lock:
            if name in self._things:
                self._things.move_to_end(name)
            return self._things.get(name)

    def put(self, name: Hashable, thing: Sized) -> None:
        """Keep a thing, unless it alone is too large."""
        with self._lock:
            if name in self._things or thing.nbytes > self.max_bytes:
                return
            self._things[name] = thing
            self.n_bytes += thing.nbytes
            while self.n_bytes > self.max_bytes:
                _, gone = self._things.popitem(last=False)
                self.n_bytes -= gone.nbytes
