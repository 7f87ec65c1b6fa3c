"""CPU seconds of every audit report on one large site.

    python benchmarks/bench_audit.py FOLDER [--pages 80000] [--links 50]

The folder keeps the store: the first run makes it, every run asks each report twice.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np

import weblike
from linkshed.api import Linkshed
from linkshed.api import open as open_store
from linkshed.report.answers.audits import AUDITS
from linkshed.schema import AnchorKind, Placement
from linkshed.score.run import score
from linkshed.snapshot.build import build
from linkshed.snapshot.store import Store

N_NAV, N_FOOTER = 10, 4
OTHERS = [1_000] * 20


def links_of(web: weblike.Web, domain: int, page: int, random: Any) -> Iterator[tuple[Any, ...]]:
    """Menu, text and footer of a page; some anchors are empty or generic, some links nofollow."""
    source, size = web.url(domain, page), int(web.sizes[domain])
    n_inner = LINKS - N_NAV - N_FOOTER
    draws = random.random((n_inner, 3)).tolist()
    for i in range(N_NAV):
        yield (source, web.url(domain, i), Placement.NAV, 0, f"Section {i}", 0, i, 0.0, N_NAV, None,
               None, f"#menu>li:{i + 1}>a")  # fmt: skip
    for i, (where, word, luck) in enumerate(draws):
        near = int(page + (where - 0.5) * 400) % size
        kind = AnchorKind.DESCRIPTIVE
        words = weblike._ANCHORS[int(word * len(weblike._ANCHORS))]
        if luck > 0.95:
            words, kind = ("", AnchorKind.EMPTY) if luck > 0.98 else ("more", AnchorKind.GENERIC)
        yield (source, web.url(domain, near), Placement.CONTENT, int(luck < 0.02), words, int(kind),
               N_NAV + i, round(i / n_inner, 4), 1, None, None, f"main>p:{i + 1}>a")  # fmt: skip
    for i in range(N_FOOTER):
        other = (domain + 1 + i) % len(web.sizes)
        yield (source, web.url(other, 0), Placement.FOOTER, 0, f"Friend {i}", 0, LINKS - i, 1.0,
               N_FOOTER, None, None, f"footer>a:{i + 1}")  # fmt: skip


def main() -> None:
    """Make the store unless it is there, and ask."""
    global LINKS
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=80_000)
    parser.add_argument("--links", type=int, default=50)
    options = parser.parse_args()
    LINKS = options.links
    web = weblike.Web(np.array([options.pages, *OTHERS]), 7)
    if not (options.folder / "store").is_dir():
        make(web, options.folder)
    opened = open_store(options.folder / "store")
    print(f"{opened.manifest.counts['pages']:,} pages, {opened.manifest.counts['links']:,} links")
    scope = web.host(0).removeprefix("www.")
    for name in ("hubs", "depth", *AUDITS, "audit", *AUDITS, "audit"):
        ask(opened, name, scope)


def make(web: weblike.Web, folder: Path) -> None:
    """Write, build and score."""
    weblike._links, weblike.web_of = links_of, lambda n_links: web
    store = Store.create(folder / "store")
    marker = folder / "audit.txt"
    marker.write_text("one large site")
    weblike.fill(store, int(web.sizes.sum()) * LINKS, marker)
    score(store, build(store))


def ask(opened: Linkshed, name: str, scope: str) -> None:
    """One report, made afresh, and the first hundred of its rows."""
    opened._snapshot.recent._things.clear()
    began, wall = process_time(), perf_counter()
    found = opened.report(name, scope, limit=100)
    found.to_arrow()
    seconds, wall = process_time() - began, perf_counter() - wall
    print(f"{name:<14}{found.total:>9,} rows{seconds:>8.2f} s CPU{wall:>8.2f} s")


LINKS = 50

if __name__ == "__main__":
    main()
