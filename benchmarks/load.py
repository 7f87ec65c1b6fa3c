"""A load on ``linkshed serve``: a server in a process of its own, asked over loopback by wrk or by
all users at once; what its answers take, and what it uses.
"""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import numpy as np

TICKS = os.sysconf("SC_CLK_TCK")
SCRIPT = """
local paths, body, n = {%s}, %s, 0
if body then wrk.method, wrk.body = "POST", body
wrk.headers["Content-Type"] = "application/json" end
request = function() n = n + 1; return wrk.format(nil, paths[n %% #paths + 1]) end
done = function(summary, latency)
  io.write(string.format("FIGURES %%d %%d %%d %%d\\n", summary.requests, summary.errors.status
    + summary.errors.timeout + summary.errors.read, latency:percentile(50), latency:percentile(95)))
end
"""


@dataclass(frozen=True)
class Loaded:
    """Answers to many users; times in milliseconds, ``n_bytes`` of the largest answer.
    ``processor_ms`` is the server's own for a request.
    """

    per_second: float
    median_ms: float
    high_ms: float
    processor_ms: float
    n_bytes: int
    n_errors: int


@dataclass(frozen=True)
class First:
    """Answers to all users at once: seconds to the first and to the last, the server's processor
    seconds, and the 95th percentile of a short question asked meanwhile.
    """

    first_s: float
    last_s: float
    processor_s: float
    meanwhile_ms: float


@dataclass(frozen=True)
class Read:
    """An answer read whole."""

    n_lines: int
    n_bytes: int
    seconds: float
    processor_s: float


@dataclass(frozen=True)
class Shown:
    """A page that shows rows before it is whole: seconds until its first row, until all."""

    first_row_s: float
    whole_s: float
    is_whole_at_once: bool


CELLS = re.compile(rb"<tbody.*?<(?:td|th)|<div class=\"(?:empty|drawing)", re.S)
"""The first row of a table, or what a page shows in its place."""
WARMING_SECONDS = 5  # after it listens


@contextmanager
def serving(store: Path, port: int, connections: int = 20, seconds: int = 2) -> Iterator[Load]:
    """A load on a server of a store that answers, and has loaded what it runs."""
    words = ["serve", "--store", str(store), "--port", str(port), "--rate", "0"]
    server = subprocess.Popen([sys.executable, "-m", "linkshed", *words], stdout=subprocess.DEVNULL)
    load = Load(server.pid, port, connections, seconds)
    try:
        while not load.is_there("/v1/health"):
            time.sleep(0.2)
        time.sleep(WARMING_SECONDS)
        yield load
    finally:
        server.terminate()
        server.wait()


@dataclass(frozen=True)
class Load:
    """How a server is asked: by so many at once, for so many seconds."""

    pid: int
    port: int
    connections: int
    seconds: int

    def loaded(self, paths: list[str], body: bytes | None = None) -> Loaded:
        """Ask at some addresses in turn, each asked once before."""
        n_bytes = max(self.read(path, body).n_bytes for path in paths)
        script = SCRIPT % (", ".join(f"'{path}'" for path in paths),
                           "nil" if body is None else f"[==[{body.decode()}]==]")  # fmt: skip
        before, started = spent(self.pid), time.perf_counter()
        told = self._wrk(script)
        seconds, work = time.perf_counter() - started, spent(self.pid) - before
        n, n_errors, median, high = map(int, re.findall(r"FIGURES (.*)", told)[0].split())
        return Loaded(
            n / seconds, median / 1000, high / 1000, 1000 * work / max(n, 1), n_bytes, n_errors
        )

    def _wrk(self, script: str) -> str:
        with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
            file.write(script)
            file.flush()
            return subprocess.run(
                ["wrk", "-t2", f"-c{self.connections}", f"-d{self.seconds}s", "--timeout", "30s",
                 "-s", file.name, f"http://127.0.0.1:{self.port}"],
                capture_output=True, text=True, check=True,
            ).stdout  # fmt: skip

    def first(self, path: str, bodies: list[bytes | None], short: str) -> First:
        """Ask at one address with each body at once, and at a short one meanwhile."""
        before, waits, done = spent(self.pid), [0.0], Event()

        def meanwhile() -> None:
            while not done.is_set():
                waits.append(1000 * self.read(short).seconds)
                time.sleep(0.02)

        with ThreadPoolExecutor(self.connections + 1) as pool:
            other = pool.submit(meanwhile)
            found = sorted(pool.map(lambda body: self.read(path, body).seconds, bodies))
            done.set()
            other.result()
        work = spent(self.pid) - before
        return First(found[0], found[-1], work, float(np.percentile(waits, 95)))

    def shown(self, path: str) -> tuple[list[Shown], list[Shown]]:
        """Ask for a page by all users at once, and again as soon as each has the whole: the first
        answers, and all of so many seconds since the first was asked for, at least one more each.
        """
        with ThreadPoolExecutor(self.connections) as pool:
            found = list(pool.map(self._shown_again, [path] * self.connections))
        return [first for first, *_ in found], [one for several in found for one in several]

    def _shown_again(self, path: str) -> list[Shown]:
        end, found = time.perf_counter() + self.seconds, [self._shown(path)]
        while time.perf_counter() < end or len(found) < 2:
            found.append(self._shown(path))
        return found

    def _shown(self, path: str) -> Shown:
        started = time.perf_counter()
        answer = self._asked(path)
        seen, first, n_parts = b"", None, 0
        while part := answer.read1(1 << 20):
            seen, n_parts = seen + part, n_parts + 1
            if first is None and CELLS.search(seen):
                first = time.perf_counter() - started
        whole = time.perf_counter() - started
        return Shown(whole if first is None else first, whole, b'class="working"' not in seen)

    def is_there(self, path: str) -> bool:
        """Whether there is an answer at an address."""
        try:
            return self._asked(path).status == 200
        except OSError:
            return False

    def read(self, path: str, body: bytes | None = None) -> Read:
        """Read an answer whole."""
        before, started = spent(self.pid), time.perf_counter()
        answer = self._asked(path, body)
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status} {answer.read(500)!r}")
        n_lines = n_bytes = 0
        while part := answer.read(1 << 20):
            n_lines, n_bytes = n_lines + part.count(b"\n"), n_bytes + len(part)
        seconds, work = time.perf_counter() - started, spent(self.pid) - before
        return Read(n_lines, n_bytes, seconds, work)

    def _asked(self, path: str, body: bytes | None = None) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        kind = {"Content-Type": "application/json"} if body else {}
        connection.request("POST" if body else "GET", path, body, kind)
        return connection.getresponse()

    def memory(self) -> str:
        """What the server holds of its own, and with the pages of files that it maps."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        kilobytes = dict(re.findall(r"^(\w+):\s+(\d+) kB", status, re.M))
        own, whole, peak = (int(kilobytes[name]) / 1000 for name in ("RssAnon", "VmRSS", "VmHWM"))
        told = f"Server memory: {own:,.0f} MB of its own, {whole:,.0f} MB with mapped files"
        return f"{told} (peak {peak:,.0f})"


def spent(pid: int) -> float:
    """Processor seconds a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
