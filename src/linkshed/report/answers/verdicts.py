"""What became of each link between two snapshots, and how one knows.

``new`` and ``lost`` need two looks at the page the link stands on: one at which it stood there, and
one at which it did not. Without the earlier look it is ``found``, without the later one ``unseen``.
A page that answers with an error that may pass was not looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.report.followed import is_followed, is_told
from linkshed.report.grouped import NEVER
from linkshed.schema import Indexability, Placement, Resolution
from linkshed.snapshot.diff import ABSENT, Matched, same_pages
from linkshed.snapshot.tables import Snapshot

Ids = NDArray[np.int64]
Bools = NDArray[np.bool_]
EVENTS = ("new", "found", "changed", "lost", "unseen", "stands")
REASONS = (
    "link_found", "link_restored", "page_found", "indexable", "removed", "not_found",
    "page_redirected", "noindex", "not_canonical", "lost_redirect", "nofollow", "followed",
    "words", "moved", "not_read", "page_error", None,
)  # fmt: skip
GONE = (404, 410)


@dataclass(frozen=True)
class Verdicts:
    """By link: numbers of EVENTS and REASONS, and when it was seen (NEVER: nobody looked)."""

    event: Ids
    reason: Ids
    day: Ids


def _verdicts(names: list[tuple[str, str | None]], which: Ids, day: Ids) -> Verdicts:
    """``which`` names an event and its reason by number."""
    event, reason = (np.array(numbers, np.int64) for numbers in zip(
        *((EVENTS.index(event), REASONS.index(reason)) for event, reason in names), strict=True
    ))  # fmt: skip
    return Verdicts(event[which], reason[which], day)


def of_standing(earlier: Snapshot, later: Snapshot, links: Matched) -> Verdicts:
    """Of links that stand in both: what else changed; the weightiest change counts."""
    sides = ((earlier, links.earlier), (later, links.later))
    was, now = (_final(s, s.array("links", "source")[rows]) for s, rows in sides)
    was_fine, is_fine = (_is_indexable(final) for final in (was, now))
    was_followed, followed = (is_followed(s, rows) for s, rows in sides)
    is_compared = np.logical_and(*(is_told(s, rows) for s, rows in sides))
    was_at, is_at = (s.array("links", "placement")[rows] for s, rows in sides)
    names: list[tuple[str, str | None]] = [
        ("stands", None), ("lost", "noindex"), ("lost", "not_canonical"), ("lost", "not_found"),
        ("new", "indexable"), ("lost", "lost_redirect"), ("changed", "nofollow"),
        ("changed", "followed"), ("changed", "words"), ("changed", "moved"),
    ]  # fmt: skip
    is_known = (was_at != Placement.UNKNOWN) & (is_at != Placement.UNKNOWN)
    noindex = (Indexability.NOINDEX_META, Indexability.NOINDEX_HEADER)
    conditions = [
        was_fine & np.isin(now, noindex), was_fine & (now == Indexability.CANONICALISED),
        was_fine & ~is_fine, ~was_fine & is_fine, _redirect_lost(earlier, later, links),
        is_compared & was_followed & ~followed, is_compared & ~was_followed & followed,
        links.is_reworded, is_known & (was_at != is_at),
    ]  # fmt: skip
    which = np.select(conditions, range(1, len(names)), 0)
    read_at = _read_at(later, later.array("links", "source")[links.later].astype(np.int64))
    return _verdicts(names, which, np.where(which == 0, NEVER, read_at))


def of_found(earlier: Snapshot, later: Snapshot, links: Matched) -> Verdicts:
    """Of links that stand in the later snapshot only."""
    pages, at = np.unique(later.array("links", "source")[links.found], return_inverse=True)
    before = same_pages(later, pages.astype(np.int64), earlier)
    read_before, read_after = _read_at(earlier, before), _read_at(later, pages.astype(np.int64))
    is_read = (read_before != NEVER) & ~_failed(earlier, before)
    first_seen = _times(later, "links", "first_seen", links.found)
    is_old = (first_seen != NEVER) & (first_seen < read_before[at])
    names: list[tuple[str, str | None]] = [
        ("found", "page_found"), ("found", "not_read"), ("new", "link_restored"),
        ("new", "link_found"),
    ]  # fmt: skip
    conditions = [~is_read[at], (read_after <= read_before)[at], is_old]
    which = np.select(conditions, [0, 1, 2], 3)
    day = np.where((first_seen == NEVER) | (which == 2), read_after[at], first_seen)
    return _verdicts(names, which, day)


def of_lost(earlier: Snapshot, later: Snapshot, links: Matched) -> Verdicts:
    """Of links that stood in the earlier snapshot only."""
    pages, at = np.unique(earlier.array("links", "source")[links.lost], return_inverse=True)
    now = same_pages(earlier, pages.astype(np.int64), later)
    read_before, read_after = _read_at(earlier, pages.astype(np.int64)), _read_at(later, now)
    own = later.array("pages", "indexability")[np.maximum(now, 0)]
    names: list[tuple[str, str | None]] = [
        ("unseen", "not_read"), ("unseen", "page_error"), ("lost", "not_found"),
        ("lost", "page_redirected"), ("lost", "removed"),
    ]  # fmt: skip
    conditions = [
        read_after <= read_before, _failed(later, now),
        np.isin(own, (Indexability.CLIENT_ERROR, Indexability.NOT_FOUND_TEXT)),
        np.isin(own, (Indexability.REDIRECTED, Indexability.REFRESHED)),
    ]  # fmt: skip
    which = np.select(conditions, [0, 1, 2, 3], 4)
    return _verdicts(names, which[at], np.where(which == 0, NEVER, read_after)[at])


def _final(snapshot: Snapshot, pages: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(snapshot.array("resolution", "final_indexability")[pages])


def _is_indexable(final: NDArray[Any]) -> Bools:
    return np.isin(final, (Indexability.INDEXABLE, Indexability.UNKNOWN))


def _redirect_lost(earlier: Snapshot, later: Snapshot, links: Matched) -> Bools:
    was, now = (
        snapshot.array("resolution", "resolution")[snapshot.array("links", "target")[rows]]
        for snapshot, rows in ((earlier, links.earlier), (later, links.later))
    )
    led = np.isin(was, (Resolution.REDIRECT, Resolution.REFRESH))
    return np.asarray(led & (now >= Resolution.DEAD))


def _times(snapshot: Snapshot, table: str, name: str, rows: Ids) -> Ids:
    values = snapshot.array(table, name)[rows]
    known: Ids = np.ma.getdata(values).astype(np.int64)
    return np.where(np.ma.getmaskarray(values), NEVER, known)


def _read_at(snapshot: Snapshot, pages: Ids) -> Ids:
    """When pages were read; NEVER where they were not, or there is no such page."""
    read = _times(snapshot, "pages", "fetched_at", np.maximum(pages, 0))
    return np.where(pages == ABSENT, NEVER, read)


def _failed(snapshot: Snapshot, pages: Ids) -> Bools:
    """Whether the look at a page failed in a way that may pass: its links are not known."""
    own, status = (
        snapshot.array("pages", name)[np.maximum(pages, 0)] for name in ("indexability", "status")
    )
    is_refused = (own == Indexability.CLIENT_ERROR) & ~np.isin(np.ma.filled(status, 0), GONE)
    return np.asarray(is_refused | np.isin(own, (Indexability.SERVER_ERROR, Indexability.EMPTY)))
