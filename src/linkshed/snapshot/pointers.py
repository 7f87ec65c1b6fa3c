"""Redirects, refreshes and canonicals as a graph: which pages a change of some pages can concern.

What becomes of a page follows from what the pages on its way say, and from nothing else. So when
pages change, only those whose way may lead through them can fare differently, and these can be
decided anew from the pages on their ways alone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from linkshed.snapshot.resolve import POINTERS, Ids, Said


class Pointers:
    """Who points to whom, whether it is followed or not."""

    def __init__(self, said: Said) -> None:
        self.said = said
        columns = [getattr(said, name) for name in POINTERS]
        sources = [np.flatnonzero(column >= 0) for column in columns]
        source = np.concatenate(sources)
        target = np.concatenate([c[s] for c, s in zip(columns, sources, strict=True)])
        order = np.argsort(target, kind="stable")
        self._source, self._target = source[order], target[order]

    def concerned(self, changed: Ids, targets: Ids) -> Ids:
        """Pages, ascending, from which the fate of all pages that point to changed ones, through
        others or not, can be told; ``targets`` are those that changed pages will point to.
        """
        behind = _closure(changed, self._pointing_to)
        return _closure(np.concatenate((behind, targets)), self._pointed_to)

    def _pointing_to(self, pages: Ids) -> Ids:
        lo = np.searchsorted(self._target, pages)
        counts = np.searchsorted(self._target, pages, side="right") - lo
        starts = np.cumsum(counts) - counts
        return np.asarray(self._source[np.arange(counts.sum()) + np.repeat(lo - starts, counts)])

    def _pointed_to(self, pages: Ids) -> Ids:
        found = np.concatenate([getattr(self.said, name)[pages] for name in POINTERS])
        return np.asarray(found[found >= 0])


def part_of(said: Said, pages: Ids) -> Said:
    """What some pages say, as if there were no others; they point to none but themselves."""
    columns = {name: column[pages] for name, column in vars(said).items()}
    for name in POINTERS:
        target = columns[name]
        columns[name] = np.where(target < 0, target, np.searchsorted(pages, target))
    return Said(**columns)


def _closure(pages: Ids, more: Callable[[Ids], Ids]) -> Ids:
    """The pages and all that are found from them."""
    known = fresh = np.unique(pages)
    while len(fresh):
        fresh = np.setdiff1d(more(fresh), known)
        known = np.union1d(known, fresh)
    return np.asarray(known, np.int64)
