"""How related the pages of a corpus are, whatever their texts are compared by.

    likeness = cos(source, target)
    rho      = share of random pairs of pages of the same corpus that are less alike
    fit      = 0.5 cos(sentence, target) + 0.3 cos(source, target) + 0.2 cos(anchor, target)

``rho`` says how related two pages are, ``fit`` which of several sentences suits a link best. Being
a share of random pairs, rho does not depend on how large cosines are by one way of comparing.
What cannot be compared is of unknown relevance: NaN, never 0.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from linkshed.graph.csr import F64
from linkshed.simulate.web import Ids, Web

RANDOM_PAIRS = 4000
ROUNDING = 1e-6  # of cosines, some of them of numbers in 4 bytes
_FIT = (0.5, 0.3, 0.2)


class Corpus(ABC):
    """The texts of some pages. ``pages`` ascend; a page without text is not among them."""

    unknown: str
    """What this way of comparing does not know, for a remark."""

    def __init__(self, web: Web, pages: Ids) -> None:
        self.web = web
        self.pages = pages

    @abstractmethod
    def likeness(self, page: int, rows: Ids | None = None) -> F64:
        """cos(page, target) for the pages in some rows, or in all; NaN where it is unknown."""

    @property
    @abstractmethod
    def _random(self) -> F64:
        """Likeness of random pairs, sorted."""

    @abstractmethod
    def _alike(self, row: int, texts: Sequence[str]) -> F64:
        """The cosine of a row with each of some texts."""

    @cached_property
    def languages(self) -> Ids:
        """A number for the primary language subtag of each page; -1 when not declared."""
        numbers: dict[str, int] = {}
        tags = languages_of(self.web, self.pages)
        return np.array([numbers.setdefault(tag, len(numbers)) if tag else -1 for tag in tags],
                        np.int64)  # fmt: skip

    def text(self, row: int) -> str:
        """The main text of the page in a row."""
        return page_texts(self.web, self.pages[row : row + 1])[int(self.pages[row])]

    def row(self, page: int) -> int | None:
        """The row of a page, None when it has no text here."""
        at = int(np.searchsorted(self.pages, page))
        return at if at < len(self.pages) and self.pages[at] == page else None

    def fits(self, target: int, likeness: float, spots: Sequence[tuple[str, str]]) -> F64:
        """``fit`` of each (sentence, anchor) on a page whose likeness to the target is known."""
        row = self.row(target)
        if row is None:
            return np.zeros(len(spots))
        sentence, anchor = (self._alike(row, [spot[k] for spot in spots]) for k in (0, 1))
        return np.asarray(_FIT[0] * sentence + _FIT[1] * likeness + _FIT[2] * anchor)

    def rho(self, likeness: F64) -> F64:
        """The share of random pairs less alike, by more than ROUNDING: the same pair may be among
        them. NaN where unknown or in a corpus without pairs.
        """
        n = len(self._random)
        found = np.searchsorted(self._random, likeness - ROUNDING) / max(n, 1)
        return np.where(np.isnan(likeness) | (n == 0), np.nan, found)


def with_text(web: Web, pages: Ids) -> Ids:
    """Those pages that have a main text."""
    known = np.asarray(web.snapshot.array("texts", "page"), np.int64)
    return known[np.isin(known, pages)]


def languages_of(web: Web, pages: Ids) -> list[str | None]:
    """Primary language subtag of each page; None when not declared."""
    found = web.snapshot.take("pages", ["language"], pages)["language"]
    tags = found.unique().to_pylist()
    subtags = {tag: tag.split("-")[0].lower() if tag else None for tag in tags}
    return [subtags[tag] for tag in found.to_pylist()]


def titles_of(web: Web, pages: Ids) -> list[str]:
    """The title of each page, empty when it has none."""
    found = web.snapshot.take("pages", ["title"], pages)["title"].to_pylist()
    return [title or "" for title in found]


def page_texts(web: Web, pages: Ids) -> dict[int, str]:
    """Main text of those pages that have one."""
    snapshot = web.snapshot
    known = np.asarray(snapshot.array("texts", "page"))
    rows = np.flatnonzero(np.isin(known, pages))
    found = snapshot.take("texts", ["page", "text"], rows).to_pylist()
    return {row["page"]: row["text"] for row in found if row["text"]}
