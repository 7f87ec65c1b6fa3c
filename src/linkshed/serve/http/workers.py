"""Who works on questions: those that take long have threads of their own, so that none of the short
ones waits for them.
"""

from __future__ import annotations

from asyncio import Event
from collections.abc import Awaitable, Callable, Hashable
from functools import partial, wraps
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.concurrency import run_in_threadpool

from linkshed.api import NotAtHand, hurried
from linkshed.machine import n_cores
from linkshed.serve.http.memory import Growth, give_back
from linkshed.serve.http.turns import Turns

P = ParamSpec("P")
T = TypeVar("T")


class Workers:
    """Threads for what takes long, one for each core. What several ask for is made once, and who
    waits for it holds no thread.
    """

    def __init__(self) -> None:
        self._threads = CapacityLimiter(n_cores())
        self._coming: dict[Hashable, Event] = {}
        self._growth = Growth()
        self._turns = Turns()

    async def run(self, make: Callable[[], T]) -> T:
        """What ``make`` gives; it is called again in another thread when that takes long."""
        if self._growth.is_due():
            await run_in_threadpool(give_back)
        while True:
            try:
                return await run_in_threadpool(self._at_hand, make)
            except NotAtHand as missing:
                name = missing.name
            if name not in self._coming:
                return await self._made(name, make)
            await self._coming[name].wait()

    def endpoint(self, ask: Callable[P, T]) -> Callable[P, Awaitable[T]]:
        """An address that answers with what ``ask`` gives; its parameters and words are kept."""

        @wraps(ask)
        async def answer(*given: P.args, **named: P.kwargs) -> T:
            return await self.run(partial(ask, *given, **named))

        return answer

    async def _made(self, name: Hashable, make: Callable[[], T]) -> T:
        done = self._coming[name] = Event()
        try:
            return await to_thread.run_sync(_at_leisure, make, limiter=self._threads)
        finally:
            del self._coming[name]
            done.set()

    def _at_hand(self, make: Callable[[], T]) -> T:
        with self._turns.taken(), hurried():
            return make()

    @property
    def n_coming(self) -> int:
        """How many different things are being made, or wait for that."""
        return len(self._coming)


def _at_leisure(make: Callable[[], T]) -> T:
    try:
        return make()
    finally:
        give_back()
