"""Which requests are under way, and which hosts can take another one."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Hashable


class Traffic:
    """Requests by a key of their own; each is counted once, however often it ends."""

    def __init__(self, per_host: int) -> None:
        self.per_host = per_host
        self._hosts: dict[Hashable, str] = {}
        self._busy: Counter[str] = Counter()
        self._paused: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._hosts)

    def begin(self, key: Hashable, host: str = "") -> None:
        """A request sets out."""
        self._hosts[key] = host
        self._busy[host] += 1

    def end(self, key: Hashable) -> bool:
        """A request is over; False when it was over already."""
        host = self._hosts.pop(key, None)
        if host is None:
            return False
        self._busy[host] -= 1
        if not self._busy[host]:
            del self._busy[host]
        return True

    def is_free(self, host: str) -> bool:
        """Whether a host can take another request."""
        if self._paused.get(host, 0.0) > time.monotonic():
            return False
        return self._busy[host] < self.per_host

    def pause(self, host: str, seconds: float) -> None:
        """Leave a host alone for a while."""
        self._paused[host] = time.monotonic() + seconds
