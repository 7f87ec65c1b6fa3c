"""A solver in a benchmark where all take turns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
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
