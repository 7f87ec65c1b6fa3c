"""The in-place pull of the GAP Benchmark Suite, in C++ with float32, in our own rendering.

It solves the unweighted linear form. It is compiled here, for this machine's processor.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SOURCE = Path(__file__).with_suffix(".cpp")
FLAGS = ("-O3", "-fopenmp", "-march=native", "-shared", "-fPIC")
MOST_SWEEPS = 200
F64 = NDArray[np.float64]
Scores = NDArray[np.float32]


def compiled(threads: int) -> ctypes.CDLL:
    """The compiled library, which uses as many threads. Raises FileNotFoundError without g++."""
    os.environ["OMP_NUM_THREADS"] = str(threads)
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "pull.so"
        subprocess.run(["g++", *FLAGS, str(SOURCE), "-o", str(library)], check=True)
        return ctypes.CDLL(str(library))


class Pull:
    """Scores of an unweighted graph, each page with the sum of what its in-links bring."""

    def __init__(self, offsets: NDArray[np.int64], sources: NDArray[np.uint32], threads: int):
        self.n = len(offsets) - 1
        self.offsets, self.sources = offsets.astype(np.int64), sources
        self.out_degree = np.bincount(sources, minlength=self.n).astype(np.uint32)
        self.library = compiled(threads)

    def run(self, sweeps: int, start: Scores | None = None, damping: float = 0.85) -> Scores:
        """Scores after that many sweeps; they sum to less than 1."""
        score = np.full(self.n, 1 / self.n, np.float32) if start is None else start.copy()
        columns = (self.offsets, self.sources, self.out_degree)
        pointers = [ctypes.c_void_p(values.ctypes.data) for values in columns]
        rest = (ctypes.c_float(damping), sweeps, ctypes.c_void_p(score.ctypes.data))
        self.library.pull_pagerank(ctypes.c_int64(self.n), *pointers, *rest)
        return score

    def sweeps_to(self, residual: Callable[[F64], float], tolerance: float) -> tuple[int, float]:
        """The fewest sweeps whose residual is small enough, or else the best, and its residual."""
        best = (0, np.inf)
        score = self.run(0)
        for sweeps in range(1, MOST_SWEEPS):
            score = self.run(1, score)
            found = residual(score.astype(np.float64))
            if found < best[1]:
                best = (sweeps, found)
            elif sweeps > best[0] + 10:
                break
            if found <= tolerance:
                break
        return best
