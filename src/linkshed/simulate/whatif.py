"""What equity every page would have if links or pages were different.

    y = E' - E        y = r + (d P')^T y        r = (1-d) (b' - b) + (d P' - d P)^T E

P' is the graph after all edits together, so their order does not matter; r is not 0 only where the
edits are, and spreads from there (``graph.push``). The bound counts what is left over and the error
of the published equity. Domain ratings are not simulated.

For a single page whose row changes by the row vector u (links added, removed, nofollowed, moved),
this is the exact rank-one update ``E' = E + E_i w / (1 - w_i)`` with ``w = u (I - d P)^-1``.

Sources: Avrachenkov and Litvak, The effect of new links on Google PageRank, 2006; Sherman and
Morrison, 1950; Ohsaka, Maehara, Kawarabayashi, Efficient PageRank tracking, KDD 2015 (1603.07796).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import F64
from linkshed.graph.push import Patch, Spread, spread_out
from linkshed.score.nodes import Roles
from linkshed.score.ratings import rating
from linkshed.simulate.edits import Edit
from linkshed.simulate.plan import Plan, plan
from linkshed.simulate.rows import Changes, changes_of
from linkshed.simulate.web import Ids, Web

TOLERANCE = 1e-6


@dataclass(frozen=True)
class Outcome:
    """Equity of the pages that move. ``before`` and ``after`` are NaN where a page holds none of
    its own. Each ``after`` is off by at most the share ``relative_error`` of itself, and all
    together by at most ``total_error`` page-equivalents.
    """

    pages: Ids
    before: F64
    after: F64
    relative_error: float
    total_error: float
    nodes: Roles

    @property
    def gain(self) -> F64:
        """What each page gains, equity it does not hold counted as 0."""
        return np.nan_to_num(self.after) - np.nan_to_num(self.before)

    @property
    def is_sure(self) -> NDArray[np.bool_]:
        """Whether a page gains or loses more than the errors before and after."""
        larger = np.maximum(np.nan_to_num(self.before), np.nan_to_num(self.after))
        return np.asarray(np.abs(self.gain) > 2 * self.relative_error * larger)

    @property
    def rating_before(self) -> F64:
        """NaN where a page holds no equity of its own."""
        return np.where(np.isnan(self.before), np.nan, rating(np.nan_to_num(self.before)))

    @property
    def rating_after(self) -> F64:
        """NaN where a page will hold no equity of its own."""
        return np.where(np.isnan(self.after), np.nan, rating(np.nan_to_num(self.after)))


def what_if(web: Web, edits: Sequence[Edit], tolerance: float = TOLERANCE) -> Outcome:
    """The outcome of all edits together, every page's equity right to the share ``tolerance``.

    Raises NotFoundError for pages and links the snapshot does not know, InputError for edits that
    contradict each other or cannot be.
    """
    made = plan(web, edits)
    return outcome(web, made, changes_of(web, made), tolerance)


def outcome(web: Web, made: Plan, changes: Changes, tolerance: float = TOLERANCE) -> Outcome:
    """The outcome of a plan."""
    pages, amounts = _disturbance(web, made, changes)
    found = spread_out(
        web.out_links,
        web.scale,
        pages,
        amounts,
        floor=tolerance * (1 - web.damping),
        patch=changes.after,
        rooms=web.rooms,
    )
    return outcome_of(web, made.nodes, found)


def outcome_of(web: Web, nodes: Roles, found: Spread) -> Outcome:
    """The outcome in which pages gain what was found; ``nodes`` are the pages afterwards."""
    before = np.where(web.nodes.is_node[found.pages], web.equity[found.pages], np.nan)
    after = np.maximum(np.nan_to_num(before) + found.values, 0.0)
    after = np.where(nodes.is_node[found.pages], after, np.nan)
    return Outcome(found.pages, before, after, *_errors(web, nodes, found), nodes)


def _errors(web: Web, nodes: Roles, found: Spread) -> tuple[float, float]:
    """The relative and the total bound. Where pages without base have something left, the
    relative one counts it in full, against the least that a page with equity holds.
    """
    rest, share = np.abs(found.rest), 1 - web.damping
    has_base = nodes.base[found.pages] > 0
    unbased = float(rest[~has_base].sum()) / share
    relative = float(rest[has_base].max(initial=0.0)) / share + unbased / share
    total = float(rest.sum()) / share
    return relative + web.page_error, total + web.error


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
