"""Short questions take turns, unless one takes long."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock, Thread

from linkshed.serve.http.turns import Turns


def side_by_side(*works: Callable[[], None]) -> None:
    threads = [Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)


def test_one_at_a_time_has_the_turn() -> None:
    turns, inside = Turns(), Lock()
    n_together = 0

    def work() -> None:
        nonlocal n_together
        for _ in range(200):
            with turns.taken():
                n_together += not inside.acquire(blocking=False)
                inside.release()

    side_by_side(*[work] * 4)
    assert n_together == 0


def test_who_takes_long_lets_others_go_and_these_take_turns() -> None:
    turns, is_in, go = Turns(), Event(), Event()
    done: list[int] = []
    inside = Lock()

    def long() -> None:
        with turns.taken():
            is_in.set()
            assert go.wait(30)

    def short() -> None:
        is_in.wait(30)
        for _ in range(50):
            with turns.taken():
                assert inside.acquire(blocking=False)
                done.append(1)
                inside.release()
        if len(done) == 150:
            go.set()

    side_by_side(long, short, short, short)
    assert len(done) == 150
    with turns.taken():
        pass


def test_a_turn_ends_with_what_goes_wrong_in_it() -> None:
    turns = Turns()
    for _ in range(3):
        try:
            with turns.taken():
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
    with turns.taken():
        pass
