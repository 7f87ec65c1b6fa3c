"""The rows of a report on new and lost links: of two snapshots, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.report.answers.earlier import earlier_of, is_day
from linkshed.report.answers.verdicts import (
    EVENTS,
    NEVER,
    REASONS,
    Verdicts,
    of_found,
    of_lost,
    of_standing,
)
from linkshed.report.columns import incoming, is_followed, link_makers, need
from linkshed.report.frame import Frame, Maker, of_table
from linkshed.schema import Column
from linkshed.snapshot.arrow import TYPES
from linkshed.snapshot.diff import matched
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

Ids = NDArray[np.int64]
F64 = NDArray[np.float64]
DAY_SECONDS = 86_400
_COUNTED = EVENTS[:-1]
_UNSURE = (
    "Found and unseen links are no changes: their pages were not read both times, so they may have"
    " stood there before, or still do."
)


class _Side:
    """Links as they stand in one snapshot, with what became of them; null figures are NaN."""

    def __init__(self, snapshot: Snapshot, rows: Ids, told: Verdicts) -> None:
        self.snapshot, self.rows, self.told = snapshot, rows, told
        self.before, self.after, self.was_followed = np.full((3, len(rows)), np.nan)

    def chosen(self, kept: NDArray[np.bool_]) -> _Side:
        """Some of the links."""
        told = Verdicts(*(v[kept] for v in (self.told.event, self.told.reason, self.told.day)))
        made = _Side(self.snapshot, self.rows[kept], told)
        made.before, made.after = self.before[kept], self.after[kept]
        made.was_followed = self.was_followed[kept]
        return made

    def domains(self) -> pa.Array:
        """The domain each link comes from."""
        pages = self.snapshot.array("links", "source")[self.rows]
        return self.snapshot.pick("domains", "domain", self.snapshot.domain_of(pages))


def events(
    snapshot: Snapshot, scope: Scope, options: Mapping[str, Any], columns: Sequence[Column]
) -> Frame:
    """A frame of what became of the links into a scope, by link, day or domain."""
    earlier = earlier_of(snapshot, options["since"])
    for one in (earlier, snapshot):
        need(one, "links", "equity")
    sides = [_kept(side, options) for side in _sides(earlier, snapshot, scope)]
    numbers = np.concatenate([side.told.event for side in sides])
    counts = np.bincount(numbers, minlength=len(EVENTS)).tolist()
    notes = {name: n for name, n in zip(EVENTS, counts, strict=True) if n}
    seen = f"Compared with {earlier.id}."
    remarks = (seen, _UNSURE) if notes.keys() & {"found", "unseen"} else (seen,)
    if options["by"] == "link":
        makers = _together(sides) | _facts(sides)
        n_bytes = sum(side.rows.nbytes * 6 for side in sides)
        return Frame(len(numbers), makers, None, notes, remarks, n_bytes)
    return of_table(_sums(sides, options["by"], columns), notes, remarks)


def _sides(earlier: Snapshot, later: Snapshot, scope: Scope) -> tuple[_Side, _Side]:
    """Links as they stand now, and links that do not stand any more as they stood."""
    links = matched(earlier, incoming(earlier, scope), later, incoming(later, scope))
    stand, found = of_standing(earlier, later, links), of_found(earlier, later, links)
    both = Verdicts(*(np.concatenate(pair) for pair in zip(
        (stand.event, stand.reason, stand.day), (found.event, found.reason, found.day), strict=True
    )))  # fmt: skip
    now = _Side(later, np.concatenate([links.later, links.found]), both)
    now.after = _equity(later, now.rows)
    now.before[: len(links.earlier)] = _equity(earlier, links.earlier)
    now.was_followed[: len(links.earlier)] = is_followed(earlier, links.earlier)
    then = _Side(earlier, links.lost, of_lost(earlier, later, links))
    then.before = _equity(earlier, links.lost)
    then.was_followed = is_followed(earlier, links.lost).astype(np.float64)
    return now, then


def _equity(snapshot: Snapshot, rows: Ids) -> F64:
    return np.asarray(snapshot.array("links", "equity")[rows], np.float64)


def _kept(side: _Side, options: Mapping[str, Any]) -> _Side:
    """Without what the options leave out: links that stand, and what happened before a day."""
    kept = np.ones(len(side.rows), np.bool_)
    if not options["standing"]:
        kept &= side.told.event != EVENTS.index("stands")
    if is_day(options["since"]):
        start = datetime.fromisoformat(options["since"]).replace(tzinfo=UTC).timestamp()
        kept &= (side.told.day == NEVER) | (side.told.day >= start)
    return side.chosen(kept)


def _together(sides: Sequence[_Side]) -> dict[str, Maker]:
    """Columns of links of several snapshots, one after the other."""
    made = [link_makers(side.snapshot, side.rows) for side in sides]
    borders = np.cumsum([0, *(len(side.rows) for side in sides)])

    def maker(name: str) -> Maker:
        def make(rows: Any) -> Any:
            numbers = np.arange(borders[-1])[rows]
            at = np.searchsorted(borders, numbers, side="right") - 1
            parts = [
                _flat(makers[name](numbers[at == k] - borders[k])) for k, makers in enumerate(made)
            ]
            order = np.argsort(np.argsort(at, kind="stable"), kind="stable")
            return pa.concat_arrays(parts).take(pa.array(order))

        return make

    names = [name for name in made[0] if all(name in makers for makers in made)]
    return {name: maker(name) for name in names}


def _flat(column: Any) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _facts(sides: Sequence[_Side]) -> dict[str, Maker]:
    """What became of each link."""
    event, reason, day = (
        np.concatenate([getattr(side.told, name) for side in sides])
        for name in ("event", "reason", "day")
    )
    before, after, followed = (
        np.concatenate([getattr(side, name) for side in sides])
        for name in ("before", "after", "was_followed")
    )
    columns = {
        "event": pa.array(EVENTS).take(pa.array(event)),
        "reason": pa.array(REASONS, pa.string()).take(pa.array(reason)),
        "day": pa.array(day, mask=day == NEVER).cast(pa.timestamp("s")),
        "is_new": _told(event, "new", "found"),
        "is_lost": _told(event, "lost", "unseen"),
        "equity_before": pa.array(before, mask=np.isnan(before)),
        "equity_after": pa.array(after, mask=np.isnan(after)),
        "was_followed": pa.array(followed == 1, mask=np.isnan(followed)),
        **{
            f"{name}_links": pa.array((event == k).astype(np.uint32))
            for k, name in enumerate(_COUNTED)
        },
    }
    return {name: _plain(values) for name, values in columns.items()}


def _told(event: Ids, which: str, unsure: str) -> pa.Array:
    """Whether each link is of one event; null where that is not known."""
    return pa.array(event == EVENTS.index(which), mask=event == EVENTS.index(unsure))


def _plain(values: pa.Array) -> Maker:
    return lambda rows: values if isinstance(rows, slice) else values.take(pa.array(rows))


def _sums(sides: Sequence[_Side], by: str, columns: Sequence[Column]) -> pa.Table:
    """A row for each day or domain; what several links cannot share is null."""
    event = np.concatenate([side.told.event for side in sides])
    if by == "domain":
        keys = pa.concat_arrays([_flat(side.domains()) for side in sides])
        name = "source_domain"
    else:
        day = np.concatenate([side.told.day for side in sides])
        seconds = pa.array(day // DAY_SECONDS * DAY_SECONDS, mask=day == NEVER)
        keys, name = seconds.cast(pa.timestamp("s")), "day"
    coded = keys.dictionary_encode(null_encoding="encode")
    groups, n = np.asarray(coded.indices).astype(np.int64), len(coded.dictionary)
    sums = {name: coded.dictionary}
    for k, counted in enumerate(_COUNTED):
        counts = np.bincount(groups[event == k], minlength=n).astype(np.uint32)
        sums[f"{counted}_links"] = pa.array(counts)
    for figure in ("before", "after"):
        values = np.concatenate([getattr(side, figure) for side in sides])
        total = np.bincount(groups, np.nan_to_num(values), n).astype(np.float64)
        known = np.bincount(groups[~np.isnan(values)], minlength=n)
        sums[f"equity_{figure}"] = pa.array(total, mask=known == 0)
    empty = {c.name: pa.nulls(n, TYPES[c.type]) for c in columns}
    return pa.table(empty | sums)
