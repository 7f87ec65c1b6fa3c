"""Work side by side is work one after the other."""

from __future__ import annotations

from contextvars import ContextVar
from threading import Barrier

import pytest

from linkshed.simulate.abreast import abreast

ASKED: ContextVar[str] = ContextVar("asked", default="")


@pytest.mark.parametrize("n", [0, 1, 2, 50])
def test_what_was_made_comes_in_order(n: int) -> None:
    assert abreast(lambda k: k * k, range(n)) == [k * k for k in range(n)]


def test_the_first_fault_is_raised() -> None:
    def work(k: int) -> int:
        if k > 2:
            raise ValueError(str(k))
        return k

    with pytest.raises(ValueError, match="3"):
        abreast(work, range(10))


def test_work_knows_who_asked() -> None:
    token = ASKED.set("a reader")
    try:
        assert abreast(lambda _: ASKED.get(), range(4)) == ["a reader"] * 4
    finally:
        ASKED.reset(token)


def test_two_pieces_run_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1})
    both = Barrier(2, timeout=60)
    assert sorted(abreast(lambda _: both.wait(), range(2))) == [0, 1]
