"""Whether links are followed, as far as an input tells."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.report.frame import Maker, Rows
from linkshed.schema import Rel
from linkshed.snapshot.tables import Snapshot

UNFOLLOWED = int(Rel.NOFOLLOW | Rel.UGC | Rel.SPONSORED)
Bools = NDArray[np.bool_]


def is_followed(snapshot: Snapshot, rows: NDArray[Any]) -> Bools:
    """Whether links count as followed: no nofollow, ugc or sponsored, on the link or its page."""
    rel = snapshot.array("links", "rel")[rows]
    return np.asarray((rel & UNFOLLOWED == 0) & ~_of_page(snapshot, rows))


def is_told(snapshot: Snapshot, rows: NDArray[Any]) -> Bools:
    """Whether an input tells if links are followed."""
    told = np.asarray(snapshot.array("links", "rel")[rows] & Rel.UNKNOWN == 0)
    return told if told.all() else told | _of_page(snapshot, rows)


def rel_makers(snapshot: Snapshot, links: NDArray[Any]) -> dict[str, Maker]:
    """How to make the columns of a report over ``links`` that tell of their rel."""

    def followed(rows: Rows) -> Any:
        told = is_told(snapshot, links[rows])
        return pa.array(is_followed(snapshot, links[rows]), mask=~told)

    def nofollow(rows: Rows) -> Any:
        rel = snapshot.array("links", "rel")[links[rows]]
        said = (rel & Rel.NOFOLLOW != 0) | _of_page(snapshot, links[rows])
        return pa.array(np.asarray(said), mask=~is_told(snapshot, links[rows]))

    def says(token: Rel) -> Maker:
        def make(rows: Rows) -> Any:
            rel = np.asarray(snapshot.array("links", "rel")[links[rows]])
            return pa.array(rel & token != 0, mask=rel & Rel.UNKNOWN != 0)

        return make

    makers: dict[str, Maker] = {"is_followed": followed, "is_nofollow": nofollow}
    return makers | {"is_ugc": says(Rel.UGC), "is_sponsored": says(Rel.SPONSORED)}


def _of_page(snapshot: Snapshot, rows: NDArray[Any]) -> Bools:
    """Whether the pages of links say nofollow."""
    page = snapshot.array("pages", "is_nofollow")[snapshot.array("links", "source")[rows]]
    return np.asarray(np.ma.filled(page, False))
