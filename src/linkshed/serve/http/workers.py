"""Who works on questions: those that take long have threads of their own, so that none of the short
ones waits for them.
"""

from __future__ import annotations

from asyncio import Event, get_running_loop
from collections.abc import Awaitable, Callable, Hashable
from functools import partial, wraps
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.concurrency import run_in_threadpool

from linkshed.api import NotAtHand, heard, hurried
from linkshed.machine import n_cores
from linkshed.serve.http.memory import Growth, give_back
from linkshed.serve.http.turns import Turns

P = ParamSpec("P")
T = TypeVar("T")
Tell = Callable[[], None]


class Coming:
    """What is being made, or waits for that; who waits for it is told when something is begun."""

    def __init__(self) -> None:
        self.done = Event()
        self._is_begun = False
        self._waiting: list[Tell] = []

    def join(self, tell: Tell) -> None:
        """Let ``tell`` be called now if something is begun, and whenever more is."""
        self._waiting.append(tell)
        if self._is_begun:
            tell()

    def begin(self) -> None:
        """Tell all who wait."""
        self._is_begun = True
        for tell in self._waiting:
            tell()


class Workers:
    """Threads for what takes long, one for each core. What several ask for is made once, and who
    waits for it holds no thread.
    """

    def __init__(self) -> None:
        self._threads = CapacityLimiter(n_cores())
        self._coming: dict[Hashable, Coming] = {}
        self._growth = Growth()
        self._turns = Turns()

    async def run(self, make: Callable[[], T], tell: Tell | None = None) -> T:
        """What ``make`` gives; it is called again in another thread when that takes long. ``tell``
        is called when ``so_far`` has more than before.
        """
        if self._growth.is_due():
            await run_in_threadpool(give_back)
        while True:
            try:
                return await run_in_threadpool(self._at_hand, make)
            except NotAtHand as missing:
                name = missing.name
            is_ours = name not in self._coming
            coming = self._coming.setdefault(name, Coming())
            if tell is not None:
                coming.join(tell)
            if is_ours:
                return await self._made(name, make)
            await coming.done.wait()

    async def so_far(self, make: Callable[[], T]) -> T:
        """What ``make`` gives of things that are begun. Raises NotAtHand."""
        return await run_in_threadpool(self._at_hand, make, takes_begun=True)

    def endpoint(self, ask: Callable[P, T]) -> Callable[P, Awaitable[T]]:
        """An address that answers with what ``ask`` gives; its parameters and words are kept."""

        @wraps(ask)
        async def answer(*given: P.args, **named: P.kwargs) -> T:
            return await self.run(partial(ask, *given, **named))

        return answer

    async def _made(self, name: Hashable, make: Callable[[], T]) -> T:
        coming = self._coming[name]
        loop = get_running_loop()

        def begin() -> None:
            loop.call_soon_threadsafe(coming.begin)

        try:
            return await to_thread.run_sync(_at_leisure, make, begin, limiter=self._threads)
        finally:
            del self._coming[name]
            coming.done.set()

    def _at_hand(self, make: Callable[[], T], *, takes_begun: bool = False) -> T:
        with self._turns.taken(), hurried(takes_begun=takes_begun):
            return make()

    @property
    def n_coming(self) -> int:
        """How many different things are being made, or wait for that."""
        return len(self._coming)


def _at_leisure(make: Callable[[], T], begin: Tell) -> T:
    try:
        with heard(begin):
            return make()
    finally:
        give_back()
