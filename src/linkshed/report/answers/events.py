"""The rows of a report on new and lost links: of two snapshots, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.report.answers.sides import Sides, sides_of
from linkshed.report.answers.verdicts import EVENTS, REASONS
from linkshed.report.columns import link_makers
from linkshed.report.frame import Frame, Maker, of_table
from linkshed.report.grouped import NEVER
from linkshed.schema import Column
from linkshed.snapshot.arrow import TYPES
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

Ids = NDArray[np.int64]
DAY_SECONDS = 86_400
_COUNTED = EVENTS[:-1]
_UNSURE = (
    "Found and unseen links are no changes: their pages were not read both times, so they may have"
    " stood there before, or still do."
)


def events(
    snapshot: Snapshot, scope: Scope, options: Mapping[str, Any], columns: Sequence[Column]
) -> Frame:
    """A frame of what became of the links into a scope, by link, day or domain."""
    sides = sides_of(snapshot, scope, options["since"], standing=options["standing"])
    numbers = sides.event
    counts = np.bincount(numbers, minlength=len(EVENTS)).tolist()
    notes = {name: n for name, n in zip(EVENTS, counts, strict=True) if n}
    seen = f"Compared with {sides.earlier.id}."
    remarks = (seen, _UNSURE) if notes.keys() & {"found", "unseen"} else (seen,)
    if options["by"] != "link":
        return of_table(_sums(sides, options["by"], columns), notes, remarks)
    makers = _together(sides) | _facts(sides)
    n_bytes = sum(side.rows.nbytes * 6 for side in sides)
    groups = _groups(sides, options["grouping"])
    return Frame(len(numbers), makers, groups, notes, remarks, n_bytes)


def _groups(sides: Sides, grouping: str) -> Ids | None:
    """Links that one row stands for, as the option of backlinks says."""
    if grouping == "all":
        return None
    domain = np.asarray(sides.domains().dictionary_encode().indices).astype(np.int64)
    if grouping == "domain":
        return domain
    placement = [side.snapshot.array("links", "placement")[side.rows] for side in sides]
    keys = np.stack([sides.pages("target"), domain, np.concatenate(placement)])
    found: Ids = np.unique(keys, axis=1, return_inverse=True)[1].ravel()
    return found


def _together(sides: Sides) -> dict[str, Maker]:
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


def _facts(sides: Sides) -> dict[str, Maker]:
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


def _sums(sides: Sides, by: str, columns: Sequence[Column]) -> pa.Table:
    """A row for each day or domain; what several links cannot share is null."""
    event = sides.event
    if by == "domain":
        keys, name = sides.domains(), "source_domain"
    else:
        day = sides.day
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
