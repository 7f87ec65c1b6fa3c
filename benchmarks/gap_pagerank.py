"""The `pr` of the GAP Benchmark Suite as a contender: its graph file, its runs, its own clock.

The program is not part of this repository; whoever measures compiles it from its source.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from contender import Contender
from pull_pagerank import Reached

COUNTS = re.compile(r"^Graph has (\d+) nodes and (\d+) directed edges", re.MULTILINE)
TRIAL = re.compile(r"^Trial Time:\s+(\S+)$", re.MULTILINE)
CHANGE = re.compile(r"^ +\d+ +(\d+\.\d+)$", re.MULTILINE)
READINGS = 5


def write_graph(path: Path, offsets: NDArray[np.int64], sources: NDArray[np.uint32]) -> None:
    """The suite's serialized graph (.sg): whether directed, counts, links out, then links in.

    Counts and offsets are int64, pages int32. The links in are those given, in their order.
    """
    n = len(offsets) - 1
    links = (np.ones(len(sources), np.int8), sources.astype(np.int32), offsets)
    by_source = sp.csr_array(links, shape=(n, n)).tocsc()
    with path.open("wb") as file:
        file.write(b"\1" + np.array([len(sources), n], "<i8").tobytes())
        for starts, pages in ((by_source.indptr, by_source.indices), (offsets, sources)):
            starts.astype("<i8").tofile(file)
            pages.astype("<i4").tofile(file)


@dataclass(frozen=True)
class Trial:
    """One run: seconds by the program's clock, those of its processor, changes as printed."""

    seconds: float
    cpu_seconds: float
    changes: list[float]


class Gap:
    """The compiled program on one graph. Reading the file is no part of a trial's seconds."""

    def __init__(
        self,
        program: Path,
        folder: Path,
        offsets: NDArray[np.int64],
        sources: NDArray[np.uint32],
        threads: int,
    ):
        self.program, self.threads = program.resolve(), threads
        self.graph = folder / "graph.sg"
        write_graph(self.graph, offsets, sources)
        self.reading_cpu_seconds = min(self._run(trials=0)[1] for _ in range(READINGS))

    def counts(self) -> tuple[int, int]:
        """Pages and links, as the program counts them in the file it read."""
        pages, links = COUNTS.findall(self._run(trials=0)[0])[0]
        return int(pages), int(links)

    def trial(self, sweeps: int) -> Trial:
        """One trial of exactly that many sweeps."""
        said, cpu_seconds = self._run(trials=1, sweeps=sweeps)
        changes = [float(change) for change in CHANGE.findall(said)]
        seconds = float(TRIAL.findall(said)[0])
        return Trial(seconds, cpu_seconds - self.reading_cpu_seconds, changes)

    def _run(self, trials: int, sweeps: int = 1) -> tuple[str, float]:
        """What one run said, and its processor time."""
        options = ("-f", self.graph, "-i", str(sweeps), "-t", "0", "-n", str(trials))
        environment = os.environ | {"OMP_NUM_THREADS": str(self.threads)}
        before = getrusage(RUSAGE_CHILDREN)
        ran = subprocess.run(
            (self.program, *options), env=environment, check=True, capture_output=True, text=True
        )
        after = getrusage(RUSAGE_CHILDREN)
        cpu_seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        return ran.stdout, cpu_seconds


class GapContender(Contender):
    """So many sweeps of the program, with the scores of our rendering after as many."""

    def __init__(self, gap: Gap, reached: Reached):
        super().__init__("GAP pr", 0.0, lambda: reached.scores.astype(np.float64))
        self.gap, self.reached, self.difference = gap, reached, 0.0

    def turn(self) -> None:
        trial = self.gap.trial(self.reached.sweeps)
        self.seconds.append(trial.seconds)
        self.cpu_seconds.append(trial.cpu_seconds)
        apart = np.abs(np.subtract(trial.changes, self.reached.changes))
        self.difference = max(self.difference, float(apart.max()))
