"""What equity every page would have if links or pages were different.

    y = E' - E        y = r + (d P')^T y        r = (1-d) (b' - b) + (d P' - d P)^T E

P' is the graph after all edits together, so their order does not matter; r is not 0 only where the
edits are, and spreads from there (``graph.push``). The bounds (``doubt``) count what is left over
and the error of the published equity. Domain ratings: ``domainif``.

How far a spread is taken. Without a tolerance it goes down the LADDER until what is read first is
sure: the pages that move most, in both directions, are known to a small share of their gain. A
little work is always done, so small webs and small edits are answered to the last rung; and no rung
is begun after much: on a large web each costs about three times all before.

For a single page whose row changes by the row vector u (links added, removed, nofollowed, moved),
this is the exact rank-one update ``E' = E + E_i w / (1 - w_i)`` with ``w = u (I - d P)^-1``.

Sources: Avrachenkov and Litvak, The effect of new links on Google PageRank, 2006; Sherman and
Morrison, 1950; Ohsaka, Maehara, Kawarabayashi, Efficient PageRank tracking, KDD 2015 (1603.07796).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import F64
from linkshed.graph.push import Patch, Spread, spreading_out
from linkshed.graph.reading import held
from linkshed.score.nodes import Roles
from linkshed.score.scale import rating
from linkshed.simulate.doubt import Doubt, doubt_from
from linkshed.simulate.edits import Edit
from linkshed.simulate.plan import Plan, plan
from linkshed.simulate.roles import others_of
from linkshed.simulate.rows import Changes, changes_of
from linkshed.simulate.web import Ids, Web

TOLERANCE = 1e-6
LADDER = (3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6, TOLERANCE)
LITTLE, MUCH = 50_000, 400_000  # links visited
FIRST = 10  # pages that are read first, but none that moves by
SMALL = 0.01  # of what the first moves
SURE = 0.02  # of a gain may be error
KNOWN = 1e-3  # the same where a single page is asked about
ROUNDING = 1e-12  # of equity


@dataclass(frozen=True)
class Outcome:
    """Equity of the pages that move. ``before`` and ``after`` are NaN where a page holds none of
    its own. ``doubt`` is how far off ``after`` may be, besides the share ``page_error`` by which
    published equity may be; all published equity together may be off by ``web_error``.
    """

    pages: Ids
    before: F64
    after: F64
    doubt: Doubt
    page_error: float
    web_error: float
    nodes: Roles

    def part(self, places: Ids) -> Outcome:
        """The outcome of some of its pages."""
        parts = self.pages[places], self.before[places], self.after[places]
        return Outcome(*parts, self.doubt, self.page_error, self.web_error, self.nodes)

    @property
    def gain(self) -> F64:
        """What each page gains, equity it does not hold counted as 0."""
        return _own(self.after) - _own(self.before)

    def gain_at(self, page: int) -> float:
        """What a page gains."""
        return float(self.gain[self.pages == page].sum())

    @property
    def error(self) -> F64:
        """How far off each ``after`` may be."""
        after = _own(self.after)
        found = self.doubt.at(after) * ~np.isnan(self.after)
        return np.asarray(found + (self.page_error + ROUNDING) * after)

    @property
    def gain_error(self) -> F64:
        """How far off each gain may be."""
        return self.error + self.page_error * _own(self.before)

    @property
    def relative_error(self) -> float:
        """The share of itself by which the equity of any page with a base may be off."""
        return self.doubt.relative + self.page_error

    @property
    def total_error(self) -> float:
        """How far off all equity together may be."""
        return self.doubt.total + self.web_error

    @property
    def is_sure(self) -> NDArray[np.bool_]:
        """Whether a page gains or loses more than the error."""
        return np.asarray(np.abs(self.gain) > self.gain_error)

    @property
    def rating_before(self) -> F64:
        """NaN where a page holds no equity of its own."""
        return np.where(np.isnan(self.before), np.nan, rating(np.nan_to_num(self.before)))

    @property
    def rating_after(self) -> F64:
        """NaN where a page will hold no equity of its own."""
        return np.where(np.isnan(self.after), np.nan, rating(np.nan_to_num(self.after)))


def _own(values: F64) -> F64:
    """Equity of one's own, 0 where there is none."""
    return np.where(np.isnan(values), 0.0, values)


