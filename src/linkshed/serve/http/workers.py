"""Who works on questions: those that take long have threads of their own, so that none of the short
ones waits for them.
"""

from __future__ import annotations

import os
from asyncio import Event
from collections.abc import Callable, Hashable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.concurrency import run_in_threadpool

from linkshed.api import NotAtHand, hurried
from linkshed.serve.http.memory import Growth, give_back

T = TypeVar("T")


class Workers:
    """Threads for what takes long, one for each core. What several ask for is made once, and who
    waits for it holds no thread.
    """

    def __init__(self) -> None:
        self._threads = CapacityLimiter(len(os.sched_getaffinity(0)))
        self._coming: dict[Hashable, Event] = {}
        self._growth = Growth()

    async def run(self, make: Callable[[], T]) -> T:
        """What ``make`` gives; it is called again in another thread when that takes long."""
        if self._growth.is_due():
            await run_in_threadpool(give_back)
        while True:
            try:
                return await run_in_threadpool(_at_hand, make)
            except NotAtHand as missing:
                name = missing.name
            if name not in self._coming:
                return await self._made(name, make)
            await self._coming[name].wait()

    async def _made(self, name: Hashable, make: Callable[[], T]) -> T:
        done = self._coming[name] = Event()
        try:
            return await to_thread.run_sync(_at_leisure, make, limiter=self._threads)
        finally:
            del self._coming[name]
            done.set()

    @property
    def n_coming(self) -> int:
        """How many different things are being made, or wait for that."""
        return len(self._coming)


def _at_hand(make: Callable[[], T]) -> T:
    with hurried():
        return make()


def _at_leisure(make: Callable[[], T]) -> T:
    try:
        return make()
    finally:
        give_back()
