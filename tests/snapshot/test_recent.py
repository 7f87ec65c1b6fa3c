"""What several ask for at once is made once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np
import pytest

from linkshed.snapshot.haste import NotAtHand, hurried
from linkshed.snapshot.recent import Lasting, Recent

N = 8


def test_many_who_ask_at_once_are_given_the_same_thing() -> None:
    recent, lasting, started, go, made = Recent(1_000), Lasting(), Event(), Event(), []

    def make() -> np.ndarray:
        started.set()
        go.wait(30)
        made.append(1)
        return np.zeros(3)

    for ask in (lambda: recent.once("a", make), lambda: lasting.of(np.ndarray, make)):
        started.clear(), go.clear(), made.clear()
        with ThreadPoolExecutor(N) as pool:
            first = pool.submit(ask)
            assert started.wait(30)
            others = [pool.submit(ask) for _ in range(N - 1)]
            go.set()
            found = {id(answer.result(30)) for answer in (first, *others)}
        assert len(found) == len(made) == 1
        assert id(ask()) in found


def test_what_cannot_be_made_is_tried_again() -> None:
    recent = Recent(1_000)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            recent.once("a", lambda: np.zeros(1 // 0))
    assert recent.once("a", lambda: np.zeros(2)) is recent.once("a", lambda: np.zeros(3))


def test_a_thing_too_large_to_keep_is_given_and_made_again() -> None:
    recent = Recent(8)
    assert [len(recent.once("a", lambda n=n: np.zeros(n))) for n in (2, 3)] == [2, 3]


def test_who_is_in_a_hurry_waits_for_nothing_that_takes_long() -> None:
    recent = Recent(1_000)
    with hurried():
        with pytest.raises(NotAtHand):
            recent.once("long", lambda: np.zeros(1), takes_long=True)
        assert len(recent.once("short", lambda: np.zeros(2))) == 2
    assert len(recent.once("long", lambda: np.zeros(4), takes_long=True)) == 4
    with hurried():
        assert len(recent.once("long", lambda: np.zeros(1), takes_long=True)) == 4
