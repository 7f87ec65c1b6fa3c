"""Texts as bags of hashed character n-grams.

A text is the bag of its n-grams of 3 to 5 characters that lie inside a word and its edges, hashed
into 2^18 buckets and weighted by ``(1 + ln n) ln((1 + N) / (1 + N_gram))``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import F64
from linkshed.simulate.web import Ids

BUCKETS = 1 << 18
SIZES = (3, 4, 5)
MAX_CHARACTERS = 1200
_NOT_WORD = re.compile(r"\W+")
_MULTIPLIER = 0x9E3779B1
Grams = NDArray[np.int64]


@dataclass(frozen=True)
class Bags:
    """Weighted n-grams of texts; row i is ``offsets[i]:offsets[i + 1]`` of grams and weights."""

    offsets: Ids
    grams: Grams
    weights: F64

    def dot(self, dense: F64) -> F64:
        """The product of every row with one dense vector."""
        products = np.append(self.weights * dense[self.grams], 0.0)
        sums = np.add.reduceat(products, self.offsets[:-1])
        sums[np.diff(self.offsets) == 0] = 0.0
        return np.asarray(sums)

    def product(self, one: int, other: int) -> float:
        """The product of two rows."""
        left, right = (slice(self.offsets[k], self.offsets[k + 1]) for k in (one, other))
        _, at, to = np.intersect1d(
            self.grams[left], self.grams[right], assume_unique=True, return_indices=True
        )
        return float(self.weights[left][at] @ self.weights[right][to])

    def dense(self, row: int) -> F64:
        """One row as a dense vector."""
        part = slice(self.offsets[row], self.offsets[row + 1])
        vector = np.zeros(BUCKETS)
        vector[self.grams[part]] = self.weights[part]
        return vector


def grams_of(text: str) -> tuple[Grams, NDArray[np.int64]]:
    """The distinct n-grams of a text, hashed, and how often each occurs."""
    words = f" {_NOT_WORD.sub(' ', text[:MAX_CHARACTERS].casefold()).strip()} "
    codes = np.frombuffer(words.encode("utf-32-le"), np.uint32).astype(np.uint64)
    spaces = np.concatenate(([0], np.cumsum(codes == 32)))
    found = []
    for size in SIZES:
        n = len(codes) - size + 1
        if n < 1:
            continue
        inner = spaces[size - 1 : size - 1 + n] - spaces[1 : 1 + n]
        rolled = np.full(n, size, np.uint64)
        for k in range(size):
            rolled = rolled * np.uint64(_MULTIPLIER) + codes[k : k + n]
        found.append(rolled[inner == 0])
    hashed = np.concatenate(found) if found else np.empty(0, np.uint64)
    hashed = (hashed ^ (hashed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return np.unique((hashed >> np.uint64(46)).astype(np.int64), return_counts=True)


def weighed(offsets: Ids, grams: Grams, counts: NDArray[Any], rarity: F64) -> Bags:
    """Rows of counted n-grams as bags of length 1."""
    weights = (1 + np.log(np.maximum(counts, 1))) * rarity[grams]
    owner = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    norms = np.sqrt(np.bincount(owner, weights=weights**2, minlength=len(offsets) - 1))
    return Bags(offsets, grams, weights / np.where(norms > 0, norms, 1.0)[owner])


def joined(
    found: Sequence[tuple[NDArray[Any], NDArray[Any]]],
) -> tuple[Ids, NDArray[Any], NDArray[Any]]:
    """Offsets, and all grams and counts one after the other."""
    offsets = np.cumsum([0, *(len(grams) for grams, _ in found)], dtype=np.int64)
    none = np.empty(0, np.int64), np.empty(0, np.int64)
    grams, counts = (np.concatenate([item[k] for item in found or [none]]) for k in (0, 1))
    return offsets, grams, counts
