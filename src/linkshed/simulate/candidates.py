"""Links that could be written: related pages whose text already has words for the target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.schema import AnchorKind, Placement
from linkshed.simulate.corpus import Corpus, titles_of
from linkshed.simulate.phrases import Spot, spots, wordings
from linkshed.simulate.plan import NEW_LINK
from linkshed.simulate.web import Ids, Web
from linkshed.snapshot.distinct import distinct_of
from linkshed.snapshot.kinds import is_clickable

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


@dataclass(frozen=True)
class _Hope:
    """A related page with words for the target, perhaps inside a heading or a link."""

    page: int
    target: int
    text: str
    likeness: float
    relevance: float


class Candidates:
    """Where links to pages could be written on some pages of a corpus, the ``sources``."""

    def __init__(
        self, web: Web, corpus: Corpus, sources: Ids, floor: float, *, is_two_way: bool
    ) -> None:
        self.web, self.corpus, self.floor, self.is_two_way = web, corpus, floor, is_two_way
        nodes, pages = web.nodes, corpus.pages
        passes = nodes.is_node & ~nodes.is_noindex & ~nodes.is_nofollow
        counts = np.asarray(web.snapshot.array("pages", "n_outlinks")[pages], np.float64)
        promise = web.equity[pages] / (1 + counts)
        rows = np.flatnonzero(passes[pages] & np.isin(pages, sources))
        self._rows = rows[np.argsort(-promise[rows], kind="stable")]

    def to(self, targets: Sequence[int]) -> Iterator[Candidate]:
        """The best place on each page for each target, the pages that promise most first."""
        wanted = dict(zip(targets, self._wordings(targets), strict=True))
        hopes = [hope for target in targets for hope in self._hopes(target, wanted[target])]
        linked = self._linked(sorted({hope.page for hope in hopes}))
        for hope in hopes:
            found = list(spots(hope.text, wanted[hope.target], linked[hope.page]))
            if found:
                best = self._best(hope.target, hope.likeness, found)
                yield Candidate(hope.page, hope.target, hope.relevance, best)

    def _best(self, target: int, likeness: float, found: Sequence[Spot]) -> Spot:
        """The spot that fits best; there is nothing to compare when it is the only one."""
        if len(found) == 1:
            return found[0]
        spoken = [(spot.sentence, spot.anchor) for spot in found]
        return found[int(np.argmax(self.corpus.fits(target, likeness, spoken)))]

    def _hopes(self, target: int, wanted: Sequence[str]) -> Iterator[_Hope]:
        """Related pages whose text holds wanted words somewhere."""
        n_read = 0
        excluded = np.isin(self.corpus.pages[self._rows], self._excluded(target))
        rows = self._rows[~excluded]
        for lo in range(0, len(rows), MOST_READ):
            part = rows[lo : lo + MOST_READ]
            likeness = self.corpus.likeness(target, part)
            rho = self.corpus.rho(likeness)
            for at in np.flatnonzero(rho >= self.floor)[: MOST_READ - n_read].tolist():
                n_read += 1
                text = self.corpus.text(int(part[at]))
                folded = text.casefold()
                if any(words in folded for words in wanted):
                    page = int(self.corpus.pages[part[at]])
                    yield _Hope(page, target, text, float(likeness[at]), float(rho[at]))
            if n_read == MOST_READ:
                return

    def _excluded(self, target: int) -> Ids:
        """The page itself, pages that link to it, and those it links to in its text."""
        excluded = [np.array([target]), self.web.column("source", self._rows_to(target))]
        if not self.is_two_way:
            rows = self._clickable(self.web.rows_from(np.array([target])))
            rows = rows[self.web.column("placement", rows) == Placement.CONTENT]
            excluded.append(self.web.nodes.lands[self.web.column("target", rows)])
        return distinct_of(np.concatenate(excluded)).astype(np.int64)

    def _rows_to(self, target: int) -> Ids:
        members = np.flatnonzero(self.web.nodes.lands == target)
        return self._clickable(self.web.rows_to(members))

    def _clickable(self, rows: Ids) -> Ids:
        kept: NDArray[np.int64] = rows[is_clickable(self.web.column("kind", rows))]
        return kept

    def _wordings(self, targets: Sequence[int]) -> list[list[str]]:
        """Words for each target; a single word of a menu is a label, not a description."""
        titles = titles_of(self.web, np.array(targets, np.int64))
        rows = [self._rows_to(target)[:MOST_ANCHORS] for target in targets]
        return [
            wordings(title, (
                anchor for anchor, is_menu in anchors if not is_menu or len(anchor.split()) > 1
            ))
            for title, anchors in zip(titles, self._anchors(rows), strict=True)
        ]  # fmt: skip

    def _linked(self, pages: Sequence[int]) -> dict[int, list[str]]:
        """Words that are links already, by page."""
        rows = [self._clickable(self.web.rows_from(np.array([page]))) for page in pages]
        anchors = self._anchors(rows)
        return {
            page: [anchor for anchor, _ in own] for page, own in zip(pages, anchors, strict=True)
        }

    def _anchors(self, rows: Sequence[Ids]) -> list[list[tuple[str, bool]]]:
        """For each set of links their words, where there are any, and whether a menu has them."""
        whole = np.concatenate([np.empty(0, np.int64), *rows])
        words = self.web.snapshot.take("links", ["anchor"], whole)["anchor"].to_pylist()
        is_menu = np.isin(self.web.column("placement", whole), MENUS).tolist()
        pairs = iter(zip(words, is_menu, strict=True))
        return [[pair for pair in islice(pairs, len(own)) if pair[0]] for own in rows]
