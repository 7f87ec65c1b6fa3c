"""A solver in a benchmark where all take turns, each in a process of its own.

In one process, a solver would be given the memory that another gave back, in small pieces, and pay
for it: nobody who calls one of them does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import perf_counter, process_time

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]


@dataclass
class Contender:
    """A solver with everything ready; ``run`` is what is timed and returns a vector."""

    name: str
    ready_seconds: float
    run: Callable[[], F64]
    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)
    vector: F64 = field(default_factory=lambda: np.empty(0))

    def turn(self) -> None:
        started, cpu_started = perf_counter(), process_time()
        vector = self.run().astype(np.float64, copy=False)
        self.seconds.append(perf_counter() - started)
        self.cpu_seconds.append(process_time() - cpu_started)
        self.vector = vector / vector.sum()


class Apart(Contender):
    """A contender that is made, and runs, in a forked process; what the parent holds is shared."""

    def __init__(self, make: Callable[[], Contender]) -> None:
        fork = get_context("fork")
        self._pipe, theirs = fork.Pipe()
        fork.Process(target=_take_turns, args=(make, theirs), daemon=True).start()
        name, ready_seconds = self._pipe.recv()
        super().__init__(name, ready_seconds, lambda: self.vector)

    def turn(self) -> None:
        self._pipe.send(True)
        seconds, cpu_seconds, self.vector = self._pipe.recv()
        self.seconds.append(seconds)
        self.cpu_seconds.append(cpu_seconds)


def _take_turns(make: Callable[[], Contender], pipe: Connection) -> None:
    contender = make()
    pipe.send((contender.name, contender.ready_seconds))
    while pipe.recv():
        contender.turn()
        pipe.send((contender.seconds[-1], contender.cpu_seconds[-1], contender.vector))
