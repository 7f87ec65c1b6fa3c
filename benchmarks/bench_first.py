"""How long until the first row of every report's page is there, asked by many at once while nothing
of the answer is at hand, and by all of them again and again from then on.

Each page is asked for once about another domain, then by all users at once about the largest, in a
server that was just started. The equity under other profiles that the store keeps is taken away
before.

python benchmarks/bench_first.py --store /tmp/bench-store   # a store of bench_build.py
"""

from __future__ import annotations

import os
import shutil

import numpy as np

from bench_serve import (
    COMPARING,
    OF_PAGES,
    REPORTS,
    asked_of,
    domains,
    options_of,
    page_of,
    pair,
    scored,
    screen_of,
    screened,
)
from linkshed.snapshot.tables import Snapshot
from load import Load, Shown, serving

KEPT = "equity-*"  # under other profiles, solved by the first certainty


def main() -> None:
    """Serve the store, ask it, print a table."""
    options = options_of(__doc__, seconds=30, port=8418)
    names = [name for name in REPORTS if name in options.only]
    asked = [(scored(options.store), [name for name in names if name not in COMPARING])]
    if options.pair:
        asked.append((pair(options.pair), [name for name in names if name in COMPARING]))
    print(f"{options.connections} users; 95th percentiles\n")
    print("| page | nothing at hand: first row, ms | whole, s | in parts |"
          f" over {options.seconds} s: first row, ms | answers |")  # fmt: skip
    print("|---|--:|--:|---|--:|--:|")
    for snapshot, reports in asked:
        for path in (snapshot.store_path / "cache").glob(KEPT):
            shutil.rmtree(path)
        with serving(
            snapshot.store_path, options.port, options.connections, options.seconds
        ) as load:
            for report in reports:
                print(measured(load, snapshot, report), flush=True)
    print(f"\nload {os.getloadavg()[0]:.1f} at the end")


def measured(load: Load, snapshot: Snapshot, report: str) -> str:
    """A line of the table."""
    names = domains(snapshot)
    if report != "certainty":
        load.read(address(snapshot, report, names[-2], names))
    first, every = load.shown(address(snapshot, report, names[-1], names))
    row, whole, rows = (
        high(first, "first_row_s"),
        high(first, "whole_s"),
        high(every, "first_row_s"),
    )
    in_parts = "" if all(one.is_whole_at_once for one in first) else "yes"
    told = f"{row * 1000:,.0f} | {whole:.2f} | {in_parts} | {rows * 1000:,.0f} | {len(every):,}"
    return f"| {report} | {told} |"


def high(found: list[Shown], name: str) -> float:
    """The 95th percentile of some seconds."""
    return float(np.percentile([getattr(one, name) for one in found], 95))


def address(snapshot: Snapshot, report: str, name: str, names: list[str]) -> str:
    """The address of the page of a report about a domain, or a page of it."""
    if report in OF_PAGES:
        asked = screened(report, page_of(snapshot, name), names)
    else:
        asked = asked_of(report, name, names)
    return screen_of(asked, report)


if __name__ == "__main__":
    main()
