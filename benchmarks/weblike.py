"""A web-like set of link rows, handed in through the real intake: for build and report benchmarks.

Domains of power-law size; every page links to its home page, to section pages (template blocks), to
pages of its own site near to it, and now and then to another domain, popular ones most often.
Deterministic for a seed.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from linkshed.schema import (
    DEAD_END_ROW,
    KNOWN_ROW,
    LINK_ROW,
    PAGE_ROW,
    REJECT_ROW,
    Indexability,
    Placement,
)
from linkshed.snapshot.intake import Intake
from linkshed.snapshot.store import Store

SEEN_AT = 1_760_000_000
SECONDS_BETWEEN = 30 * 86_400
CHANGED_EACH = 10
PAGES_PER_CHUNK = 4_000
LINKS_PER_PAGE = 15
PAGES_PER_DOMAIN = 40
_TLDS = ("com", "org", "net", "de", "co.uk", "fr", "io", "jp")
_WORDS = (
    "tea oolong kettle harvest guide review market history spring leaf garden water letters best"
    " report archive travel method studio notes season paper river stone bridge music kitchen light"
).split()
_ANCHORS = [" ".join(words) for words in itertools.permutations(_WORDS, 2)]
_NAV = ["Home", "About", "Products", "Blog", "Contact", "Help"]


@dataclass(frozen=True)
class Web:
    """Sizes of all domains; domain 0 is the largest. At a later ``look`` some pages have other
    links.
    """

    sizes: np.ndarray[Any, Any]
    seed: int
    look: int = 0

    @property
    def seen_at(self) -> int:
        """When the pages were read, in seconds since 1970."""
        return SEEN_AT + self.look * SECONDS_BETWEEN

    def draws(self, lo: int) -> np.random.Generator:
        """What chance gives the chunk of pages from ``lo`` on."""
        is_changed = self.look and lo // PAGES_PER_CHUNK % CHANGED_EACH == 0
        return np.random.default_rng([self.seed, lo, self.look] if is_changed else [self.seed, lo])

    def host(self, domain: int) -> str:
        """The host name of a domain."""
        return f"www.{_WORDS[domain % len(_WORDS)]}{domain}.{_TLDS[domain % 8]}"

    def url(self, domain: int, page: int) -> str:
        """The URL of a page of a domain; page 0 is its home page."""
        if page == 0:
            return f"https://{self.host(domain)}/"
        section, name = _WORDS[page % len(_WORDS)], _WORDS[page % 13]
        return f"https://{self.host(domain)}/{section}/{name}-{page}.html"


def web_of(n_links: int, seed: int = 7) -> Web:
    """A web with about that many links."""
    n_pages = n_links // LINKS_PER_PAGE
    shares = np.arange(1, n_pages // PAGES_PER_DOMAIN + 2) ** -0.8
    sizes = np.maximum(shares * (n_pages / shares.sum()), 1).astype(np.int64)
    return Web(sizes, seed)


def fill(store: Store, n_links: int, marker: Path, workers: int = 2, look: int = 0) -> Intake:
    """Write about ``n_links`` link rows into the store; ``marker`` is the input file to name."""
    web = replace(web_of(n_links), look=look)
    intake = Intake.start(store, "links", [marker], {"n_links": n_links})
    if not intake.is_finished:
        starts = range(0, int(web.sizes.sum()), PAGES_PER_CHUNK)
        jobs = ((web, intake, number, lo) for number, lo in enumerate(starts))
        with ProcessPoolExecutor(workers) as pool:
            for _ in pool.map(_write, jobs):
                pass
        intake.finish()
    return intake


def _write(job: tuple[Web, Intake, int, int]) -> None:
    web, intake, number, lo = job
    if not intake.is_done(0, number):
        intake.write(0, number, _rows(web, lo))


def _rows(web: Web, lo: int) -> SimpleNamespace:
    ends = np.cumsum(web.sizes)
    numbers = np.arange(lo, min(lo + PAGES_PER_CHUNK, int(ends[-1])))
    domains = np.searchsorted(ends, numbers, side="right")
    pages = numbers - (ends - web.sizes)[domains]
    random = web.draws(lo)
    links = [
        link
        for domain, page in zip(domains.tolist(), pages.tolist(), strict=True)
        for link in _links(web, domain, page, random)
    ]
    names = [column.name for column in LINK_ROW]
    columns: dict[str, list[Any]] = {name: [None] * len(links) for name in names}
    for name, cells in zip(_MADE, zip(*links, strict=True), strict=True):
        columns[name] = list(cells)
    for name, value in (("kind", 0), ("first_seen", web.seen_at), ("last_seen", web.seen_at),
                        ("last_verified", web.seen_at)):  # fmt: skip
        columns[name] = [value] * len(links)
    urls = [web.url(d, p) for d, p in zip(domains.tolist(), pages.tolist(), strict=True)]
    return SimpleNamespace(
        pages=_pages(urls, web.seen_at),
        links=columns,
        known={column.name: [] for column in KNOWN_ROW},
        dead_ends={column.name: [] for column in DEAD_END_ROW},
        rejects={column.name: [] for column in REJECT_ROW},
        n_records=len(urls),
        n_links=len(links),
        refused_records=Counter(),
        refused_links=Counter(),
    )


_MADE = ("source_url", "target_url", "placement", "rel", "anchor", "anchor_kind", "ordinal",
         "position", "n_block", "context_left", "context_right", "path")  # fmt: skip


def _links(web: Web, domain: int, page: int, random: Any) -> Iterator[tuple[Any, ...]]:
    source, size = web.url(domain, page), int(web.sizes[domain])
    draws = random.random(24).tolist()
    n_nav = min(5, size)
    for i in range(n_nav):
        yield (source, web.url(domain, i), Placement.NAV, 0, _NAV[i], 0, i, 0.0, n_nav, None, None,
               f"#menu>li:{i + 1}>a")  # fmt: skip
    n_inner = LINKS_PER_PAGE - n_nav - 2
    for i in range(n_inner):
        near = int(page + (draws[i] - 0.5) * min(size, 200)) % size
        left, words, right = (_ANCHORS[int(draws[i + k] * len(_ANCHORS))] for k in (1, 0, 2))
        yield (source, web.url(domain, near), Placement.CONTENT, 0, words, 0, n_nav + i,
               round((i + draws[i]) / 14, 4), 1, f"find more in {left}", f"on {right}",
               f"main>p:{i + 1}>a")  # fmt: skip
    for i in (0, 1):
        other = int(len(web.sizes) * draws[20 + i] ** 4)
        deep = int(int(web.sizes[other]) * draws[22 + i] ** 6)
        yield (source, web.url(other, deep), (Placement.CONTENT, Placement.FOOTER)[i],
               int(draws[10 + i] > 0.85), _ANCHORS[(other + deep) % len(_ANCHORS)], 0, 13 + i,
               (0.5, 1.0)[i], 1, "as described by", None, "main>p:3>a")  # fmt: skip


def _pages(urls: list[str], seen_at: int) -> dict[str, list[Any]]:
    n = len(urls)
    given: dict[str, list[Any]] = {
        "url": urls,
        "fetched_at": [seen_at] * n,
        "status": [200] * n,
        "content_type": ["text/html"] * n,
        "title": [f"Page {url[-24:]}" for url in urls],
        "is_noindex": [False] * n,
        "is_nofollow": [False] * n,
        "indexability": [Indexability.INDEXABLE] * n,
        "canonical_issue": [0] * n,
        "is_revisit": [False] * n,
    }
    return {column.name: given.get(column.name, [None] * n) for column in PAGE_ROW}
