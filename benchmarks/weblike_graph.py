"""A synthetic graph with the habits of the web, in key order.

Sites have power-law sizes and stand in random order, each a contiguous run of pages: home page
first, then sections, each a run of its own. A page links to its home page, to the site's section
pages (the template), to its section, to neighbours in key order, to a random page of its site, and
outside, mostly to home pages of sites chosen by a power law. A share of pages has no links at all
(never read, or a document). Parallel links are merged; weights imitate placements.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

Part = tuple[I64, I64, float]

DRAWN = 1.11  # links drawn for one that is left when parallel links are merged
TEMPLATE_WEIGHT = 0.05
NAV_WEIGHT = 0.15
NEXT_WEIGHT = 0.35


@dataclass(frozen=True)
class WebGraph:
    """In-link CSR: ``sources[offsets[j]:offsets[j + 1]]`` link to page j with these weights."""

    offsets: I64
    sources: NDArray[np.uint32]
    weights: NDArray[np.float32]
    external_share: float

    @property
    def n_pages(self) -> int:
        return len(self.offsets) - 1

    @property
    def n_links(self) -> int:
        return len(self.sources)

    def out_weight(self) -> F64:
        """Sum of the weights of each page's links."""
        return np.bincount(self.sources, weights=self.weights, minlength=self.n_pages)


@dataclass(frozen=True)
class Sites:
    """Runs of pages; ``by_fame`` numbers the sites from the most linked down."""

    first: I64
    size: I64
    of_page: I64
    n_sections: I64
    by_fame: I64

    def section_page(self, site: I64, number: I64) -> I64:
        step = np.maximum(self.size[site] // (self.n_sections[site] + 1), 1)
        return self.first[site] + np.minimum(number * step, self.size[site] - 1)


def weblike(
    n_pages: int,
    n_links: int,
    *,
    external: float = 0.12,
    dangling: float = 0.12,
    seed: int = 1,
) -> WebGraph:
    """A graph of ``n_pages`` and about ``n_links`` distinct weighted links.

    ``external`` is the share of links that leave their site, ``dangling`` the share of pages
    without links.
    """
    rng = np.random.default_rng(seed)
    sites = some_sites(rng, n_pages)
    linking = np.flatnonzero(rng.random(n_pages) >= dangling)
    per_page = DRAWN * n_links / len(linking)
    parts = inner_links(rng, sites, linking, per_page, external)
    parts.append(outer_links(rng, sites, linking, external * per_page))
    target, source, weight = merged(parts, 0)
    offsets = np.searchsorted(target, np.arange(n_pages + 1))
    outside = float((sites.of_page[source] != sites.of_page[target]).mean())
    return WebGraph(offsets, source.astype(np.uint32), weight, outside)


def inner_links(
    rng: np.random.Generator, sites: Sites, pages: I64, per_page: float, external: float
) -> list[Part]:
    """Links of ``pages`` to pages of their own sites, out of ``per_page`` links each."""
    return [
        *_template(rng, sites, pages, 0.34 * per_page),
        _neighbours(rng, sites, pages, (0.50 - external) * per_page),
        _inside(rng, sites, pages, 0.16 * per_page),
    ]


def some_sites(rng: np.random.Generator, n_pages: int) -> Sites:
    cap = max(n_pages // 40, 10)
    size = np.minimum((3 + rng.pareto(0.9, n_pages) * 12).astype(np.int64), cap)
    last = int(np.searchsorted(np.cumsum(size), n_pages))
    size = size[: last + 1]
    size[-1] -= int(size.sum()) - n_pages
    size = size[size > 0]
    first = np.cumsum(size) - size
    n_sections = np.clip(np.sqrt(size).astype(np.int64), 1, 30)
    of_page = np.repeat(np.arange(len(size)), size)
    return Sites(first, size, of_page, n_sections, rng.permutation(len(size)))


def _repeat(rng: np.random.Generator, pages: I64, mean: float) -> I64:
    whole = np.full(len(pages), int(mean)) + (rng.random(len(pages)) < mean % 1)
    return np.repeat(pages, whole)


def _template(rng: np.random.Generator, sites: Sites, pages: I64, mean: float) -> tuple[Part, Part]:
    home = sites.first[sites.of_page[pages]]
    source = _repeat(rng, pages, max(mean - 1, 0))
    site = sites.of_page[source]
    turn = np.arange(len(source)) % np.maximum(sites.n_sections[site], 1)
    return (pages, home, TEMPLATE_WEIGHT), (source, sites.section_page(site, turn), NAV_WEIGHT)


def _neighbours(rng: np.random.Generator, sites: Sites, pages: I64, mean: float) -> Part:
    source = _repeat(rng, pages, mean)
    site = sites.of_page[source]
    step = rng.geometric(0.08, len(source)) * rng.choice((-1, 1), len(source))
    lo, hi = sites.first[site], sites.first[site] + sites.size[site] - 1
    return source, np.clip(source + step, lo, hi), NEXT_WEIGHT


def _inside(rng: np.random.Generator, sites: Sites, pages: I64, mean: float) -> Part:
    source = _repeat(rng, pages, mean)
    site = sites.of_page[source]
    place = (rng.random(len(source)) ** 2 * sites.size[site]).astype(np.int64)
    return source, sites.first[site] + place, 1.0


def outer_links(rng: np.random.Generator, sites: Sites, pages: I64, mean: float) -> Part:
    count = rng.poisson(rng.gamma(0.5, 2 * mean, len(pages)))
    source = np.repeat(pages, count)
    n_sites = len(sites.by_fame)
    fame = (n_sites ** rng.random(len(source))).astype(np.int64)
    site = sites.by_fame[np.minimum(fame, n_sites - 1)]
    deep = rng.random(len(source)) < 0.6
    place = (rng.random(len(source)) ** 3 * sites.size[site]).astype(np.int64)
    return source, sites.first[site] + np.where(deep, place, 0), 1.0


def merged(parts: list[Part], first: int) -> tuple[I64, I64, NDArray[np.float32]]:
    """Target, source and weight of distinct links to pages from ``first`` on, in that order.

    Of parallel links the first part's counts.
    """
    most = max(int(part[0].max(initial=0)) for part in parts) + 1
    keys = np.concatenate([(target - first) * most + source for source, target, _ in parts])
    classes = np.concatenate([np.full(len(p[0]), p[2], np.float32) for p in parts])
    keys, at = np.unique(keys, return_index=True)
    target, source = np.divmod(keys, most)
    target += first
    distinct = target != source
    target, source, weight = target[distinct], source[distinct], classes[at][distinct]
    weight *= (0.15 + 0.85 * np.exp(-((source * 7919 + target * 104729) % 1000) / 230)).astype("f4")
    return target, source, weight
