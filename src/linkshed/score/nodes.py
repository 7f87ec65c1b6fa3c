"""Which pages hold equity of their own, as the snapshot's resolution decided.

A *node* is a page that receives its own equity. A page that redirects or is canonicalised hands
everything to its receiver; a dead page receives nothing, and what is sent to it is lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from linkshed.schema import Indexability, Resolution

if TYPE_CHECKING:
    from linkshed.snapshot.tables import Snapshot

Bools = NDArray[np.bool_]
NOINDEX = (Indexability.NOINDEX_META, Indexability.NOINDEX_HEADER)
RESOLUTION_COLUMNS = ("receiver", "resolution", "final_indexability")
WITH_BASE = (Indexability.UNKNOWN, Indexability.INDEXABLE)


def _among(kinds: Iterable[Indexability]) -> Bools:
    """By the number of an indexability, whether it is one of these."""
    found = np.zeros(max(Indexability) + 1, np.bool_)
    found[list(kinds)] = True
    return found


_IS_NOINDEX, _HAS_BASE = _among(NOINDEX), _among(WITH_BASE)


class Column(Protocol):
    """One value per page, to be asked for some pages."""

    def __getitem__(self, pages: Any, /) -> Any: ...


class Roles(Protocol):
    """What ``Nodes`` tell of any page asked for."""

    @property
    def lands(self) -> Column: ...
    @property
    def is_node(self) -> Column: ...
    @property
    def is_dead(self) -> Column: ...
    @property
    def is_noindex(self) -> Column: ...
    @property
    def is_nofollow(self) -> Column: ...
    @property
    def base(self) -> Column: ...


@dataclass(frozen=True)
class Nodes:
    """One entry per page. ``lands`` is where a link to the page ends up: its receiver, or the page
    itself when it is dead. ``base`` is 1 for indexable pages and pages never fetched, else 0.
    """

    lands: NDArray[np.uint32]
    is_node: Bools
    is_dead: Bools
    is_noindex: Bools
    is_nofollow: Bools
    base: NDArray[np.float64]


def nodes_of(
    receiver: NDArray[Any],
    resolution: NDArray[Any],
    final_indexability: NDArray[Any],
    is_nofollow: NDArray[Any],
    page_ids: NDArray[Any] | None = None,
) -> Nodes:
    """Roles of all pages, or of ``page_ids`` alone (entries then follow their order).

    A missing ``is_nofollow`` (never fetched) counts as False.
    """
    own = np.arange(len(receiver), dtype=np.uint32) if page_ids is None else page_ids
    is_dead = resolution >= Resolution.DEAD
    lands = np.where(is_dead, own, receiver).astype(np.uint32)
    is_node = ~is_dead & (lands == own)
    return Nodes(
        lands=lands,
        is_node=is_node,
        is_dead=is_dead,
        is_noindex=is_node & _IS_NOINDEX[final_indexability],
        is_nofollow=np.ma.filled(np.ma.asarray(is_nofollow).astype(bool), False),
        base=(is_node & _HAS_BASE[final_indexability]).astype(np.float64),
    )


def read_nodes(snapshot: Snapshot, page_ids: NDArray[Any] | None = None) -> Nodes:
    """Roles of all pages of a snapshot, or of ``page_ids`` alone, in their order."""
    of = slice(None) if page_ids is None else page_ids
    receiver, how, final = (snapshot.array("resolution", name)[of] for name in RESOLUTION_COLUMNS)
    is_nofollow = snapshot.array("pages", "is_nofollow")[of]
    return nodes_of(receiver, how, final, is_nofollow, page_ids)
