"""What-if answers beside solving again, in one run, on a scored snapshot.

Edits are drawn at random: a link added between any two pages, or a link of any page removed,
nofollowed or moved to the footer; and, in rows of their own, pages deleted, redirected or set to
noindex; and both together. Timed is the way from the text of the edits to the equity of every page
that moves, by the clock and in processor time; then what domains do. Without a tolerance
(``default``) an answer is as fine as the ten pages that move most need. All kinds and tolerances
take turns. Solving again is the solver alone, from folded links in memory, to an L1 residual of
1e-9; scoring again also says what every link carries. The true error is the largest share by which
a page's equity differs from a solution of the changed graph to 1e-13, beside the bound that the
answer gives.

    python benchmarks/bench_whatif.py --store DIR
"""

from __future__ import annotations

import argparse
import os
import statistics
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter, process_time
from typing import Any

import numpy as np
import scipy.sparse as sp

from linkshed.errors import LinkshedError
from linkshed.graph.csr import InLinks
from linkshed.graph.walk import solve
from linkshed.score import equity
from linkshed.simulate.domainif import domains_if
from linkshed.simulate.edits import parse_edits
from linkshed.simulate.plan import plan
from linkshed.simulate.rows import changes_of
from linkshed.simulate.web import Web
from linkshed.simulate.whatif import Outcome, what_if
from linkshed.snapshot.store import Store

TOLERANCES = (None, 1e-3, 1e-4, 1e-5, 1e-6)
LINK_VERBS = ("add", "remove", "nofollow", "move")
WARMING = 20  # scripts of each kind
F32 = 1e-7  # weights are stored in f32
PAGE_VERBS = ("delete", "redirect", "noindex")


class Drawn:
    """Random edits of a web that can be made."""

    def __init__(self, web: Web, seed: int) -> None:
        self.web, self.rng = web, np.random.default_rng(seed)
        offsets = web.snapshot.array("out_offsets", "out_offset")
        self.linking = np.flatnonzero(np.diff(offsets) > 0)

    def script(self, n: int, draw: Callable[[], str]) -> str:
        """``n`` edits that do not contradict each other."""
        while True:
            text = "\n".join(draw() for _ in range(n))
            try:
                plan(self.web, parse_edits(text))
            except LinkshedError:
                continue
            return text

    def link_edit(self) -> str:
        verb, source = self.rng.choice(LINK_VERBS), int(self.rng.choice(self.linking))
        target = int(self.rng.integers(self.web.n_pages))
        if verb != "add":
            rows = self.web.rows_from(np.array([source]))
            target = int(self.web.column("target", rows)[self.rng.integers(len(rows))])
        one, other = self.web.snapshot.urls(np.array([source, target]))
        return f"{verb} {one} -> {other}" + " placement=footer" * (verb == "move")

    def page_edit(self) -> str:
        verb, pages = self.rng.choice(PAGE_VERBS), self.rng.choice(self.linking, 2)
        one, other = self.web.snapshot.urls(pages)
        return f"{verb} {one}" + f" -> {other}" * (verb == "redirect")

    def any_edit(self) -> str:
        is_of_link = self.rng.random() < len(LINK_VERBS) / len(LINK_VERBS + PAGE_VERBS)
        return self.link_edit() if is_of_link else self.page_edit()


@dataclass
class Row:
    """What scripts of one kind took at one tolerance."""

    kind: str
    tolerance: float | None
    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    domains: list[float] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)
    bounds: list[float] = field(default_factory=list)

    def measure(self, web: Web, text: str) -> None:
        started, used = perf_counter(), process_time()
        found = what_if(web, parse_edits(text), self.tolerance)
        self.processor.append(process_time() - used)
        self.clock.append(perf_counter() - started)
        self.pages.append(len(found.pages))
        self.bounds.append(found.relative_error)
        made = plan(web, parse_edits(text))
        pages, used = changes_of(web, made).after.pages, process_time()
        domains_if(web, made, pages, self.tolerance)
        self.domains.append(process_time() - used)

    def line(self, again: tuple[float, float]) -> str:
        clock, processor, domains = (
            1e3 * statistics.median(s) for s in (self.clock, self.processor, self.domains)
        )
        slow = 1e3 * statistics.quantiles(self.clock, n=10)[-1]
        return (
            f"| {self.kind} | {told(self.tolerance)} | {clock:.1f} | {slow:.1f} | {processor:.1f} "
            f"| {domains:.1f} | {statistics.median(self.pages):,.0f} "
            f"| {statistics.median(self.bounds):.0e} | {1e3 * again[0] / clock:,.0f} "
            f"| {1e3 * again[1] / processor:,.0f} |"
        )


def told(tolerance: float | None) -> str:
    return "default" if tolerance is None else f"{tolerance:.0e}"


def measured(web: Web, drawn: dict[str, Callable[[], str]], n: int) -> list[Row]:
    """``n`` scripts of each kind at each tolerance, in turns. No script is asked twice, as what it
    looks at would be at hand; WARMING others of each kind, not counted, are asked first.
    """
    rows = {kind: [Row(kind, each) for each in TOLERANCES] for kind in drawn}
    for kind, draw in drawn.items():
        for _ in range(WARMING):
            Row(kind, None).measure(web, draw())
    for _ in range(n):
        for kind, draw in drawn.items():
            for row in rows[kind]:
                row.measure(web, draw())
    return [row for of_kind in rows.values() for row in of_kind]


