"""First pages, exports and the memory of ``linkshed serve``, asked by wrk over loopback.

Each report is asked about a mix of domains, from few links to the most, by many connections at
once: its rows as JSON and its page for people. What takes long is asked about the largest domain:
by all at once while nothing of it is at hand, with a short question asked all the while, and then
again. The processor time is the server's own; what it waits for is in the latency.

python benchmarks/bench_serve.py --store /tmp/bench-store   # a store of bench_build.py

``--pair FOLDER`` measures also what compares two snapshots; the folder keeps a store of about
3 M links and a later look at it, made at the first run. --only names single reports.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import numpy as np

import linkshed
import weblike
from linkshed import api
from linkshed.snapshot.build import build
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import parse_scope

ROWS = 100
SHARES = (0.1, 0.3, 0.5, 0.7, 0.9, 0.99)
PAIR_LINKS = 3_000_000
COMPARING = ("newlost", "why", "movers")
REPORTS = {name: api.REPORTS.load(name).REPORT for name in api.REPORTS}
SHORT = [name for name, report in REPORTS.items()
         if not report.takes_long and name not in COMPARING]  # fmt: skip
LONG = [name for name, report in REPORTS.items() if report.takes_long and name not in COMPARING]
OF_PAGES = ("suggest", "optimise", "whatif")
MANY = (
    "source_url,source_title,source_rating,source_domain,source_domain_rating,source_status,"
    "source_language,source_author,n_external_links,n_internal_links,target_url,target_title,"
    "target_rating,target_domain,target_domain_rating,anchor,alt,context_left,context_right,kind,"
    "anchor_kind,placement,is_followed,is_nofollow,is_ugc,position,weight,equity,first_seen,"
    "last_seen"
)
TICKS = os.sysconf("SC_CLK_TCK")
HEAD = "| {} | requests/s | median ms | 95th percentile ms | server's processor ms | KB | errors |"
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


def main() -> None:
    """Serve the store, ask it, print tables."""
    options = _options()
    snapshot = scored(options.store)
    names = domains(snapshot)
    print(f"{snapshot.n_links:,} links; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
          f" before; {options.connections} connections; domains: {', '.join(names)}\n")  # fmt: skip
    with serving(options.store, options.port) as server:
        asked = Asked(server, options)
        rows_and_pages(asked, names, [name for name in SHORT if name in options.only])
        print(f"\n{memory(server.pid)} after these\n", flush=True)
        page = page_of(snapshot, names[-1])
        long_ones(asked, names, page, [name for name in LONG if name in options.only])
        print(f"\n{memory(server.pid)} after these\n", flush=True)
        print(exported(server, options.port, names[-1]), flush=True)
        print(f"\n{memory(server.pid)} after the exports\n")
    print(written(options.store, names[-1]))
    if options.pair:
        of_pairs(options)
    print(f"\nload {os.getloadavg()[0]:.1f} at the end")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, required=True, help="a store of bench_build")
    parser.add_argument("--connections", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--only", nargs="+", default=list(REPORTS))
    parser.add_argument("--port", type=int, default=8417)
    parser.add_argument("--pair", type=Path, help="folder of a small store of two snapshots")
    return parser.parse_args()


def scored(store: Path) -> Snapshot:
    """The newest snapshot, scored when it is not."""
    if not Store.open(store).snapshot().has("links", "equity"):
        linkshed.score(store)
    return Store.open(store).snapshot()


def of_pairs(options: argparse.Namespace) -> None:
    """Measure what compares two snapshots."""
    snapshot = pair(options.pair)
    names = domains(snapshot)[-3:]
    with serving(options.pair / "store", options.port) as server:
        asked = Asked(server, options)
        print(f"\nTwo snapshots of {snapshot.n_links:,} links:\n")
        long_ones(asked, names, names[-1], [name for name in COMPARING if name in options.only])
        print(f"\n{memory(server.pid)} after these")


def pair(folder: Path) -> Snapshot:
    """A store of two scored looks at a smaller web."""
    if not (folder / "store").is_dir():
        store = Store.create(folder / "store")
        for look in range(2):
            marker = folder / f"look-{look}.txt"
            marker.write_text(f"look {look}")
            weblike.fill(store, PAIR_LINKS, marker, look=look)
            build(store)
            linkshed.score(folder / "store")
    return scored(folder / "store")


def page_of(snapshot: Snapshot, name: str) -> str:
    """A page of a domain, some way behind its home page."""
    lo, hi = snapshot.pages_of(parse_scope(name, None))[0]
    return snapshot.urls([(lo + hi) // 2])[0]


def domains(snapshot: Snapshot) -> list[str]:
    """Domains from few backlinks to the most."""
    n = np.asarray(snapshot.array("domains", "n_backlinks"))
    order = np.argsort(n)
    linked = order[n[order] > 0]
    at = [*(int(len(linked) * share) for share in SHARES), len(linked) - 2, len(linked) - 1]
    return snapshot.take("domains", ["domain"], linked[at])["domain"].to_pylist()


@contextmanager
def serving(store: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A server that answers."""
    words = ["serve", "--store", str(store), "--port", str(port), "--rate", "0"]
    server = subprocess.Popen([sys.executable, "-m", "linkshed", *words], stdout=subprocess.DEVNULL)
    try:
        while not answers(port):
            time.sleep(0.2)
        yield server
    finally:
        server.terminate()
        server.wait()


