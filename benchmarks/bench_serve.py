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
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

import numpy as np

import linkshed
import weblike
from linkshed import api
from linkshed.snapshot.build import build
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import parse_scope
from load import Load, Loaded, serving

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
HEAD = "| {} | requests/s | median ms | 95th percentile ms | server's processor ms | KB | errors |"


def main() -> None:
    """Serve the store, ask it, print tables."""
    options = options_of(__doc__, seconds=2, port=8417)
    snapshot = scored(options.store)
    names = domains(snapshot)
    print(f"{snapshot.n_links:,} links; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
          f" before; {options.connections} connections; domains: {', '.join(names)}\n")  # fmt: skip
    with serving(options.store, options.port, options.connections, options.seconds) as load:
        rows_and_pages(load, names, [name for name in SHORT if name in options.only])
        print(f"\n{load.memory()} after these\n", flush=True)
        page = page_of(snapshot, names[-1])
        long_ones(load, names, page, [name for name in LONG if name in options.only])
        print(f"\n{load.memory()} after these\n", flush=True)
        print(exported(load, names[-1]), flush=True)
        print(f"\n{load.memory()} after the exports\n")
    print(written(options.store, names[-1]))
    if options.pair:
        of_pairs(options)
    print(f"\nload {os.getloadavg()[0]:.1f} at the end")


def options_of(about: str | None, seconds: int, port: int) -> argparse.Namespace:
    """What is asked of whom: also for other measurements of a server."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--store", type=Path, required=True, help="a store of bench_build")
    parser.add_argument("--connections", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=seconds)
    parser.add_argument("--only", nargs="+", default=list(REPORTS))
    parser.add_argument("--port", type=int, default=port)
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
    store = options.pair / "store"
    with serving(store, options.port, options.connections, options.seconds) as load:
        print(f"\nTwo snapshots of {snapshot.n_links:,} links:\n")
        long_ones(load, names, names[-1], [name for name in COMPARING if name in options.only])
        print(f"\n{load.memory()} after these")


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


def rows_and_pages(load: Load, names: list[str], reports: list[str]) -> None:
    """Two tables of short reports: their rows as JSON, and their pages."""
    for title, address in (("rows as JSON", rows_of), ("page", screen_of)):
        print(HEAD.format(title) + "\n|---" + "|--:" * 6 + "|")
        for report in reports:
            paths = [address(asked_of(report, name, names), report) for name in names]
            print(line(report, load.loaded(paths)), flush=True)
        print()
    explained = [f"/v1/explain?url=https://www.{name}/&limit={ROWS}" for name in names[2:]]
    homes = [path for path in explained if load.is_there(path)]
    if homes:
        print(line("explain (ledger of a home page)", load.loaded(homes)), flush=True)


def line(label: str, found: Loaded) -> str:
    """Figures under HEAD."""
    told = (f"{found.per_second:,.0f}", f"{found.median_ms:,.0f}", f"{found.high_ms:,.0f}",
            f"{found.processor_ms:.1f}", f"{found.n_bytes / 1000:,.0f}",
            str(found.n_errors))  # fmt: skip
    return f"| {label} | {' | '.join(told)} |"


def long_ones(load: Load, names: list[str], page: str, reports: list[str]) -> None:
    """First answers about the largest domain, or a page, to all at once, and then again."""
    print(f"| asked by {load.connections} at once | first answer, s | last answer, s |"
          " server's processor s | a short question meanwhile, 95th percentile ms |"
          " again: 95th percentile ms | again: processor ms |"
          " page: 95th percentile ms | page: processor ms | KB |")  # fmt: skip
    print("|---" + "|--:" * 9 + "|")
    short = rows_of({"scope": names[len(names) // 2]}, "backlinks")
    for report in reports:
        scope = page if report in OF_PAGES else names[-1]
        path, bodies = rows_of({"scope": scope}, report), [None] * load.connections
        if report == "whatif":
            path, bodies = "/v1/reports/whatif", edits(scope, names, load.connections)
        one, again = load.first(path, bodies, short), load.loaded([path], bodies[0])
        screen = load.loaded([screen_of(screened(report, scope, names), report)])
        print(f"| {report} | {one.first_s:.1f} | {one.last_s:.1f} | {one.processor_s:.1f} |"
              f" {one.meanwhile_ms:,.0f} | {again.high_ms:,.0f} | {again.processor_ms:.1f} |"
              f" {screen.high_ms:,.0f} | {screen.processor_ms:.1f} |"
              f" {screen.n_bytes / 1000:,.0f} |", flush=True)  # fmt: skip


def screened(report: str, scope: str, names: list[str]) -> dict[str, str]:
    """The parameters of the page of a long report about a scope, or a page."""
    if report != "whatif":
        return {"scope": scope}
    return {"scope": names[-1], "edits": edit(scope, names, 0)}


def edits(page: str, names: list[str], n: int) -> list[bytes | None]:
    """A what-if for each user, all different: a link to the page from some home page."""
    return [
        json.dumps({"scope": names[-1], "limit": ROWS, "edits": edit(page, names, number)}).encode()
        for number in range(n)
    ]


def edit(page: str, names: list[str], number: int) -> str:
    """A link to a page from a home page, of other words for each number."""
    return f"add https://www.{names[-2]}/ -> {page} anchor='word{number}'"


def exported(load: Load, name: str) -> str:
    """Rows a second of all backlinks of the largest domain."""
    lines = ["| export | rows | rows/s | rows per second of the server's processor |",
             "|---|--:|--:|--:|"]  # fmt: skip
    for form, label, select in (("csv", "columns shown", None), ("ndjson", "columns shown", None),
                                ("csv", "thirty columns", MANY)):  # fmt: skip
        asked = {"scope": name, "limit": "all", "format": form, "grouping": "all"}
        asked |= {} if select is None else {"select": select}
        path = f"/v1/reports/backlinks?{urllib.parse.urlencode(asked)}"
        found = load.read(path)
        n = found.n_lines - (form == "csv")
        lines.append(f"| {form}, {label} | {n:,} | {n / found.seconds:,.0f} |"
                     f" {n / max(found.processor_s, 0.01):,.0f} |")  # fmt: skip
    return "\n".join(lines)


def written(store: Path, name: str) -> str:
    """The same by the command, start of the program included."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        words = ["backlinks", name, "--store", str(store), "--grouping", "all"]
        words += ["--output", str(path)]
        before, started = os.times(), time.perf_counter()
        subprocess.run([sys.executable, "-m", "linkshed", *words], check=True)
        seconds, after = time.perf_counter() - started, os.times()
        with path.open("rb") as file:
            n = sum(1 for _ in file) - 1
    work = after.children_user + after.children_system
    work -= before.children_user + before.children_system
    return (f"The command wrote {n:,} rows as CSV in {seconds:.1f} s, {n / seconds:,.0f} rows/s"
            f" ({n / work:,.0f} per second of the processor), its start included")  # fmt: skip


if __name__ == "__main__":
    main()
