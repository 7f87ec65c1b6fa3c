"""How related pages are, without any model: hashed character n-grams.

A text is the bag of its n-grams of 3 to 5 characters that lie inside a word and its edges, hashed
into 2^18 buckets and weighted by ``(1 + ln n) ln((1 + N) / (1 + N_gram))``. Pages of different
declared languages, and pages without text, are of unknown relevance: null, never 0.

Measured on 56 passages of 8 topics: the area under the ROC curve of same-topic against other pairs
was 0.93 within English and 0.66 across languages, which is why those are unknown.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import F64
from linkshed.simulate.corpus import Corpus, page_texts, titles_of, with_text
from linkshed.simulate.web import Ids, Web
from linkshed.snapshot.kept import kept

BUCKETS = 1 << 18
SIZES = (3, 4, 5)
MAX_CHARACTERS = 1200
BATCH = 20_000
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


class Words(Corpus):
    """Texts as bags of their n-grams."""

    unknown = "Relevance between languages, and of pages without text,"

    def __init__(self, web: Web, pages: Ids) -> None:
        super().__init__(web, with_text(web, pages))
        name = f"grams-{hashlib.sha256(self.pages.tobytes()).hexdigest()[:16]}"
        held = kept(web.snapshot, name, (("texts", "text"), ("pages", "title")), self._count)
        grams = np.asarray(held["grams"], np.int64)
        present = np.bincount(grams, minlength=BUCKETS)
        self.rarity = np.log((1 + len(self.pages)) / (1 + present))
        self.bags = self._weighed(np.asarray(held["offsets"]), grams, np.asarray(held["counts"]))

    def _count(self) -> dict[str, NDArray[Any]]:
        found = []
        for lo in range(0, len(self.pages), BATCH):
            pages = self.pages[lo : lo + BATCH]
            texts = page_texts(self.web, pages)
            found += [grams_of(f"{titles} {texts.get(page, '')}") for page, titles in
                      zip(pages.tolist(), titles_of(self.web, pages), strict=True)]  # fmt: skip
        offsets, grams, counts = _joined(found)
        return {
            "offsets": offsets,
            "grams": grams.astype(np.uint32),
            "counts": counts.astype(np.uint16),
        }

    def _weighed(self, offsets: Ids, grams: Grams, counts: NDArray[Any]) -> Bags:
        weights = (1 + np.log(np.maximum(counts, 1))) * self.rarity[grams]
        owner = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
        norms = np.sqrt(np.bincount(owner, weights=weights**2, minlength=len(offsets) - 1))
        return Bags(offsets, grams, weights / np.where(norms > 0, norms, 1.0)[owner])

    def bag_of(self, texts: Sequence[str]) -> Bags:
        """Any texts, weighed as those of the corpus."""
        return self._weighed(*_joined([grams_of(text) for text in texts]))

    def likeness(self, page: int) -> F64:
        """cos(page, target) for every page of the corpus; NaN where languages differ."""
        row = self.row(page)
        if row is None:
            return np.full(len(self.pages), np.nan)
        found = self.bags.dot(self.bags.dense(row))
        own = self.languages[row]
        differs = [own is not None and other is not None and own != other
                   for other in self.languages]  # fmt: skip
        return np.where(differs, np.nan, found)

    def _product(self, one: int, other: int) -> float:
        return self.bags.product(one, other)

    def _alike(self, row: int, texts: Sequence[str]) -> F64:
        return self.bag_of(texts).dot(self.bags.dense(row))


def _joined(
    found: Sequence[tuple[Grams, NDArray[np.int64]]],
) -> tuple[Ids, Grams, NDArray[np.int64]]:
    """Offsets, and all grams and counts one after the other."""
    empty = np.empty(0, np.int64)
    offsets = np.concatenate(([0], np.cumsum([len(grams) for grams, _ in found], dtype=np.int64)))
    grams, counts = (np.concatenate([empty, *(item[k] for item in found)]) for k in (0, 1))
    return offsets, grams, counts
