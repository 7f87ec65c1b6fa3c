"""Links into a scope as they stand in two snapshots, with what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.report.answers.earlier import earlier_of, is_day
from linkshed.report.answers.verdicts import (
    EVENTS,
    REASONS,
    Verdicts,
    of_found,
    of_lost,
    of_standing,
)
from linkshed.report.columns import incoming, need
from linkshed.report.followed import is_followed, is_told
from linkshed.report.grouped import NEVER
from linkshed.snapshot.diff import link_codes, matched
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

Ids = NDArray[np.int64]
F64 = NDArray[np.float64]
GONE = tuple(EVENTS.index(name) for name in ("lost", "unseen"))


class Side:
    """Links as they stand in one snapshot, with what became of them; null figures are NaN."""

    def __init__(self, snapshot: Snapshot, rows: Ids, told: Verdicts) -> None:
        self.snapshot, self.rows, self.told = snapshot, rows, told
        self.before, self.after, self.was_followed = np.full((3, len(rows)), np.nan)

    def chosen(self, kept: NDArray[np.bool_]) -> Side:
        """Some of the links."""
        told = Verdicts(*(v[kept] for v in (self.told.event, self.told.reason, self.told.day)))
        made = Side(self.snapshot, self.rows[kept], told)
        made.before, made.after = self.before[kept], self.after[kept]
        made.was_followed = self.was_followed[kept]
        return made

    def domains(self) -> pa.Array:
        """The domain each link comes from."""
        pages = self.snapshot.array("links", "source")[self.rows]
        return self.snapshot.pick("domains", "domain", self.snapshot.domain_of(pages))


@dataclass(frozen=True)
class Sides:
    """All links into a scope: ``now`` as they stand in a snapshot, ``then`` those that stand only
    in the earlier one.
    """

    earlier: Snapshot
    now: Side
    then: Side

    def __iter__(self) -> Any:
        return iter((self.now, self.then))

    @property
    def event(self) -> Ids:
        """The number of each link's event in EVENTS, those of now first, as everywhere here."""
        return np.concatenate([side.told.event for side in self])

    @property
    def day(self) -> Ids:
        """When the look was taken that shows it; NEVER when nobody looked."""
        return np.concatenate([side.told.day for side in self])

    @property
    def is_gone(self) -> NDArray[np.bool_]:
        """Whether each link is lost or unseen."""
        return np.isin(self.event, GONE)

    def pages(self, end: str) -> Ids:
        """A number for the page at one end of each link, the same in both snapshots."""
        return np.roll(link_codes(self.earlier, self.then.rows, self.now.snapshot, self.now.rows,
                                  end), -len(self.then.rows))  # fmt: skip

    def domains(self) -> pa.Array:
        """The domain each link comes from."""
        return pa.concat_arrays([_flat(side.domains()) for side in self])


def sides_of(snapshot: Snapshot, scope: Scope, since: str | None, *, standing: bool) -> Sides:
    """The links into a scope since an earlier snapshot; without ``standing`` only those whose state
    differs. Raises NotFoundError, MissingScore.
    """
    earlier = earlier_of(snapshot, since)
    for one in (earlier, snapshot):
        need(one, "links", "equity")
    now, then = (_kept(side, since, standing) for side in _both(earlier, snapshot, scope))
    return Sides(earlier, now, then)


def _both(earlier: Snapshot, later: Snapshot, scope: Scope) -> tuple[Side, Side]:
    """Links as they stand now, and links that do not stand any more as they stood."""
    links = matched(earlier, incoming(earlier, scope), later, incoming(later, scope))
    stand, found = of_standing(earlier, later, links), of_found(earlier, later, links)
    both = Verdicts(*(np.concatenate(pair) for pair in zip(
        (stand.event, stand.reason, stand.day), (found.event, found.reason, found.day), strict=True
    )))  # fmt: skip
    now = Side(later, np.concatenate([links.later, links.found]), both)
    now.after = _equity(later, now.rows)
    now.before[: len(links.earlier)] = _equity(earlier, links.earlier)
    now.was_followed[: len(links.earlier)] = _followed(earlier, links.earlier)
    then = Side(earlier, links.lost, of_lost(earlier, later, links))
    then.before = _equity(earlier, links.lost)
    then.was_followed = _followed(earlier, links.lost)
    return now, then


def _followed(snapshot: Snapshot, rows: Ids) -> F64:
    return np.where(is_told(snapshot, rows), is_followed(snapshot, rows), np.nan)


def _equity(snapshot: Snapshot, rows: Ids) -> F64:
    return np.asarray(snapshot.array("links", "equity")[rows], np.float64)


def _kept(side: Side, since: str | None, standing: bool) -> Side:
    """Without what is left out: links that stand, unless they are asked for, and what happened
    before a day; what changed before it stands since.
    """
    told, is_early = side.told, _is_before(side.told.day, since)
    stays = is_early & ~np.isin(told.event, GONE)
    event = np.where(stays, EVENTS.index("stands"), told.event)
    reason = np.where(stays, REASONS.index(None), told.reason)
    side.told = Verdicts(event, reason, np.where(stays, NEVER, told.day))
    return side.chosen((stays | ~is_early) & (standing | (event != EVENTS.index("stands"))))


def _is_before(days: Ids, since: str | None) -> NDArray[np.bool_]:
    """Whether something happened before the day that an earlier snapshot is named by."""
    if since is None or not is_day(since):
        return np.zeros(len(days), np.bool_)
    start = datetime.fromisoformat(since).replace(tzinfo=UTC).timestamp()
    return np.asarray((days != NEVER) & (days < start))


def _flat(column: Any) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
