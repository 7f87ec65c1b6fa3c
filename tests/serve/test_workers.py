"""Short questions do not wait for long ones, and a long one that many ask is answered once."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path
from threading import Event, get_ident

import numpy as np
import pytest
from anyio.to_thread import current_default_thread_limiter

from linkshed.serve.http.memory import GROWN_BYTES, Growth, give_back, settle
from linkshed.serve.http.workers import Workers
from linkshed.snapshot.haste import NotAtHand, begun
from linkshed.snapshot.recent import Recent

N_USERS, N_SHORT = 20, 1_000


def test_short_questions_are_answered_while_long_ones_are_worked_on() -> None:
    recent, go = Recent(1_000_000), Event()
    made: list[str] = []

    def long(name: str) -> int:
        def make() -> np.ndarray:
            go.wait(60)
            made.append(name)
            return np.arange(9)

        return int(recent.once(name, make, takes_long=True).sum())

    async def ask() -> None:
        workers = Workers()
        current_default_thread_limiter().total_tokens = 2
        slow = [asyncio.ensure_future(workers.run(lambda name=name: long(name)))
                for name in "abc" for _ in range(N_USERS)]  # fmt: skip
        quick = [workers.run(get_ident) for _ in range(N_SHORT)]
        assert all(await asyncio.wait_for(asyncio.gather(*quick), 30))
        while workers.n_coming < 3:
            await asyncio.sleep(0.001)
        assert not any(task.done() for task in slow)
        go.set()
        assert set(await asyncio.wait_for(asyncio.gather(*slow), 30)) == {36}
        assert workers.n_coming == 0

    asyncio.run(ask())
    assert sorted(made) == ["a", "b", "c"]


def test_who_waits_is_told_of_what_is_begun_and_may_have_it() -> None:
    recent, go, told = Recent(1_000_000), Event(), []

    def make() -> np.ndarray:
        begun(lambda: np.arange(2))
        assert go.wait(30)
        return np.arange(3)

    def length() -> int:
        return len(recent.once("a", make, takes_long=True))

    async def ask() -> None:
        workers = Workers()
        asked = [asyncio.ensure_future(workers.run(length, lambda: told.append(1)))]
        while not told:
            await asyncio.sleep(0.001)
        asked.append(asyncio.ensure_future(workers.run(length, lambda: told.append(2))))
        while 2 not in told:
            await asyncio.sleep(0.001)
        asked.append(asyncio.ensure_future(workers.run(length)))
        assert await workers.so_far(length) == 2
        with pytest.raises(NotAtHand):
            await workers.so_far(lambda: recent.once("b", make, takes_long=True))
        go.set()
        assert await asyncio.wait_for(asyncio.gather(*asked), 30) == [3, 3, 3]
        assert await workers.so_far(length) == 3

    asyncio.run(ask())
    assert told == [1, 2]


def test_who_waits_for_what_fails_tries_himself() -> None:
    recent, tried = Recent(1_000_000), []

    def make() -> np.ndarray:
        tried.append(1)
        if len(tried) < 3:
            raise ZeroDivisionError
        return np.arange(3)

    async def ask() -> list[object]:
        workers = Workers()
        asked = (workers.run(lambda: len(recent.once("a", make, takes_long=True)))
                 for _ in range(5))  # fmt: skip
        return await asyncio.gather(*asked, return_exceptions=True)

    found = asyncio.run(ask())
    assert sum(isinstance(answer, ZeroDivisionError) for answer in found) == 2
    assert [answer for answer in found if not isinstance(answer, Exception)] == [3, 3, 3]


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="no system that tells memory")
def test_memory_is_due_once_each_time_it_has_grown() -> None:
    growth, held = Growth(), []
    growth.is_due()
    for _ in range(2):
        assert not growth.is_due()
        held.append(np.ones(GROWN_BYTES // 6))
        assert growth.is_due()
    held.clear()
    give_back()
    assert not growth.is_due()
    held.append(np.ones(GROWN_BYTES // 6))
    assert growth.is_due()


def test_what_is_loaded_by_then_is_left_out_of_the_rounds_of_the_collector() -> None:
    settle()
    n_left_out = gc.get_freeze_count()
    assert n_left_out > 10_000
    settle()
    assert gc.get_freeze_count() <= n_left_out
