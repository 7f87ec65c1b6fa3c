"""Which domain links to which: each pair once, however many links stand for it.

A pair is one number, ``first << 32 | second``; the numbers rise, so that all partners of a domain
are neighbours. They are twins in the store's cache, made at the first question.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linkshed.snapshot import twins
from linkshed.snapshot.distinct import distinct_of
from linkshed.snapshot.kinds import is_clickable

if TYPE_CHECKING:
    from linkshed.snapshot.tables import Snapshot

U64 = NDArray[np.uint64]
CHUNK_LINKS = 2_000_000
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)


class SiteLinks:
    """The pairs of domains of which a page of one links to a page of the other, by a link that can
    be clicked, followed or not; a domain is no partner of itself.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.by_target = twins.numbers(self._base("target"), self._found)
        self.by_source = twins.numbers(self._base("source"), lambda: _swapped(self.by_target))

    def _base(self, end: str) -> Path:
        of = (self._snapshot.path_of("links", end), self._snapshot.path_of("domains", "domain"))
        links, domains = (path.stem for path in of)
        return self._snapshot.store_path / "cache" / f"{links}-{domains[:16]}-pairs-by-{end}"

    def sources(self, domain: int) -> NDArray[np.int64]:
        """The domains that link to a domain, rising."""
        ends = np.array([domain, domain + 1], np.uint64) << _HALF
        lo, hi = np.searchsorted(self.by_target, ends).tolist()
        return second(self.by_target[lo:hi])

    def of_sources(self, domains: NDArray[Any]) -> U64:
        """The pairs, source first, of some domains that link."""
        borders = np.stack([domains, domains + 1]).astype(np.uint64) << _HALF
        spans = np.searchsorted(self.by_source, borders).T.tolist()
        parts = [self.by_source[lo:hi] for lo, hi in spans]
        return np.concatenate([np.empty(0, np.uint64), *parts])

    def _found(self) -> U64:
        parts = [np.empty(0, np.uint64), *(self._part(lo, hi) for lo, hi in self._chunks())]
        return np.concatenate(parts)

    def _chunks(self) -> Iterator[tuple[int, int]]:
        """Links of whole domains, some domains at a time."""
        snapshot = self._snapshot
        ends = snapshot.array("domains", "page_hi").astype(np.int64)
        borders = np.asarray(snapshot.array("in_offsets", "in_offset")[ends]).astype(np.int64)
        lo = 0
        while lo < snapshot.n_links:
            at = int(np.searchsorted(borders, lo + CHUNK_LINKS))
            hi = int(borders[min(at, len(borders) - 1)])
            yield lo, hi
            lo = hi

    def _part(self, lo: int, hi: int) -> U64:
        links = (self._snapshot.array("links", n)[lo:hi] for n in ("target", "source", "kind"))
        target, source, kind = links
        ends = [self._snapshot.domain_of(pages).astype(np.uint64) for pages in (target, source)]
        kept = is_clickable(kind) & (ends[0] != ends[1])
        return distinct_of((ends[0][kept] << _HALF) | ends[1][kept])


def first(pairs: U64) -> NDArray[np.int64]:
    """The first domain of each pair."""
    return (pairs >> _HALF).astype(np.int64)


def second(pairs: U64) -> NDArray[np.int64]:
    """The second domain of each pair."""
    return (pairs & _LOW).astype(np.int64)


def _swapped(pairs: U64) -> U64:
    swapped = (pairs << _HALF) | (pairs >> _HALF)
    swapped.sort()
    return np.asarray(swapped)