def answers(port: int) -> bool:
    """Whether a server listens."""
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/v1/health")
        return connection.getresponse().status == 200
    except OSError:
        return False


def asked_of(report: str, name: str, names: list[str]) -> dict[str, str]:
    """The parameters of the first page about a domain; rivals are three others of the mix."""
    others = ",".join(other for other in names[::-2] if other != name)
    asked = {"scope": name}
    if report in ("intersect", "compare"):
        asked["rivals"] = others
    if report == "batch":
        asked["scope"] = f"{name},{others}"
    return asked


def rows_of(asked: dict[str, str], report: str) -> str:
    """The address of rows."""
    return f"/v1/reports/{report}?{urllib.parse.urlencode(asked | {'limit': str(ROWS)})}"


def screen_of(asked: dict[str, str], report: str) -> str:
    """The address of the page for people."""
    return f"/reports/{report}?{urllib.parse.urlencode(asked)}"


class Asked:
    """A server, and how it is asked."""

    def __init__(self, server: subprocess.Popen[bytes], options: argparse.Namespace) -> None:
        self.server, self.port = server, options.port
        self.connections, self.seconds = options.connections, options.seconds

    def loaded(self, label: str, paths: list[str], body: bytes | None = None) -> str:
        """A line of figures of some addresses, each asked once before."""
        size = max(fetched(self.port, path, body)[1] for path in paths)
        script = SCRIPT % (", ".join(f"'{path}'" for path in paths),
                           "nil" if body is None else f"[==[{body.decode()}]==]")  # fmt: skip
        before, started = spent(self.server.pid), time.perf_counter()
        told = self._wrk(script)
        seconds, work = time.perf_counter() - started, spent(self.server.pid) - before
        n, errors, median, high = map(int, re.findall(r"FIGURES (.*)", told)[0].split())
        return (f"| {label} | {n / seconds:,.0f} | {median / 1000:,.0f} | {high / 1000:,.0f} |"
                f" {1000 * work / max(n, 1):.1f} | {size / 1000:,.0f} | {errors} |")  # fmt: skip

    def _wrk(self, script: str) -> str:
        with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
            file.write(script)
            file.flush()
            return subprocess.run(
                ["wrk", "-t2", f"-c{self.connections}", f"-d{self.seconds}s", "--timeout", "30s",
                 "-s", file.name, f"http://127.0.0.1:{self.port}"],
                capture_output=True, text=True, check=True,
            ).stdout  # fmt: skip

    def first(self, path: str, bodies: list[bytes | None], short: str) -> str:
        """Cells: after how many seconds the first and the last of all have an answer, the work, and
        the 95th percentile of a short question asked meanwhile.
        """
        before, waits, done = spent(self.server.pid), [0.0], Event()

        def ask(body: bytes | None) -> float:
            started = time.perf_counter()
            fetched(self.port, path, body)
            return time.perf_counter() - started

        def meanwhile() -> None:
            while not done.is_set():
                started = time.perf_counter()
                fetched(self.port, short)
                waits.append(1000 * (time.perf_counter() - started))
                time.sleep(0.02)

        with ThreadPoolExecutor(self.connections + 1) as pool:
            other = pool.submit(meanwhile)
            found = sorted(pool.map(ask, bodies))
            done.set()
            other.result()
        work = spent(self.server.pid) - before
        return f"{found[0]:.1f} | {found[-1]:.1f} | {work:.1f} | {np.percentile(waits, 95):,.0f}"


def rows_and_pages(asked: Asked, names: list[str], reports: list[str]) -> None:
    """Two tables of short reports: their rows as JSON, and their pages."""
    for title, address in (("rows as JSON", rows_of), ("page", screen_of)):
        print(HEAD.format(title) + "\n|---" + "|--:" * 6 + "|")
        for report in reports:
            paths = [address(asked_of(report, name, names), report) for name in names]
            print(asked.loaded(report, paths), flush=True)
        print()
    explained = [f"/v1/explain?url=https://www.{name}/&limit={ROWS}" for name in names[2:]]
    homes = [path for path in explained if is_there(asked.port, path)]
    if homes:
        print(asked.loaded("explain (ledger of a home page)", homes), flush=True)


