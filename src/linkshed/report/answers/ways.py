"""The way from a home page to a page: the clicks that lead there soonest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.schema import STEPS
from linkshed.snapshot.kinds import is_clickable
from linkshed.snapshot.tables import Snapshot

NONE = -1
BETWEEN = " > "


class Ways:
    """Ways through the pages of one snapshot, by click depth: each step comes from a page one click
    nearer to a home page, over the link that gets most attention.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._before: dict[int, int] = {}

    def told(self, pages: NDArray[Any]) -> pa.Array:
        """The way to each page as text; null for NONE, and where no path leads."""
        if not self.snapshot.has("pages", "depth"):
            return pa.nulls(len(pages), pa.string())
        ways = [self._way(int(page)) for page in pages]
        ids = sorted({page for way in ways for page in way})
        urls = dict(zip(ids, self.snapshot.urls(ids), strict=True))
        texts = [BETWEEN.join(urls[page] for page in way) or None for way in ways]
        return pa.array(texts, pa.string())

    def _way(self, page: int) -> list[int]:
        way: list[int] = []
        while page != NONE and self._depth(page) is not None:
            way.append(page)
            page = self._previous(page)
        return way[::-1]

    def _depth(self, page: int) -> int | None:
        depth = self.snapshot.array("pages", "depth")[page]
        return None if depth is np.ma.masked else int(depth)

    def _previous(self, page: int) -> int:
        if page not in self._before:
            self._before[page] = self._found(page)
        return self._before[page]

    def _found(self, page: int) -> int:
        depth, of = self._depth(page), self.snapshot.array
        if not depth:
            return NONE
        lo, hi = self.snapshot.in_links(page, page + 1)
        source, kind = of("links", "source")[lo:hi], of("links", "kind")[lo:hi]
        nearer = np.ma.filled(np.ma.asarray(of("pages", "depth")[source]) == depth - 1, False)
        nearer &= is_clickable(kind) | np.isin(kind, STEPS)
        nearer &= self.snapshot.domain_of(source) == self.snapshot.domain_of(np.array([page]))
        weight = np.where(nearer, np.nan_to_num(of("links", "weight")[lo:hi]), -1.0)
        return int(source[np.argmax(weight)]) if nearer.any() else NONE
