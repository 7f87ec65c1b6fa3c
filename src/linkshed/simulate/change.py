"""Why equity changed between two snapshots: an exact split by link and by cause.

    E_j = (1-d) b_j + sum over pages i of c_ij         c_ij = d E_i w_ij / A_i
    w_ij: attention times pass factor of all links from i that end at j; A_i: attention on i

A page i that links in both snapshots changes c by three parts, each with the others at their mean:

    strength   the source holds more or less      dE_i
    link       the links themselves changed       dw_ij
    dilution   other links on the source changed  d(1 / A_i)

What links in one snapshot only is ``won`` or ``lost`` when its page was read in both, ``link`` when
it was read once only (its target leads elsewhere now), else ``coverage``: nobody looked, before or
afterwards. ``base`` is the page's own. Parts sum to the change; points of rating are split in
proportion.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.errors import MissingScore, NotFoundError
from linkshed.score.scale import rating
from linkshed.simulate.inflow import F64, Flow, Ids, Inflow, Pages, Pairs, inflow_of, side_by_side
from linkshed.simulate.web import Web
from linkshed.snapshot.diff import ABSENT
from linkshed.urls.scope import Scope

CAUSES = ("won", "lost", "link", "dilution", "strength", "base", "coverage")
WON, LOST, LINK, DILUTION, STRENGTH, BASE, COVERAGE = range(len(CAUSES))
THREE = (LINK, DILUTION, STRENGTH)
NOBODY = -1
UNREAD = np.iinfo(np.int64).min
Codes = NDArray[np.int8]
Columns = tuple[NDArray[Any], ...]


@dataclass(frozen=True)
class Parts:
    """What each cause at each link (or base) added to the equity of a page: those of the pages
    themselves first, then by the page that links. ``cause`` is a place in CAUSES; ``source``
    (NOBODY for base) and ``target`` are places in ``urls``.
    """

    urls: pa.StringArray
    cause: Codes
    source: NDArray[np.int32]
    target: NDArray[np.int32]
    gain: F64
    before: F64
    after: F64

    def __len__(self) -> int:
        return len(self.gain)

    @property
    def nbytes(self) -> int:
        """The memory they take."""
        columns = (self.cause, self.source, self.target, self.gain, self.before, self.after)
        return int(self.urls.nbytes) + sum(column.nbytes for column in columns)


@dataclass(frozen=True)
class Change:
    """The split. ``before`` and ``after`` are the scope's equity; a page not known holds 0."""

    before: float
    after: float
    parts: Parts

    @cached_property
    def residual(self) -> float:
        """What the split leaves unexplained."""
        return self.after - self.before - _total(self.parts.gain)

    @property
    def points_per_equity(self) -> float:
        """Rating points per page-equivalent; the scope's equity rated as one page's."""
        low, high = rating(np.array([self.before, self.after]))
        gain = self.after - self.before
        if abs(gain) > 1e-12 * self.after:
            return float((high - low) / gain)
        slope = rating(np.array([1.0, np.e]))
        return float((slope[1] - slope[0]) / self.after) if self.after > 0 else 0.0


def change_of(earlier: Web, later: Web, scope: Scope) -> Change:
    """Why a scope's equity is not what it was.

    Raises MissingScore for unlike profiles, NotFoundError when the scope holds equity in neither.
    """
    _check_alike(earlier, later)
    old, new = (inflow_of(web, web.inside(scope) & web.nodes.is_node) for web in (earlier, later))
    if not len(old.targets) and not len(new.targets):
        raise NotFoundError(
            f"scope {scope.text!r}: none of its pages holds equity in either snapshot",
            repair=f"see what is known: linkshed pages '{scope.text}'",
        )
    pages, pairs = side_by_side(old, new)
    links = _links(pairs, _lone_causes(old, new, pages, pairs), later.damping)
    columns = zip(_own(old, new, pages), links, strict=True)
    before, after = (_total(side.web.equity[side.targets]) for side in (old, new))
    return Change(before, after, Parts(pages.urls, *map(np.concatenate, columns)))


def sums_by_cause(parts: Parts) -> dict[str, float]:
    """What each cause added, in the order of CAUSES; those without part left out."""
    sums = np.bincount(parts.cause, parts.gain, len(CAUSES)).tolist()
    counts = np.bincount(parts.cause, minlength=len(CAUSES))
    return {cause: sums[code] for code, cause in enumerate(CAUSES) if counts[code]}


