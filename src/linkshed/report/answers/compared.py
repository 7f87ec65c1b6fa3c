"""Findings of two snapshots side by side.

``added``: the page was known before, and has the finding now; ``new``: the page was not known;
``removed``: the page is still met, and the finding is gone; ``missing``: the page is met no longer;
``unchanged``: found both times. Only findings that are certain are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from linkshed.report.answers.audits import Audit, audits
from linkshed.report.frame import Frame
from linkshed.snapshot.haste import begun
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.parse import parse_url
from linkshed.urls.scope import Scope

CHANGES = ("added", "new", "removed", "missing", "unchanged")


@dataclass(frozen=True)
class Part:
    """Some findings of one audit, and of each what became of it; None where it is not said."""

    audit: Audit
    rows: NDArray[np.int64]
    change: list[str | None]


def parts(
    snapshot: Snapshot, scope: Scope, against: str | None, frame_of: Callable[[list[Part]], Frame]
) -> list[Part]:
    """All findings now, and those of the snapshot ``against`` that are gone; the frame of the first
    of them is begun.

    Raises NotFoundError and MissingScore for the other snapshot.
    """
    if against is None:
        return _alone(audits(snapshot, scope, partial(_begin, frame_of)))
    now = audits(snapshot, scope)
    before = Store.open(snapshot.store_path).snapshot(against)
    pairs = zip(now, audits(before, scope), strict=True)
    return [part for one, other in pairs for part in _compared(snapshot, one, before, other)]


def _begin(frame_of: Callable[[list[Part]], Frame], now: list[Audit]) -> None:
    if any(audit.frame.n for audit in now):
        begun(lambda: frame_of(_alone(now)))


def _alone(now: list[Audit]) -> list[Part]:
    return [Part(audit, np.arange(audit.frame.n), [None] * audit.frame.n) for audit in now]


def _compared(snapshot: Snapshot, now: Audit, before: Snapshot, then: Audit) -> Sequence[Part]:
    keys, old = now.keys(), then.keys()
    sure_then = {key for key, sure in zip(old, then.is_sure, strict=True) if sure}
    subjects = now.subjects()
    change = [
        _arrived(before, page, key in sure_then) if sure else None
        for key, page, sure in zip(keys, subjects, now.is_sure, strict=True)
    ]
    known, pages, is_sure = set(keys), then.subjects(), then.is_sure
    gone = [n for n, key in enumerate(old) if is_sure[n] and key not in known]
    lost: list[str | None] = [_left(before, snapshot, pages[n]) for n in gone]
    return Part(now, np.arange(now.frame.n), change), Part(then, np.array(gone, np.int64), lost)


def _arrived(before: Snapshot, page: str | None, was_found: bool) -> str:
    if was_found:
        return "unchanged"
    return "added" if page is None or _row(before, page) is not None else "new"


def _left(before: Snapshot, now: Snapshot, page: str | None) -> str:
    """A page is missing when it is not there, was read and is not now, or was met no more since."""
    if page is None:
        return "removed"
    then, there = _row(before, page), _row(now, page)
    if then is None or there is None:
        return "missing"
    was_read, is_read = _fact(before, then, "status"), _fact(now, there, "status")
    met = _fact(now, there, "last_seen")
    is_stale = met is not None and met == _fact(before, then, "last_seen")
    return "missing" if was_read is not None and (is_read is None or is_stale) else "removed"


def _row(snapshot: Snapshot, page: str) -> int | None:
    return snapshot.page_id(parse_url(page))


def _fact(snapshot: Snapshot, row: int, name: str) -> int | None:
    value = snapshot.array("pages", name)[row]
    return None if value is np.ma.masked else int(value)
