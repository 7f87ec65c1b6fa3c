"""What the `pr` of the GAP Benchmark Suite computes, sweep by sweep, in our own rendering.

The suite's program prints no scores. This does the same arithmetic in the same order (in place,
float32, the unweighted linear form): its scores have the residual of the suite's, and its changes
tell whether the two are the same. It is compiled here, with the suite's flags.
"""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SOURCE = Path(__file__).with_suffix(".cpp")
FLAGS = ("-std=c++11", "-O3", "-fopenmp", "-shared", "-fPIC")
SETTLED = 0.9
F64 = NDArray[np.float64]
Scores = NDArray[np.float32]


@dataclass(frozen=True)
class Reached:
    """The state after so many sweeps."""

    sweeps: int
    residual: float
    scores: Scores
    changes: list[float]


def compiled() -> ctypes.CDLL:
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "pull.so"
        subprocess.run(["g++", *FLAGS, str(SOURCE), "-o", str(library)], check=True)
        return ctypes.CDLL(str(library))


class Pull:
    """Scores of an unweighted graph, each page with the sum of what its in-links bring."""

    def __init__(self, offsets: NDArray[np.int64], sources: NDArray[np.uint32], threads: int):
        self.n, self.threads = len(offsets) - 1, threads
        self.offsets, self.sources = offsets.astype(np.int64), sources
        self.out_degree = np.bincount(sources, minlength=self.n).astype(np.uint32)
        self.library = compiled()

    def sweeps(self, damping: float = 0.85) -> Iterator[tuple[Scores, float]]:
        """After each sweep the scores, which sum to less than 1, and their L1 change."""
        score, change = np.full(self.n, 1 / self.n, np.float32), np.zeros(1)
        columns = (self.offsets, self.sources, self.out_degree, score, change)
        pointers = [ctypes.c_void_p(values.ctypes.data) for values in columns]
        fixed = (ctypes.c_int64(self.n), ctypes.c_float(damping), ctypes.c_int(self.threads))
        while True:
            self.library.pull_sweep(*fixed, *pointers)
            yield score, float(change[0])

    def reached(
        self, residual: Callable[[F64], float], tolerances: tuple[float, ...]
    ) -> Iterator[Reached]:
        """The fewest sweeps to each tolerance, falling, and to where float32 gets no further.

        That is where a sweep lowers the residual by less than a tenth.
        """
        wanted, before, changes = list(tolerances), np.inf, []
        for scores, change in self.sweeps():
            changes.append(change)
            found = residual(scores.astype(np.float64))
            settled = found > SETTLED * before
            if settled or (wanted and found <= wanted[0]):
                wanted = [tolerance for tolerance in wanted if tolerance < found]
                yield Reached(len(changes), found, scores.copy(), list(changes))
            if settled:
                return
            before = found