def _check_alike(earlier: Web, later: Web) -> None:
    if earlier.profile.name != later.profile.name:
        raise MissingScore(
            f"snapshot {earlier.snapshot.id} is scored with {earlier.profile.name!r}, "
            f"{later.snapshot.id} with {later.profile.name!r}",
            repair=f"linkshed score --profile {later.profile.name}"
            f" --snapshot {earlier.snapshot.id}",
        )


def _total(values: F64) -> float:
    """The sum, added one by one in their order."""
    return float(sum(values.tolist()))


def _own(old: Inflow, new: Inflow, pages: Pages) -> Columns:
    """What pages have of themselves, where that changed."""
    before, after = _base(old, pages.then), _base(new, pages.now)
    at = np.flatnonzero(before != after)
    is_known = (pages.then[at] != ABSENT) & (pages.now[at] != ABSENT)
    before, after = before[at], after[at]
    cause = np.where(is_known, BASE, COVERAGE)
    return _columns(cause, np.full(len(at), NOBODY), at, after - before, before, after)


def _columns(cause: Ids, source: Ids, target: Ids, *figures: F64) -> Columns:
    return (cause.astype(np.int8), source.astype(np.int32), target.astype(np.int32), *figures)


def _base(side: Inflow, pages: Ids) -> F64:
    """Of each page, if it is one of the scope's; ``pages`` are numbers of that snapshot."""
    found = np.zeros(len(pages))
    is_own = np.isin(pages, side.targets)
    found[is_own] = (1 - side.web.damping) * side.web.nodes.base[pages[is_own]]
    return found


def _links(pairs: Pairs, lone: Ids, damping: float) -> Columns:
    """What comes by links; ``lone`` is the cause where they stand in one snapshot only."""
    before, after = _carried(pairs.then, damping), _carried(pairs.now, damping)
    gain, cause = np.zeros((len(lone), 3)), np.tile(THREE, (len(lone), 1))
    in_both = pairs.then.is_there & pairs.now.is_there
    gain[in_both] = _three(pairs, in_both, damping)
    gain[~in_both, 0] = (after - before)[~in_both]
    cause[~in_both, 0] = lone[~in_both]
    pair, part = np.nonzero(gain)
    ends = pairs.source[pair], pairs.target[pair]
    return _columns(cause[pair, part], *ends, gain[pair, part], before[pair], after[pair])


def _carried(flow: Flow, damping: float) -> F64:
    return _over(damping * flow.held * flow.amount, flow.whole)


def _over(values: F64, whole: F64) -> F64:
    return np.divide(values, whole, out=np.zeros(len(whole)), where=whole != 0)


def _three(pairs: Pairs, rows: NDArray[np.bool_], damping: float) -> F64:
    """Link, dilution and strength: each change times the means of the other two (Shapley)."""
    x, y = _terms(pairs.then, rows), _terms(pairs.now, rows)
    a, b, c = (after - before for before, after in zip(x, y, strict=True))
    p, q, r = ((before + after) / 2 for before, after in zip(x, y, strict=True))
    cross = a * b * c / 12
    parts = (a * (q * r), b * (p * r), c * (p * q))
    return np.stack([damping * (part + cross) for part in parts], axis=1)


def _terms(flow: Flow, rows: NDArray[np.bool_]) -> tuple[F64, F64, F64]:
    whole = flow.whole[rows]
    return flow.amount[rows], _over(np.ones(len(whole)), whole), flow.held[rows]


def _lone_causes(old: Inflow, new: Inflow, pages: Pages, pairs: Pairs) -> Ids:
    """Why links stand in one snapshot only, by what was read of the page that links."""
    before, after = _read_at(old.web, pages.then), _read_at(new.web, pages.now)
    is_unread = ((before == UNREAD) | (after == UNREAD))[pairs.source]
    is_same = (before == after)[pairs.source]
    won_or_lost = np.where(pairs.then.is_there, LOST, WON)
    return np.where(is_unread, COVERAGE, np.where(is_same, LINK, won_or_lost))


def _read_at(web: Web, pages: Ids) -> Ids:
    """When each page was read; UNREAD when it never was, or is not known."""
    found = np.full(len(pages), UNREAD)
    is_known = pages != ABSENT
    days = web.snapshot.array("pages", "fetched_at")[pages[is_known]]
    found[is_known] = np.ma.filled(days.astype(np.int64), UNREAD)
    return found
