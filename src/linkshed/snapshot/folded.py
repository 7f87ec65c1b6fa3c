"""Pages that are folded into others, by redirect or canonical, found by the page that receives."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linkshed.snapshot.tables import Snapshot


class Folded:
    """The pages of a snapshot whose receiver is another page: most are their own."""

    def __init__(self, snapshot: Snapshot) -> None:
        receiver = snapshot.array("resolution", "receiver")
        pages = np.flatnonzero(receiver != np.arange(len(receiver)))
        order = np.argsort(receiver[pages], kind="stable")
        self._pages, self._receiver = pages[order], receiver[pages[order]]

    def into(self, page_id: int) -> NDArray[np.int64]:
        """The pages whose receiver is this other page, ascending."""
        lo, hi = np.searchsorted(self._receiver, (page_id, page_id + 1))
        return self._pages[lo:hi]


def folded_of(snapshot: Snapshot) -> Folded:
    """The folded pages of a snapshot, found once and kept as long as it is open."""
    return snapshot.lasting.of(Folded, lambda: Folded(snapshot))
