"""What each of many possible links does to the row of d P of the page it is written on.

A link on page s replaces the row of s, so its whole effect is one sparse row vector u, the new row
minus the old. Rows of different pages do not touch each other: links on different pages are weighed
together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from linkshed.graph.csr import F64
from linkshed.graph.push import Patch
from linkshed.simulate.plan import Plan
from linkshed.simulate.rows import Changes, changes_of
from linkshed.simulate.web import Ids, Web

Link = dict[str, Any]


@dataclass(frozen=True)
class Rise:
    """u: ``pages`` may repeat; ``size`` is the sum of what its entries are without sign."""

    pages: Ids
    amounts: F64

    @property
    def size(self) -> float:
        return float(np.abs(self.amounts).sum())


def rises(web: Web, links: Sequence[Link], there: Sequence[Link] = ()) -> list[Rise]:
    """u of each link alone; links ``there`` were written on the same pages before."""
    found: dict[int, Rise] = {}
    old = _rows(web, there)
    for turn in _turns(links):
        pages = {links[n]["source"] for n in turn}
        also = [link for link in there if link["source"] in pages]
        changes = changes_of(web, Plan(web.nodes, new=[*also, *(links[n] for n in turn)]))
        for n in turn:
            found[n] = _rise(changes, int(links[n]["source"]), old)
    return [found[n] for n in range(len(links))]


def _turns(links: Sequence[Link]) -> list[list[int]]:
    """The links in groups in which no page writes two."""
    seen: dict[int, int] = defaultdict(int)
    turns: list[list[int]] = []
    for n, link in enumerate(links):
        turn = seen[link["source"]]
        seen[link["source"]] += 1
        if turn == len(turns):
            turns.append([])
        turns[turn].append(n)
    return turns


def _rows(web: Web, there: Sequence[Link]) -> Patch | None:
    return changes_of(web, Plan(web.nodes, new=list(there))).after if there else None


def _rise(changes: Changes, page: int, old: Patch | None) -> Rise:
    """The row of a page afterwards minus its row in ``old``, or its row today."""
    is_known = old is not None and page in old.pages
    targets, shares = _row(changes.after, page)
    old_targets, old_shares = _row(old if old and is_known else changes.before, page)
    pages = np.concatenate((targets, old_targets)).astype(np.int64)
    return Rise(pages, np.concatenate((shares, -old_shares)))


def _row(patch: Patch, page: int) -> tuple[Any, F64]:
    row = int(np.searchsorted(patch.pages, page))
    part = slice(int(patch.offsets[row]), int(patch.offsets[row + 1]))
    return patch.targets[part], patch.shares[part]
