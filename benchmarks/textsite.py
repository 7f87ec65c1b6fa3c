"""One large site with texts, handed in through the real intake: for the benchmark of the optimiser.

Sections hold topics, topics hold pages. Every page carries the menu (the home page and the
sections), its breadcrumb and ten links in its text. Words are made of syllables; a topic has words
of its own. A page's title is three of eight words of its topic; texts of 60 to 200 words are
sentences of common and topic words in which titles of other pages occur. Deterministic for a seed.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
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
PAGES_PER_CHUNK = 4_000
SECTIONS, TOPICS, TOPIC_WORDS, TITLE_WORDS, COMMON_WORDS = 12, 12, 60, 8, 1_500
CONTENT_LINKS = 10
SAME_TOPIC = 0.7  # share of links and titles in a text that stay in its topic
_SYLLABLES = [
    a + b for a, b in itertools.product("bdfgklmnprstvz", ("a", "e", "i", "o", "u", "ar"))
]
_FUNCTION = ("the", "of", "and", "with", "for", "in")


@dataclass(frozen=True)
class Site:
    """A site of ``n`` pages: the home page, section pages, topic pages, then the others."""

    n: int
    seed: int = 3

    def topic(self, page: int) -> int:
        """The topic of a page."""
        return page % TOPICS

    def url(self, page: int) -> str:
        """Its address."""
        if page == 0:
            return "https://www.site.example/"
        if page <= SECTIONS:
            return f"https://www.site.example/section-{page}/"
        topic = self.topic(page)
        return f"https://www.site.example/section-{1 + topic % SECTIONS}/topic-{topic}/{page}.html"

    def title(self, page: int) -> str:
        """Three of the first words of its topic."""
        random = np.random.default_rng([self.seed, 1, page])
        return " ".join(_words()[self.topic(page)][k] for k in random.choice(TITLE_WORDS, 3, False))

    def other(self, page: int, random: Any) -> int:
        """A page to speak of: mostly of the same topic, low numbers more often."""
        number = int(self.n * random.random() ** 1.5)
        if random.random() > SAME_TOPIC:
            return number
        return min(number - number % TOPICS + self.topic(page), self.n - 1)


@lru_cache(maxsize=1)
def _words() -> list[list[str]]:
    """The words of each topic, and last those common to all."""
    random = np.random.default_rng(0)
    pool = ["".join(parts) for parts in itertools.product(_SYLLABLES, repeat=2)]
    pool += ["".join(random.choice(_SYLLABLES, 3)) for _ in range(3 * TOPICS * TOPIC_WORDS)]
    names = list(dict.fromkeys(pool))
    chosen = [names[k] for k in random.permutation(len(names))]
    topics = [chosen[k * TOPIC_WORDS : (k + 1) * TOPIC_WORDS] for k in range(TOPICS)]
    return [*topics, chosen[TOPICS * TOPIC_WORDS :][:COMMON_WORDS]]


def text(site: Site, page: int, random: Any) -> str:
    """60 to 200 words in sentences of about 14, each second one with the title of another page."""
    own, common = _words()[site.topic(page)], _words()[-1]
    size, said = int(random.integers(60, 201)), []
    while sum(len(sentence) for sentence in said) < size:
        draws = random.random(12).tolist()
        sentence = [
            own[int(3 * d * TOPIC_WORDS)] if 3 * d < 1 else common[int((d - 1 / 3) * COMMON_WORDS)]
            for d in draws
        ]
        sentence[4:4] = [_FUNCTION[len(said) % len(_FUNCTION)]]
        if len(said) % 2:
            sentence[8:8] = site.title(site.other(page, random)).split()
        said.append(sentence)
    return "\n".join(" ".join(sentence).capitalize() + "." for sentence in said)


def fill(store: Store, n_pages: int, marker: Path, workers: int = 2) -> Intake:
    """Write the site into the store; ``marker`` is the input file to name."""
    site = Site(n_pages)
    intake = Intake.start(store, "links", [marker], {"n_pages": n_pages})
    if not intake.is_finished:
        jobs = ((site, intake, number, lo) for number, lo in
                enumerate(range(0, n_pages, PAGES_PER_CHUNK)))  # fmt: skip
        with ProcessPoolExecutor(workers) as pool:
            for _ in pool.map(_write, jobs):
                pass
        intake.finish()
    return intake


def _write(job: tuple[Site, Intake, int, int]) -> None:
    site, intake, number, lo = job
    if not intake.is_done(0, number):
        intake.write(0, number, _rows(site, range(lo, min(lo + PAGES_PER_CHUNK, site.n))))


def _rows(site: Site, pages: range) -> SimpleNamespace:
    random = np.random.default_rng([site.seed, 0, pages.start])
    texts = [text(site, page, random) for page in pages]
    links = [link for page in pages for link in _links(site, page, random)]
    names = [column.name for column in LINK_ROW]
    columns: dict[str, list[Any]] = {name: [None] * len(links) for name in names}
    for name, cells in zip(_MADE, zip(*links, strict=True), strict=True):
        columns[name] = list(cells)
    same = {"kind": 0, "rel": 0, "anchor_kind": 0}
    same |= dict.fromkeys(("first_seen", "last_seen", "last_verified"), SEEN_AT)
    for name, value in same.items():
        columns[name] = [value] * len(links)
    return SimpleNamespace(
        pages=_pages(site, pages, texts),
        links=columns,
        known={column.name: [] for column in KNOWN_ROW},
        dead_ends={column.name: [] for column in DEAD_END_ROW},
        rejects={column.name: [] for column in REJECT_ROW},
        n_records=len(pages),
        n_links=len(links),
        refused_records=Counter(),
        refused_links=Counter(),
    )


_MADE = ("source_url", "target_url", "placement", "anchor", "ordinal", "position", "n_block")


def _links(site: Site, page: int, random: Any) -> Iterator[tuple[Any, ...]]:
    menu, topic = range(SECTIONS + 1), site.topic(page)
    up = (1 + topic % SECTIONS, SECTIONS + 1 + (topic - SECTIONS - 1) % TOPICS)
    ends = [(Placement.NAV, other, 0.0, len(menu)) for other in menu]
    ends += [(Placement.BREADCRUMB, other, 0.02, 2) for other in up]
    ends += [
        (Placement.CONTENT, site.other(page, random), round(0.1 + 0.08 * k, 3), 1)
        for k in range(CONTENT_LINKS)
    ]
    for ordinal, (placement, other, position, n_block) in enumerate(ends):
        yield (site.url(page), site.url(other), placement, site.title(other), ordinal, position,
               n_block)  # fmt: skip


def _pages(site: Site, pages: range, texts: list[str]) -> dict[str, list[Any]]:
    n = len(pages)
    given: dict[str, list[Any]] = {
        "url": [site.url(page) for page in pages],
        "fetched_at": [SEEN_AT] * n,
        "status": [200] * n,
        "content_type": ["text/html"] * n,
        "title": [site.title(page).capitalize() for page in pages],
        "language": ["en"] * n,
        "is_noindex": [False] * n,
        "is_nofollow": [False] * n,
        "indexability": [Indexability.INDEXABLE] * n,
        "canonical_issue": [0] * n,
        "is_revisit": [False] * n,
        "text": texts,
    }
    return {column.name: given.get(column.name, [None] * n) for column in PAGE_ROW}
