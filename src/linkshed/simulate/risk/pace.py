"""The marker of when referring domains began to link.

A domain is new in the week of its first dated link. With v_w new domains in week w, from the second
week on (before the first nobody looked), the burst is

    z = (max of v - median of v) / max(1.4826 MAD, sqrt(median of v), 1)

The median of what lies off the median (MAD) is not moved by the burst itself; the square root is
what counts of that size scatter by themselves.
"""

from __future__ import annotations

import numpy as np

from linkshed.simulate.risk.markers import F64, SCOPE
from linkshed.simulate.risk.subject import (
    Evidence,
    Ids,
    Measured,
    Profile,
    marker,
    one,
    pieces,
    unknown,
)

WEEK = 7 * 86_400
LEAST_WEEKS, LEAST_DATED = 12, 20
TOO_FEW = f"fewer than {LEAST_DATED} domains with a dated followed link over {LEAST_WEEKS} weeks"


def burst(profile: Profile) -> Measured:
    """How far the largest week stands out."""
    found = marker("velocity_burst", SCOPE)
    domain, row, week = _first_weeks(profile)
    n_weeks = int(week.max(initial=-1)) + 1
    if len(domain) < LEAST_DATED or n_weeks < LEAST_WEEKS:
        return unknown(found, TOO_FEW)
    new = np.bincount(week, minlength=n_weeks).astype(np.float64)
    new[0] = -1  # never the largest

    def evidence() -> Evidence:
        is_met = week == new.argmax()
        return pieces(int(is_met.sum()), domain=domain[is_met], link=row[is_met])

    return one(found, height(new[1:]), evidence)


def height(new: F64) -> float:
    """z of some weeks."""
    median = float(np.median(new))
    scatter = 1.4826 * float(np.median(np.abs(new - median)))
    return (float(new.max()) - median) / max(scatter, float(np.sqrt(median)), 1.0)


def _first_weeks(profile: Profile) -> tuple[Ids, Ids, Ids]:
    """Each domain with a dated followed link, that link, and its week, counted from the first."""
    dates = np.ma.asarray(profile.snapshot.array("links", "first_seen")[profile.rows])
    kept = np.flatnonzero(profile.followed & ~np.ma.getmaskarray(dates))
    seen = np.ma.getdata(dates)[kept].astype(np.int64)
    order = np.lexsort((seen, profile.at[kept]))
    at, first = np.unique(profile.at[kept][order], return_index=True)
    chosen = order[first]
    start = seen.min() if len(seen) else 0
    week = (seen[chosen] - start) // WEEK
    return profile.domains[at], profile.rows[kept[chosen]], week
