"""What the links to single pages say of them, beside their stored counts: followed, first, last."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.report.answers.onward import hop_of
from linkshed.report.columns import need
from linkshed.report.followed import is_followed, is_told
from linkshed.report.frame import Maker
from linkshed.report.grouped import NEVER, moment
from linkshed.schema import STEPS, LinkKind
from linkshed.snapshot.kinds import is_clickable
from linkshed.snapshot.spans import spans
from linkshed.snapshot.tables import Snapshot

Ids = NDArray[np.int64]
Flags = NDArray[np.bool_]
MOST_KEPT = 200_000
"""Links that are kept from one column of some pages to the next."""


def inward_makers(snapshot: Snapshot, pages: Ids) -> dict[str, Maker]:
    """How to make the columns of pages that their links tell."""

    inward = _Last(snapshot)

    def of(make: Callable[[_Inward], pa.Array]) -> Maker:
        return lambda rows: make(inward.to(pages[rows]))

    makers = {
        "n_unfollowed_backlinks": of(lambda i: i.known(i.is_backlink, ~i.is_followed)),
        "n_followed_internal_inlinks": of(lambda i: i.known(i.is_internal, i.is_followed)),
        "n_unfollowed_internal_inlinks": of(lambda i: i.known(i.is_internal, ~i.is_followed)),
        "n_redirects": of(lambda i: i.count(i.is_a(*STEPS) & ~i.is_own)),
        "n_internal_redirects": of(lambda i: i.count(i.is_a(*STEPS) & i.is_own)),
        "n_internal_canonicals": of(lambda i: i.count(i.is_a(LinkKind.CANONICAL) & i.is_own)),
        "first_backlink": of(lambda i: i.moment("first_seen", i.is_backlink, np.minimum)),
        "last_backlink": of(lambda i: i.moment("last_verified", i.is_backlink, np.maximum)),
        "first_internal_inlink": of(lambda i: i.moment("first_seen", i.is_internal, np.minimum)),
        "last_internal_inlink": of(lambda i: i.moment("last_verified", i.is_internal, np.maximum)),
        "top_domain_rating": of(lambda i: i.top_domain_rating()),
        "redirects_to": lambda rows: _redirects_to(snapshot, pages[rows]),
    }
    return dict(makers)


class _Last:
    """The links to the pages that were asked about last: columns are made one after another."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._held: _Inward | None = None

    def to(self, pages: Ids) -> _Inward:
        held = self._held
        if held is None or not np.array_equal(held.pages, pages):
            held = _Inward(self._snapshot, pages)
            self._held = held if len(held.links) <= MOST_KEPT else None
        return held


class _Inward:
    """All links to some pages; ``at`` says to which of them."""

    def __init__(self, snapshot: Snapshot, pages: Ids) -> None:
        offsets = snapshot.array("in_offsets", "in_offset")
        self.snapshot, self.pages, self.n = snapshot, pages, len(pages)
        self.links = spans(offsets, pages)
        n = (offsets[pages + 1] - offsets[pages]).astype(np.int64)
        self.at = np.repeat(np.arange(len(pages)), n)
        self.source, self.kind = (
            snapshot.array("links", name)[self.links] for name in ("source", "kind")
        )
        self.is_self = self.source == pages[self.at]
        domains = snapshot.domain_of(pages)[self.at]
        self.is_own = np.asarray(snapshot.domain_of(self.source) == domains)

    def is_a(self, *kinds: LinkKind) -> Flags:
        return np.asarray(np.isin(self.kind, kinds) & ~self.is_self)

    @cached_property
    def is_backlink(self) -> Flags:
        return np.asarray(is_clickable(self.kind) & ~self.is_own)

    @cached_property
    def is_internal(self) -> Flags:
        return np.asarray(is_clickable(self.kind) & self.is_own)

    @cached_property
    def is_followed(self) -> Flags:
        return is_followed(self.snapshot, self.links)

    def count(self, kept: Flags) -> pa.Array:
        return pa.array(np.bincount(self.at[kept], minlength=self.n).astype(np.uint32))

    def known(self, kept: Flags, wanted: Flags) -> pa.Array:
        """Those wanted of which an input tells if they are followed; null where of none it does."""
        told = kept & is_told(self.snapshot, self.links)
        n, n_told = (np.bincount(self.at[rows], minlength=self.n) for rows in (kept, told))
        found = np.bincount(self.at[told & wanted], minlength=self.n).astype(np.uint32)
        return pa.array(found, mask=(n > 0) & (n_told == 0))

    def moment(self, name: str, kept: Flags, pick: Any) -> pa.Array:
        times = np.ma.asarray(self.snapshot.array("links", name)[self.links[kept]], np.int64)
        return moment(np.ma.filled(times, NEVER), self.at[kept], self.n, pick)

    def top_domain_rating(self) -> pa.Array:
        need(self.snapshot, "domains", "rating")
        ids = self.snapshot.domain_of(self.source[self.is_backlink])
        found = np.full(self.n, -1, np.float32)
        ratings = np.asarray(self.snapshot.array("domains", "rating"))[ids]
        np.maximum.at(found, self.at[self.is_backlink], ratings)
        return pa.array(found, mask=found < 0)


def _redirects_to(snapshot: Snapshot, pages: Ids) -> pa.Array:
    onward = hop_of(snapshot, pages)
    return pa.array(snapshot.urls(onward), pa.string(), mask=onward == pages)
