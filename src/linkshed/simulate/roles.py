"""The roles of all pages when those of a few have changed, told without copying the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.reading import NONE, Others
from linkshed.score.nodes import Nodes, Roles
from linkshed.simulate.web import Ids

_NAMES = ("lands", "is_node", "is_dead", "is_noindex", "is_nofollow", "base")


@dataclass(frozen=True)
class _Changed:
    """A column with other values at some pages, which ascend."""

    before: NDArray[Any]
    pages: Ids
    values: NDArray[Any]

    def __getitem__(self, pages: Any, /) -> Any:
        at = np.minimum(np.searchsorted(self.pages, pages), len(self.pages) - 1)
        return np.where(self.pages[at] == pages, self.values[at], self.before[pages])


class ChangedNodes:
    """``after`` tells of ``pages``, ascending and at least one, and ``before`` of all others."""

    def __init__(self, before: Nodes, pages: Ids, after: Nodes) -> None:
        self.lands = _Changed(before.lands, pages, after.lands)
        self.is_node = _Changed(before.is_node, pages, after.is_node)
        self.is_dead = _Changed(before.is_dead, pages, after.is_dead)
        self.is_noindex = _Changed(before.is_noindex, pages, after.is_noindex)
        self.is_nofollow = _Changed(before.is_nofollow, pages, after.is_nofollow)
        self.base = _Changed(before.base, pages, after.base)
        self.pages = pages

    @property
    def others(self) -> Others:
        """The pages that may count otherwise, for ``graph.reading``."""
        return self.pages, self.is_node.values, self.base.values


def others_of(nodes: Roles) -> Others:
    """The pages that may count otherwise than before."""
    return nodes.others if isinstance(nodes, ChangedNodes) else NONE


def changed_roles(before: Nodes, after: Roles) -> Ids:
    """Pages whose part in the graph is not what it was."""
    if not isinstance(after, ChangedNodes):
        return np.empty(0, np.int64)
    pages = after.pages
    differs = np.zeros(len(pages), np.bool_)
    for name in _NAMES:
        differs |= getattr(before, name)[pages] != getattr(after, name).values
    return np.asarray(pages[differs], np.int64)
