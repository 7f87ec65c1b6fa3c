"""First pages, an export and the memory of ``linkshed serve``, asked by wrk over loopback.

Each report is asked about a mix of domains, from few links to the most, by many connections at
once. The processor time is the server's own; what it waits for is in the latency.

python benchmarks/bench_serve.py --store /tmp/bench-store   # a store of bench_build.py
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

import linkshed
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot

ROWS = 100
SHARES = (0.1, 0.3, 0.5, 0.7, 0.9, 0.99)
REPORTS = (
    "overview", "backlinks", "refdomains", "anchors", "pages", "linkeddomains",
    "internal", "outgoing", "linkedanchors", "competitors", "intersect", "compare", "batch",
)  # fmt: skip
MANY = (
    "source_url,source_title,source_rating,source_domain,source_domain_rating,source_status,"
    "source_language,source_author,n_external_links,n_internal_links,target_url,target_title,"
    "target_rating,target_domain,target_domain_rating,anchor,alt,context_left,context_right,kind,"
    "anchor_kind,placement,is_followed,is_nofollow,is_ugc,position,weight,equity,first_seen,"
    "last_seen"
)
TICKS = os.sysconf("SC_CLK_TCK")
SCRIPT = """
local paths, n = {%s}, 0
request = function() n = n + 1; return wrk.format("GET", paths[n %% #paths + 1]) end
done = function(summary, latency)
  io.write(string.format("FIGURES %%d %%d %%d %%d\\n", summary.requests, summary.errors.status
    + summary.errors.timeout + summary.errors.read, latency:percentile(50), latency:percentile(95)))
end
"""


def main() -> None:
    """Serve the store, ask it, print tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, required=True, help="a scored store of bench_build")
    parser.add_argument("--connections", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--reports", nargs="+", default=REPORTS)
    parser.add_argument("--port", type=int, default=8417)
    options = parser.parse_args()
    snapshot = Store.open(options.store).snapshot()
    if not snapshot.has("links", "equity"):
        linkshed.score(options.store)
        snapshot = Store.open(options.store).snapshot()
    names = domains(snapshot)
    print(f"{snapshot.n_links:,} links; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
          f" before; {options.connections} connections; domains: {', '.join(names)}\n")  # fmt: skip
    with serving(options.store, options.port) as server:
        print("| report | requests/s | median ms | 95th percentile ms | server's processor ms |"
              " errors |\n|---|--:|--:|--:|--:|--:|")  # fmt: skip
        for report in options.reports:
            print(loaded(server, options, report, names), flush=True)
        print(f"\n{memory(server.pid)} after all reports\n")
        print(exported(server, options.port, names[-1]))
        print(f"\n{memory(server.pid)} after the export; load {os.getloadavg()[0]:.1f}")


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


def path_of(report: str, name: str, names: list[str]) -> str:
    """The address of the first page about a domain; rivals are three others of the mix."""
    others = ",".join(other for other in names[::-2] if other != name)
    asked = {"scope": name, "limit": str(ROWS)}
    if report in ("intersect", "compare"):
        asked["rivals"] = others
    if report == "batch":
        asked["scope"] = f"{name},{others}"
    return f"/v1/reports/{report}?{urllib.parse.urlencode(asked)}"


def loaded(
    server: subprocess.Popen[bytes], options: argparse.Namespace, report: str, names: list[str]
) -> str:
    """A line of figures of one report; every address was asked once before."""
    paths = [path_of(report, name, names) for name in names]
    for path in paths:
        fetched(options.port, path)
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT % ", ".join(f'"{path}"' for path in paths))
        script.flush()
        before, started = spent(server.pid), time.perf_counter()
        told = subprocess.run(
            ["wrk", "-t2", f"-c{options.connections}", f"-d{options.seconds}s", "--timeout", "30s",
             "-s", script.name, f"http://127.0.0.1:{options.port}"],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        seconds, work = time.perf_counter() - started, spent(server.pid) - before
    n, errors, median, high = map(int, re.findall(r"FIGURES (.*)", told)[0].split())
    return (f"| {report} | {n / seconds:,.0f} | {median / 1000:,.0f} | {high / 1000:,.0f} |"
            f" {1000 * work / max(n, 1):.1f} | {errors} |")  # fmt: skip


def fetched(port: int, path: str) -> int:
    """Read an answer whole; gives its lines."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    connection.request("GET", path)
    answer = connection.getresponse()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status} {answer.read(500)!r}")
    lines = 0
    while part := answer.read(1 << 20):
        lines += part.count(b"\n")
    return lines


def exported(server: subprocess.Popen[bytes], port: int, name: str) -> str:
    """Rows a second of all backlinks of the largest domain."""
    lines = ["| export as CSV | rows | rows/s | rows per second of the server's processor |",
             "|---|--:|--:|--:|"]  # fmt: skip
    for label, select in (("shown columns", None), ("thirty columns", MANY)):
        asked = {"scope": name, "limit": "all", "format": "csv", "grouping": "all"}
        asked |= {} if select is None else {"select": select}
        path = f"/v1/reports/backlinks?{urllib.parse.urlencode(asked)}"
        before, started = spent(server.pid), time.perf_counter()
        n = fetched(port, path) - 1
        seconds, work = time.perf_counter() - started, spent(server.pid) - before
        lines.append(f"| {label} | {n:,} | {n / seconds:,.0f} | {n / work:,.0f} |")
    return "\n".join(lines)


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