def what_if(
    web: Web,
    edits: Sequence[Edit],
    tolerance: float | None = None,
    read: NDArray[np.bool_] | None = None,
) -> Outcome:
    """The outcome of all edits together, every page's equity right to the share ``tolerance``;
    without one, as right as the pages ``read`` ask for, all of them unless given.

    Raises NotFoundError for pages and links the snapshot does not know, InputError for edits that
    contradict each other or cannot be.
    """
    made = plan(web, edits)
    return outcome(web, made, changes_of(web, made), tolerance, read)


def outcome(
    web: Web,
    made: Plan,
    changes: Changes,
    tolerance: float | None = TOLERANCE,
    read: NDArray[np.bool_] | None = None,
) -> Outcome:
    """The outcome of a plan."""
    if tolerance is not None:
        return outcome_until(web, made, changes, lambda _: True, (tolerance,))
    reads_sure = partial(_reads_sure, read=read)
    return outcome_until(web, made, changes, reads_sure, LADDER, most_visits=MUCH)


def outcome_until(
    web: Web,
    made: Plan,
    changes: Changes,
    is_enough: Callable[[Outcome], bool],
    rungs: Sequence[float],
    most_visits: float = np.inf,
) -> Outcome:
    """The outcome at the first of some rungs, shares of a page's equity, that is enough, or at the
    last; no rung is begun after so many visits. After little work none is enough.
    """
    disturbance = _disturbance(web, made, changes)
    rows, rooms = changes.after, web.rooms
    with spreading_out(web.out_links, web.scale, *disturbance, patch=rows, rooms=rooms) as spread:
        for each in rungs:
            spread.go(max(each - web.page_error, each / 2) * (1 - web.damping))
            if spread.visits > most_visits or each == rungs[-1]:
                break
            if spread.visits > LITTLE:
                found = outcome_of(web, made.nodes, spread.found())
                if is_enough(found):
                    return found
        return outcome_of(web, made.nodes, spread.found())


def gain_of(web: Web, made: Plan, page: int) -> float:
    """What a page gains by a plan: right to the share KNOWN of the gain, or to TOLERANCE of what
    the page holds then.
    """
    found = outcome_until(web, made, changes_of(web, made), partial(knows, page=page), LADDER)
    return found.gain_at(page)


def knows(found: Outcome, *, page: int) -> bool:
    """Whether the gain of a page is right to the share KNOWN."""
    at = found.part(np.flatnonzero(found.pages == page))
    return len(at.pages) > 0 and float(at.gain_error[0]) <= KNOWN * abs(float(at.gain[0]))


def _reads_sure(found: Outcome, *, read: NDArray[np.bool_] | None) -> bool:
    """Whether the pages that move most are known well."""
    first = found.part(moving_most(found, None if read is None else read[found.pages]))
    return bool((first.gain_error <= SURE * np.abs(first.gain)).all())


def moving_most(found: Outcome, kept: NDArray[np.bool_] | None = None) -> Ids:
    """The places of the pages that are read first, of those ``kept``."""
    size = np.abs(found.gain)
    if kept is not None:
        size *= kept
    first = np.argpartition(-size, FIRST)[:FIRST] if len(size) > FIRST else np.arange(len(size))
    return np.asarray(first[size[first] > SMALL * size.max(initial=0.0)], np.int64)


def outcome_of(web: Web, nodes: Roles, found: Spread) -> Outcome:
    """The outcome in which pages gain what was found; ``nodes`` are the pages afterwards."""
    now = web.nodes
    before, after, left = held(
        *(found.pages, found.values, found.rest),
        *(web.equity, now.is_node, now.base),
        others_of(nodes),
    )
    doubt = doubt_from(*left, web.damping)
    return Outcome(found.pages, before, after, doubt, web.page_error, web.error, nodes)


def _disturbance(web: Web, made: Plan, changes: Changes) -> tuple[Ids, F64]:
    inflow = np.array(made.inflow).reshape(-1, 2)
    new, old = _handed(web, changes.after), _handed(web, changes.before)
    pages: list[NDArray[np.int64]] = [
        changes.base_pages, new[0], old[0], inflow[:, 0].astype(np.int64),
    ]  # fmt: skip
    return np.concatenate(pages), np.concatenate((changes.base, new[1], -old[1], inflow[:, 1]))


def _handed(web: Web, patch: Patch) -> tuple[Ids, F64]:
    """What pages of today's strength hand on through rows."""
    held = web.equity[patch.pages]
    return patch.targets.astype(np.int64), held[patch.rows()] * patch.shares