def long_ones(asked: Asked, names: list[str], page: str, reports: list[str]) -> None:
    """First answers about the largest domain, or a page, to all at once, and then again."""
    print(f"| asked by {asked.connections} at once | first answer, s | last answer, s |"
          " server's processor s | a short question meanwhile, 95th percentile ms |"
          " again: 95th percentile ms | again: processor ms |")  # fmt: skip
    print("|---" + "|--:" * 6 + "|")
    short = rows_of({"scope": names[len(names) // 2]}, "backlinks")
    for report in reports:
        scope = page if report in OF_PAGES else names[-1]
        path, bodies = rows_of({"scope": scope}, report), [None] * asked.connections
        if report == "whatif":
            path, bodies = "/v1/reports/whatif", edits(scope, names, asked.connections)
        cells = asked.first(path, bodies, short)
        again = asked.loaded(report, [path], bodies[0]).split(" | ")
        print(f"| {report} | {cells} | {again[3]} | {again[4]} |", flush=True)


def edits(page: str, names: list[str], n: int) -> list[bytes | None]:
    """A what-if for each user, all different: a link to the page from some home page."""
    return [
        json.dumps({"scope": names[-1], "limit": ROWS,
                    "edits": f"add https://www.{names[-2]}/ -> {page} anchor='word{number}'"}
                   ).encode()
        for number in range(n)
    ]  # fmt: skip


def is_there(port: int, path: str) -> bool:
    """Whether there is an answer at an address."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    connection.request("GET", path)
    return connection.getresponse().status == 200


def fetched(port: int, path: str, body: bytes | None = None) -> tuple[int, int]:
    """Read an answer whole; gives its lines and bytes."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    kind = {"Content-Type": "application/json"} if body else {}
    connection.request("POST" if body else "GET", path, body, kind)
    answer = connection.getresponse()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status} {answer.read(500)!r}")
    lines = size = 0
    while part := answer.read(1 << 20):
        lines, size = lines + part.count(b"\n"), size + len(part)
    return lines, size


def exported(server: subprocess.Popen[bytes], port: int, name: str) -> str:
    """Rows a second of all backlinks of the largest domain."""
    lines = ["| export | rows | rows/s | rows per second of the server's processor |",
             "|---|--:|--:|--:|"]  # fmt: skip
    for form, label, select in (("csv", "columns shown", None), ("ndjson", "columns shown", None),
                                ("csv", "thirty columns", MANY)):  # fmt: skip
        asked = {"scope": name, "limit": "all", "format": form, "grouping": "all"}
        asked |= {} if select is None else {"select": select}
        path = f"/v1/reports/backlinks?{urllib.parse.urlencode(asked)}"
        before, started = spent(server.pid), time.perf_counter()
        n = fetched(port, path)[0] - (form == "csv")
        seconds, work = time.perf_counter() - started, spent(server.pid) - before
        lines.append(f"| {form}, {label} | {n:,} | {n / seconds:,.0f} | {n / work:,.0f} |")
    return "\n".join(lines)


def written(store: Path, name: str) -> str:
    """The same by the command, start of the program included."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        words = [
            "backlinks",
            name,
            "--store",
            str(store),
            "--grouping",
            "all",
            "--output",
            str(path),
        ]
        before, started = os.times(), time.perf_counter()
        subprocess.run([sys.executable, "-m", "linkshed", *words], check=True)
        seconds, after = time.perf_counter() - started, os.times()
        with path.open("rb") as file:
            n = sum(1 for _ in file) - 1
    work = after.children_user + after.children_system
    work -= before.children_user + before.children_system
    return (f"The command wrote {n:,} rows as CSV in {seconds:.1f} s, {n / seconds:,.0f} rows/s"
            f" ({n / work:,.0f} per second of the processor), its start included")  # fmt: skip


def spent(pid: int) -> float:
    """Processor seconds a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory(pid: int) -> str:
    """What a process holds of its own, and with the pages of files that it maps."""
    kilobytes = dict(
        re.findall(r"^(\w+):\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.M)
    )
    own, whole, peak = (int(kilobytes[name]) / 1000 for name in ("RssAnon", "VmRSS", "VmHWM"))
    told = f"Server memory: {own:,.0f} MB of its own, {whole:,.0f} MB with mapped files"
    return f"{told} (peak {peak:,.0f})"


if __name__ == "__main__":
    main()
