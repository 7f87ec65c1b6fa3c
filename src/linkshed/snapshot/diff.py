"""Two snapshots side by side: the same page, and the same link, in both.

A page is the same when its key and scheme are. A link is the same when its pages, its kind and its
words are, and it is the same one of several such, counted in the order they stand on the page; a
link left over on either side is the same as one whose words alone differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from linkshed.snapshot.tables import Snapshot

Ids = NDArray[np.int64]
ABSENT = -1


@dataclass(frozen=True)
class Matched:
    """Rows of links of two snapshots: ``earlier[k]`` and ``later[k]`` are the same link, with other
    words where ``is_reworded[k]``; ``lost`` are in the earlier one only, ``found`` in the later one
    only.
    """

    earlier: Ids
    later: Ids
    is_reworded: NDArray[np.bool_]
    lost: Ids
    found: Ids


def same_pages(one: Snapshot, pages: Ids, other: Snapshot) -> Ids:
    """The pages of the other snapshot that are the same; ABSENT where there is none."""
    found = np.full(len(pages), ABSENT, np.int64)
    texts = other.texts("pages", "key").array()
    if not len(texts):
        return found
    keys, schemes = _identity(one, pages)
    at = _lower_bounds(texts, keys)
    for step in (0, 1):
        near = np.minimum(at + step, len(texts) - 1)
        is_same = np.asarray(pc.equal(texts.take(pa.array(near)), keys)) & (at + step < len(texts))
        is_same &= other.array("pages", "scheme")[near] == schemes
        found[is_same] = near[is_same]
    return found


def matched(earlier: Snapshot, old: Ids, later: Snapshot, new: Ids) -> Matched:
    """The links of ``old`` that are links of ``new``. Both rise."""
    ends = [link_codes(earlier, old, later, new, end) for end in ("target", "source")]
    kind = np.concatenate([s.array("links", "kind")[r] for s, r in ((earlier, old), (later, new))])
    words = _words(earlier, old, later, new)
    is_new = np.repeat([False, True], [len(old), len(new)])
    rest = np.arange(len(is_new))
    pairs = []
    for keys in ([*ends, kind, words], [*ends, kind]):
        one, other = _paired([key[rest] for key in keys], is_new[rest])
        pairs.append((rest[one], rest[other]))
        rest = np.delete(rest, np.concatenate([one, other]))
    first, second = (np.concatenate([pair[k] for pair in pairs]) for k in (0, 1))
    is_reworded = np.repeat([False, True], [len(one) for one, _ in pairs])
    order = np.argsort(second, kind="stable")
    first, second = old[first[order]], new[second[order] - len(old)]
    left = is_new[rest]
    lost, found = old[rest[~left]], new[rest[left] - len(old)]
    return Matched(first, second, is_reworded[order], lost, found)


def _identity(snapshot: Snapshot, pages: Ids) -> tuple[pa.Array, NDArray[Any]]:
    keys = snapshot.texts("pages", "key").array().take(pa.array(pages))
    return keys, snapshot.array("pages", "scheme")[pages]


def _lower_bounds(texts: pa.Array, keys: pa.Array) -> Ids:
    """The first of some rising texts that is not below each key."""
    lo, hi = np.zeros(len(keys), np.int64), np.full(len(keys), len(texts), np.int64)
    for _ in range(len(texts).bit_length()):
        middle = np.minimum((lo + hi) // 2, len(texts) - 1)
        is_below = np.asarray(pc.less(texts.take(pa.array(middle)), keys))
        is_open = lo < hi
        lo = np.where(is_open & is_below, middle + 1, lo)
        hi = np.where(is_open & ~is_below, middle, hi)
    return lo


def link_codes(earlier: Snapshot, old: Ids, later: Snapshot, new: Ids, end: str) -> Ids:
    """A number for the page at one end of each link, the same in both snapshots; those of ``old``
    first.
    """
    sides = [s.array("links", end)[rows] for s, rows in ((earlier, old), (later, new))]
    known, at = zip(*(np.unique(side, return_inverse=True) for side in sides), strict=True)
    names = [_names(s, pages) for s, pages in zip((earlier, later), known, strict=True)]
    same = pc.index_in(names[1], value_set=names[0])
    fresh = len(known[0]) + np.arange(len(known[1]))
    numbers = np.where(same.is_null(), fresh, same.fill_null(0).to_numpy(zero_copy_only=False))
    return np.concatenate([at[0], numbers[at[1]]]).astype(np.int64)


def _names(snapshot: Snapshot, pages: Ids) -> pa.Array:
    keys, schemes = _identity(snapshot, pages)
    marks = pa.array(np.asarray(schemes)).cast(pa.large_string())
    return pc.binary_join_element_wise(keys, marks, pa.scalar("", pa.large_string()))


def _words(earlier: Snapshot, old: Ids, later: Snapshot, new: Ids) -> Ids:
    sides = ((earlier, old), (later, new))
    parts = [s.take("links", ["anchor"], rows)["anchor"].combine_chunks() for s, rows in sides]
    coded = pa.chunked_array([part.cast(pa.string()) for part in parts]).combine_chunks()
    return np.asarray(coded.dictionary_encode().indices).astype(np.int64)


def _paired(keys: list[NDArray[Any]], is_new: NDArray[np.bool_]) -> tuple[Ids, Ids]:
    """Rows of the earlier and of the later side with equal keys, the n-th with the n-th."""
    order = np.lexsort((is_new, *keys[::-1]))
    starts = np.zeros(len(order), np.bool_)
    starts[:1] = True
    for key in keys:
        starts[1:] |= key[order][1:] != key[order][:-1]
    group = np.cumsum(starts) - 1
    n_groups = int(starts.sum())
    n_old = np.bincount(group[~is_new[order]], minlength=n_groups)
    n_both = np.minimum(n_old, np.bincount(group, minlength=n_groups) - n_old)
    rank = np.arange(len(order)) - np.flatnonzero(starts)[group]
    rank = np.where(is_new[order], rank - n_old[group], rank)
    kept = rank < n_both[group]
    return order[kept & ~is_new[order]], order[kept & is_new[order]]
