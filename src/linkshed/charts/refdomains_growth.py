"""When did the domains that link here begin to?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np

from linkshed.charts.chart import Chart, Drawing, Rows
from linkshed.charts.theme import Role

MOST = 60
"""Points of the line; more days are drawn as the state at the end of every few."""


def draw(rows: Rows) -> Drawing:
    """Domains seen so far, by the day of their first link."""
    days = np.asarray(rows.table["first_seen"].to_numpy(zero_copy_only=False), "datetime64[D]")
    known = np.sort(days[~np.isnat(days)])
    n_unknown = len(days) - len(known)
    found, counts = np.unique(known, return_counts=True)
    sums = np.cumsum(counts)
    at = np.unique(np.linspace(0, len(found) - 1, min(MOST, len(found))).round().astype(int))
    points = [(_day(found[i]), int(sums[i])) for i in at] if len(found) else []
    unknown = f" Of {n_unknown:,} more the first day is not known." if n_unknown else ""
    sentence = f"No domain is known to link to {rows.scope} since a certain day.{unknown}"
    if points:
        first, last = points[0][0], points[-1][0]
        when = f"from {first} to {last}" if last > first else f"on {first}"
        who = "The domain that links" if len(known) == 1 else f"{len(known):,} domains that link"
        were = "was" if len(known) == 1 else "were"
        sentence = f"{who} to {rows.scope} today {were} first seen {when}.{unknown}"
    return Drawing(CHART.title, sentence, ("day", "domains so far"), tuple(points),
                   [_mark(points)] if len(points) > 1 else [], _LAYOUT)  # fmt: skip


def _day(value: Any) -> str:
    day = value.astype(datetime)
    assert isinstance(day, date)
    return day.isoformat()


def _mark(points: list[tuple[str, int]]) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines+markers", "x": [day for day, _ in points],
        "y": [n for _, n in points], "line": {"color": Role.MAIN, "shape": "hv"},
        "marker": {"color": Role.MAIN, "size": 5}, "fill": "tozeroy", "fillcolor": Role.FLOW,
        "hovertemplate": "%{x}: %{y:,}<extra></extra>",
    }  # fmt: skip


_LAYOUT: dict[str, Any] = {
    "height": 280,
    "xaxis": {
        "type": "date",
        "tickformat": "%Y-%m-%d",
        "nticks": 5,
        "title": {"text": "first seen"},
    },
    "yaxis": {"title": {"text": "referring domains"}, "rangemode": "tozero"},
}

CHART = Chart(
    name="refdomains_growth",
    title="Growth of referring domains",
    report="refdomains",
    columns=("first_seen",),
    draw=draw,
)
