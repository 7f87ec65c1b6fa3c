"""What flows into a scope in two snapshots, side by side: page by page and pair by pair of pages.

Pages and pairs that either snapshot holds are numbered alike for both. Pages rise by their URL,
pairs by the URL of the page that links and then by that of the page it leads to.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from linkshed.simulate.web import Web
from linkshed.snapshot.diff import ABSENT, same_pages
from linkshed.snapshot.distinct import distinct_of, numbered, places
from linkshed.snapshot.kinds import is_clickable

Bools = NDArray[np.bool_]
F64 = NDArray[np.float64]
Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Inflow:
    """Clickable links of one snapshot that end at ``targets``, by the page each stands on and the
    one it ends at; ``amount`` is its attention times its pass factor.
    """

    web: Web
    targets: Ids
    source: Ids
    target: Ids
    amount: F64

    @cached_property
    def pages(self) -> Ids:
        """All pages that occur, each once, rising."""
        return distinct_of(np.concatenate([self.targets, self.source]))


@dataclass(frozen=True)
class Pages:
    """The pages that occur, with their number in each snapshot: ABSENT where it is not known."""

    urls: pa.StringArray
    then: Ids
    now: Ids


@dataclass(frozen=True)
class Flow:
    """What one snapshot says of each pair: whether there are links, their amount together, and the
    attention on the page that links and the equity it holds; 0 where there are none.
    """

    is_there: Bools
    amount: F64
    whole: F64
    held: F64


@dataclass(frozen=True)
class Pairs:
    """Who links to whom: numbers of pages."""

    source: Ids
    target: Ids
    then: Flow
    now: Flow


def inflow_of(web: Web, is_target: Bools) -> Inflow:
    """The links that end at some pages, which hold equity of their own."""
    lands, is_node = web.nodes.lands, web.nodes.is_node
    rows = web.rows_to(np.flatnonzero(is_target[lands]))
    rows = rows[is_clickable(web.column("kind", rows))]
    source, target = web.column("source", rows), lands[web.column("target", rows)]
    kept = is_node[source] & (source != target)
    rows, source, target = rows[kept], source[kept], target[kept]
    amount = web.column("weight", rows).astype(np.float64) * web.column("passes", rows)
    return Inflow(web, np.flatnonzero(is_target), source, target, amount)


def side_by_side(old: Inflow, new: Inflow) -> tuple[Pages, Pairs]:
    """The pages and the pairs of both; there is a page at least."""
    urls, numbers = _by_url([side.web.snapshot.url_array(side.pages) for side in (old, new)])
    n = len(urls)
    pages = Pages(urls, _known(old, new, numbers, n), _known(new, old, numbers[::-1], n))
    codes = [_codes(side, own, n) for side, own in zip((old, new), numbers, strict=True)]
    found, at = numbered(np.concatenate(codes))
    source, target = np.divmod(found, n)
    of_old, of_new = np.split(at, [len(codes[0])])
    then, now = _flow(old, of_old, pages.then[source]), _flow(new, of_new, pages.now[source])
    return pages, Pairs(source, target, then, now)


def _by_url(sides: list[pa.StringArray]) -> tuple[pa.StringArray, list[Ids]]:
    """The URLs of both sides, rising, and which of them each side's are."""
    coded = pa.concat_arrays(sides).dictionary_encode()
    order = pc.sort_indices(coded.dictionary)
    rank = np.empty(len(order), np.int64)
    rank[np.asarray(order)] = np.arange(len(order))
    numbers = rank[np.asarray(coded.indices)]
    return coded.dictionary.take(order), np.split(numbers, [len(sides[0])])


def _known(here: Inflow, there: Inflow, numbers: list[Ids], n: int) -> Ids:
    """The page of the one snapshot by number, also where it occurs in the other one only."""
    found = np.full(n, ABSENT, np.int64)
    found[numbers[0]] = here.pages
    is_missing = found[numbers[1]] == ABSENT
    missing = there.pages[is_missing]
    found[numbers[1][is_missing]] = same_pages(there.web.snapshot, missing, here.web.snapshot)
    return found


def _codes(side: Inflow, numbers: Ids, n: int) -> Ids:
    """A number for the pair of each link; it rises by source, then by target."""
    source, target = (numbers[places(side.pages, ends)] for ends in (side.source, side.target))
    return source * n + target


def _flow(side: Inflow, at: Ids, sources: Ids) -> Flow:
    """By pair, of the links of one side; ``sources`` are pages of that snapshot."""
    n = len(sources)
    is_there = np.bincount(at, minlength=n) > 0
    whole, held = np.zeros((2, n))
    whole[is_there] = side.web.out_weight[sources[is_there]]
    held[is_there] = side.web.equity[sources[is_there]]
    amount = np.bincount(at, side.amount, n).astype(np.float64)
    return Flow(is_there, amount, whole, held)