def solving_again(web: Web, threads: int, repeats: int) -> tuple[float, float]:
    """Seconds by the clock and of the processor, of all threads together."""
    links = InLinks(*(np.array(part) for part in vars(web.in_links).values()))
    base = (1 - web.damping) * web.nodes.base
    clock, processor = [], []
    for _ in range(repeats):
        started, used = perf_counter(), process_time()
        solve(links, base, web.scale, damping=web.damping, tolerance=1e-9, threads=threads)
        processor.append(process_time() - used)
        clock.append(perf_counter() - started)
    return statistics.median(clock), statistics.median(processor)


def scoring_again(web: Web, threads: int) -> float:
    started = perf_counter()
    equity.compute(web.snapshot, {"profile": web.profile.name, "threads": threads})
    return perf_counter() - started


def true_equity(web: Web, text: str) -> Any:
    """Equity of all pages from the changed graph, solved whole."""
    made = plan(web, parse_edits(text))
    patch = changes_of(web, made).after
    target = np.repeat(np.arange(web.n_pages), np.diff(web.in_links.offsets))
    keep = ~np.isin(web.in_links.sources, patch.pages)
    source = np.append(web.in_links.sources[keep], patch.pages[patch.rows()])
    target = np.append(target[keep], patch.targets)
    scale = web.scale.copy()
    scale[patch.pages] = 1.0
    amounts = np.append(web.in_links.amounts[keep].astype(np.float64), patch.shares)
    shape = (web.n_pages, web.n_pages)
    csr = sp.coo_array((amounts, (target.astype(np.int32), source.astype(np.int32))), shape).tocsr()
    links = InLinks(csr.indptr.astype(np.int64), csr.indices.astype(np.uint32), csr.data)
    base = (1 - web.damping) * made.nodes.base[np.arange(web.n_pages)]
    for target, amount in made.inflow:
        base[target] += amount
    return solve(links, base, scale, damping=web.damping, tolerance=1e-13).values


def worst_share(web: Web, found: Outcome, truth: Any) -> float:
    """The largest |answer - truth| / truth over all pages."""
    answer = web.equity.copy()
    answer[found.pages] = np.nan_to_num(found.after)
    held = found.nodes.is_node[np.arange(web.n_pages)] & (truth > 0)
    return float((np.abs(answer - truth)[held] / truth[held]).max())


def check(web: Web, kind: str, scripts: list[str]) -> list[str]:
    lines = []
    truths = [true_equity(web, text) for text in scripts]
    for tolerance in TOLERANCES:
        found = [what_if(web, parse_edits(text), tolerance) for text in scripts]
        errors = [worst_share(web, *pair) for pair in zip(found, truths, strict=True)]
        bounds = [outcome.relative_error for outcome in found]
        assert all(e <= b + F32 for e, b in zip(errors, bounds, strict=True)), (errors, bounds)
        for outcome, truth in zip(found, truths, strict=True):
            off = np.abs(np.nan_to_num(outcome.after) - truth[outcome.pages])
            held = outcome.nodes.is_node[outcome.pages]
            assert (off <= outcome.error + F32 * truth[outcome.pages])[held].all()
        lines.append(f"| {kind} | {told(tolerance)} | {max(errors):.1e} | {max(bounds):.1e} |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", required=True, help="with a scored snapshot")
    parser.add_argument("--scripts", type=int, default=41, help="of each kind")
    parser.add_argument("--threads", type=int, default=2, help="for solving again")
    options = parser.parse_args()
    web = Web(Store.open(options.store).snapshot())
    drawn, n = Drawn(web, seed=1), options.scripts
    scripts: dict[str, Callable[[], str]] = {
        "one edit of a link": lambda: drawn.script(1, drawn.link_edit),
        "ten edits of links": lambda: drawn.script(10, drawn.link_edit),
        "one edit of a page": lambda: drawn.script(1, drawn.page_edit),
        "ten edits of pages": lambda: drawn.script(10, drawn.page_edit),
        "ten edits of both": lambda: drawn.script(10, drawn.any_edit),
    }
    again, scored = solving_again(web, options.threads, 5), scoring_again(web, options.threads)
    load = os.getloadavg()[0]
    rows = measured(web, scripts, n)
    print(f"{web.snapshot.n_links:,} links, {web.n_pages:,} pages; {n} scripts of each kind; "
          f"load {load:.1f} before, {os.getloadavg()[0]:.1f} after. "
          f"Solving again: {again[0]:.2f} s, {again[1]:.2f} s of the processor; "
          f"scoring equity again: {scored:.1f} s.\n")  # fmt: skip
    print("| script | tolerance | median ms | 90th percentile ms | processor ms | domains too, ms "
          "| pages moved, median | bound given, median | faster than solving | in processor time |"
          "\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")  # fmt: skip
    print("\n".join(row.line(again) for row in rows))
    print("\n| script | tolerance | largest true error | largest bound given |\n|---|--:|--:|--:|")
    for kind, draw in scripts.items():
        print("\n".join(check(web, kind, [draw() for _ in range(3)])))


if __name__ == "__main__":
    main()
