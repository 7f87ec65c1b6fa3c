"""Where the addresses that links lead to redirect to, hop by hop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.report.frame import Maker, Rows
from linkshed.schema import Resolution
from linkshed.snapshot.distinct import distinct_of
from linkshed.snapshot.tables import Snapshot

MOST_HOPS = 11
Ids = NDArray[np.int64]


def redirect_makers(snapshot: Snapshot, links: NDArray[Any]) -> dict[str, Maker]:
    """How to make the columns on redirects of the targets of some links."""

    def pages(rows: Rows) -> Ids:
        return np.asarray(snapshot.array("links", "target").take(links[rows])).astype(np.int64)

    return {
        "redirect_chain": lambda rows: _lists(snapshot, pages(rows), _addresses),
        "redirect_statuses": lambda rows: _lists(snapshot, pages(rows), _statuses),
        "n_redirects": lambda rows: _counts(snapshot, pages(rows)),
    }


def hop_of(snapshot: Snapshot, pages: NDArray[Any]) -> Ids:
    """The page that each page redirects to, by its status or an instant refresh; itself where it
    does not.
    """
    onward = snapshot.array("resolution", "next")[pages].astype(np.int64)
    is_hint = snapshot.array("resolution", "resolution")[pages] == Resolution.CANONICAL
    return np.where(is_hint, pages, onward)


def way(onward: NDArray[Any], page: int, is_end: Callable[[int], bool]) -> list[int]:
    """The pages from one on, each the one before hands on to, up to an end; a way that comes back
    ends at the page that was met before.
    """
    found = [page]
    while len(found) <= MOST_HOPS and int(onward[page]) != page and not is_end(page):
        page = int(onward[page])
        found.append(page)
        if page in found[:-1]:
            break
    return found


def _ways(snapshot: Snapshot, pages: Ids) -> dict[int, list[int]]:
    """The way of each of some pages that redirects, itself first."""
    onward, how = (snapshot.array("resolution", name) for name in ("next", "resolution"))
    moving = distinct_of(pages[hop_of(snapshot, pages) != pages])
    return {
        int(page): way(onward, int(page), lambda at: how[at] == Resolution.CANONICAL)
        for page in moving
    }


def _is_unknown(snapshot: Snapshot, pages: Ids) -> NDArray[np.bool_]:
    """Whether nobody knows if a page redirects: it was never read."""
    return np.ma.getmaskarray(snapshot.array("pages", "status")[pages])


def _lists(snapshot: Snapshot, pages: Ids, told: Any) -> pa.Array:
    found = {page: told(snapshot, on) for page, on in _ways(snapshot, pages).items()}
    values = [found.get(page, []) for page in pages.tolist()]
    unknown = _is_unknown(snapshot, pages) & ~np.isin(pages, list(found))
    return pa.array(values, pa.list_(pa.string()), mask=unknown)


def _addresses(snapshot: Snapshot, pages: list[int]) -> list[str]:
    return snapshot.urls(pages[1:])


def _statuses(snapshot: Snapshot, pages: list[int]) -> list[str]:
    statuses = snapshot.array("pages", "status")[pages[:-1]]
    return [str(status) for status in np.ma.filled(statuses, 0)]


def _counts(snapshot: Snapshot, pages: Ids) -> pa.Array:
    found = {page: len(on) - 1 for page, on in _ways(snapshot, pages).items()}
    counts = np.array([found.get(page, 0) for page in pages.tolist()], np.uint8)
    return pa.array(counts, mask=_is_unknown(snapshot, pages) & (counts == 0))
