"""Links that could be written: related pages whose text already has words for the target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.schema import AnchorKind, Placement
from linkshed.score.factors import is_clickable
from linkshed.simulate.corpus import Corpus, page_texts, titles_of
from linkshed.simulate.phrases import Spot, spots, wordings
from linkshed.simulate.plan import NEW_LINK
from linkshed.simulate.web import Ids, Web

MOST_ANCHORS = 10_000
MENUS = (
    Placement.NAV, Placement.HEADER, Placement.FOOTER, Placement.BREADCRUMB, Placement.PAGINATION,
)  # fmt: skip
MOST_READ = 400  # texts read per target, those that promise most first


@dataclass(frozen=True)
class Candidate:
    """A link that could be written; ``relevance`` is rho of the two pages."""

    source: int
    target: int
    relevance: float
    spot: Spot

    def link(self) -> dict[str, Any]:
        """Its columns: in the text, at the place of its words, with words that describe."""
        place = {"position": self.spot.position, "anchor_kind": AnchorKind.DESCRIPTIVE}
        return {**NEW_LINK, **place, "source": self.source, "target": self.target}


class Candidates:
    """Where links to pages could be written on pages of a corpus."""

    def __init__(self, web: Web, corpus: Corpus, floor: float, *, is_two_way: bool) -> None:
        self.web, self.corpus, self.floor, self.is_two_way = web, corpus, floor, is_two_way
        nodes, pages = web.nodes, corpus.pages
        passes = nodes.is_node & ~nodes.is_noindex & ~nodes.is_nofollow
        self._passes = passes[pages]
        counts = np.asarray(web.snapshot.array("pages", "n_outlinks")[pages], np.float64)
        self._promise = web.equity[pages] / (1 + counts)

    def to(self, target: int) -> Iterator[Candidate]:
        """The best place on each page, the pages that promise most first."""
        likeness = self.corpus.likeness(target)
        rho = self.corpus.rho(likeness)
        allowed = self._passes & (rho >= self.floor)
        allowed &= ~np.isin(self.corpus.pages, self._excluded(target))
        rows = np.flatnonzero(allowed)
        rows = rows[np.argsort(-self._promise[rows], kind="stable")][:MOST_READ]
        texts = page_texts(self.web, self.corpus.pages[rows])
        title = titles_of(self.web, np.array([target]))[0]
        wanted = wordings(title, self._anchors(target))
        for row in rows.tolist():
            page = int(self.corpus.pages[row])
            found = list(spots(texts[page], wanted, self._linked(page)))
            if found:
                best = self._best(target, float(likeness[row]), found)
                yield Candidate(page, target, float(rho[row]), best)

    def _best(self, target: int, likeness: float, found: Sequence[Spot]) -> Spot:
        """The spot that fits best; there is nothing to compare when it is the only one."""
        if len(found) == 1:
            return found[0]
        spoken = [(spot.sentence, spot.anchor) for spot in found]
        return found[int(np.argmax(self.corpus.fits(target, likeness, spoken)))]

    def _excluded(self, target: int) -> Ids:
        """The page itself, pages that link to it, and those it links to in its text."""
        excluded = [np.array([target]), self.web.column("source", self._rows_to(target))]
        if not self.is_two_way:
            rows = self._clickable(self.web.rows_from(np.array([target])))
            rows = rows[self.web.column("placement", rows) == Placement.CONTENT]
            excluded.append(self.web.nodes.lands[self.web.column("target", rows)])
        return np.unique(np.concatenate(excluded)).astype(np.int64)

    def _rows_to(self, target: int) -> Ids:
        members = np.flatnonzero(self.web.nodes.lands == target)
        return self._clickable(self.web.rows_to(members))

    def _clickable(self, rows: Ids) -> Ids:
        kept: NDArray[np.int64] = rows[is_clickable(self.web.column("kind", rows))]
        return kept

    def _anchors(self, target: int) -> list[str]:
        """Words of links to a page; a single word of a menu is a label, not a description."""
        rows = self._rows_to(target)[:MOST_ANCHORS]
        found = self.web.snapshot.take("links", ["anchor"], rows)["anchor"].to_pylist()
        is_label = np.isin(self.web.column("placement", rows), MENUS)
        return [
            anchor
            for anchor, label in zip(found, is_label, strict=True)
            if anchor and not (label and len(anchor.split()) == 1)
        ]

    def _linked(self, page: int) -> list[str]:
        rows = self._clickable(self.web.rows_from(np.array([page])))
        found = self.web.snapshot.take("links", ["anchor"], rows)["anchor"].to_pylist()
        return [anchor for anchor in found if anchor]
