"""The rows of a comparison of pages between two snapshots, matched by address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.errors import MissingScore
from linkshed.report.answers.earlier import earlier_of
from linkshed.report.columns import page_rows
from linkshed.report.frame import Frame, labels, of_table
from linkshed.schema import Resolution
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

Values = NDArray[Any]
KNOWN = ("both", "new", "unseen")


def movers(snapshot: Snapshot, scope: Scope, since: str | None, which: str, points: float) -> Frame:
    """A frame over the pages whose rating moved by ``points`` or whose state changed.

    Raises NotFoundError without an earlier snapshot, MissingScore when the two cannot be compared.
    """
    earlier = earlier_of(snapshot, since)
    _check_alike(earlier, snapshot)
    pair = _Pair(earlier, snapshot, scope)
    kept = np.flatnonzero(pair.chosen(which, points))
    pages = pair.pages_in_both
    remark = f"Compared with {earlier.id}: {pages:,} pages of the scope are in both snapshots."
    return of_table(pair.table(kept), remarks=(remark,))


class _Pair:
    """The pages of a scope in two snapshots; a row is -1 where a page is absent."""

    def __init__(self, earlier: Snapshot, later: Snapshot, scope: Scope) -> None:
        self.earlier, self.later = earlier, later
        then, now = page_rows(earlier, scope), page_rows(later, scope)
        rows_then = dict(zip(earlier.urls(then), then.tolist(), strict=True))
        urls = later.urls(now)
        matched = [rows_then.pop(url, -1) for url in urls]
        self.urls = [*urls, *rows_then]
        self.then = np.array([*matched, *rows_then.values()], np.int64)
        self.now = np.concatenate([now, np.full(len(rows_then), -1)])

    @property
    def pages_in_both(self) -> int:
        return int(np.count_nonzero((self.then >= 0) & (self.now >= 0)))

    def chosen(self, which: str, points: float) -> Values:
        """Whether each page is to be shown."""
        gain = self.gain("rating")
        choices: dict[str, Callable[[], Values]] = {
            "rising": lambda: gain >= max(points, np.nextafter(0, 1)),
            "falling": lambda: gain <= -max(points, np.nextafter(0, 1)),
            "dead": self.is_newly_dead,
        }
        if which in choices:
            return choices[which]()
        is_other = self.numbers("resolution", "resolution")
        changed = (is_other[0] != is_other[1]).filled(True)
        return np.asarray(choices["rising"]() | choices["falling"]() | changed)

    def is_newly_dead(self) -> Values:
        """Dead now, and not known to be dead then."""
        before, after = (
            (numbers >= Resolution.DEAD).filled(False)
            for numbers in self.numbers("resolution", "resolution")
        )
        return np.asarray(after & ~before)

    def gain(self, name: str) -> Values:
        """What a score gained; NaN where it is absent in either."""
        before, after = (numbers.filled(np.nan) for numbers in self.numbers("pages", name))
        return np.asarray(after - before)

    def numbers(self, table: str, name: str) -> list[np.ma.MaskedArray[Any, Any]]:
        """A column then and now, masked where a page or its value is absent."""
        return [_numbers(self.earlier, table, name, self.then),
                _numbers(self.later, table, name, self.now)]  # fmt: skip

    def table(self, rows: Values) -> pa.Table:
        """The columns of some of the pages."""
        status, rating, equity, fetched = (
            self.numbers("pages", name) for name in ("status", "rating", "equity", "fetched_at")
        )
        resolution = self.numbers("resolution", "resolution")
        known = np.where(self.now < 0, 2, (self.then < 0).astype(np.int8))
        is_read = (fetched[1] != fetched[0].filled(-1)).filled(False) & (self.now >= 0)
        whole = {
            "known": pa.array([KNOWN[code] for code in known[rows]], pa.string()),
            "rating_gain": _floats(self.gain("rating")[rows]),
            "rating_before": _floats(rating[0].filled(np.nan)[rows]),
            "rating_after": _floats(rating[1].filled(np.nan)[rows]),
            "gain": _floats(self.gain("equity")[rows]),
            "equity_before": _floats(equity[0].filled(np.nan)[rows]),
            "equity_after": _floats(equity[1].filled(np.nan)[rows]),
            "is_newly_dead": pa.array(self.is_newly_dead()[rows]),
            "status_before": _whole(status[0][rows], pa.uint16()),
            "status_after": _whole(status[1][rows], pa.uint16()),
            "resolution_before": labels(_whole(resolution[0][rows], pa.uint8()), Resolution),
            "resolution_after": labels(_whole(resolution[1][rows], pa.uint8()), Resolution),
            "is_read_again": pa.array(is_read[rows]),
        }
        for name in ("n_backlinks", "n_refdomains"):
            numbers = _numbers(self.later, "pages", name, self.now)
            whole[name] = _whole(numbers[rows], pa.uint32())
        return pa.table({"url": pa.array([self.urls[i] for i in rows], pa.string()), **whole})


def _numbers(
    snapshot: Snapshot, table: str, name: str, rows: Values
) -> np.ma.MaskedArray[Any, Any]:
    column = snapshot.array(table, name)
    if not len(column):
        return np.ma.array(np.zeros(len(rows), column.dtype), mask=True)
    found = column.take(np.maximum(rows, 0))
    if found.dtype.kind == "f":
        found = np.ma.masked_invalid(found.astype(np.float64))
    return np.ma.array(np.ma.getdata(found), mask=np.ma.getmaskarray(found) | (rows < 0))


def _floats(values: Values) -> pa.Array:
    return pa.array(values, pa.float64(), from_pandas=True)


def _whole(values: np.ma.MaskedArray[Any, Any], kind: pa.DataType) -> pa.Array:
    return pa.array(np.ma.getdata(values), mask=np.ma.getmaskarray(values)).cast(kind)


def _check_alike(earlier: Snapshot, later: Snapshot) -> None:
    """Raise MissingScore when one is not scored, or they are by different weights."""
    profiles = [_profile(snapshot) for snapshot in (earlier, later)]
    if profiles[0] != profiles[1]:
        raise MissingScore(
            f"snapshot {earlier.id} is scored with {profiles[0]!r}, {later.id} with"
            f" {profiles[1]!r}",
            repair=f"linkshed score --profile {profiles[1]} --snapshot {earlier.id}",
        )


def _profile(snapshot: Snapshot) -> str:
    record = snapshot.manifest.scores.get("equity")
    if record is None:
        raise MissingScore(
            f"snapshot {snapshot.id} is not scored",
            repair=f"linkshed score --snapshot {snapshot.id}",
        )
    return str(record["profile"])
