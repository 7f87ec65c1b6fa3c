"""When did it win and lose links?"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from linkshed.charts.chart import Chart, Drawing, Rows
from linkshed.charts.theme import Role
from linkshed.charts.words import counted

MOST = 60
"""Days drawn one by one; of more the latest."""
Counts = tuple[int, int]


def draw(rows: Rows) -> Drawing:
    """New links above the line, lost ones below it, by the day that shows them."""
    sums = _by_day(rows)
    days = sorted(sums)
    new, lost = (sum(sums[day][way] for day in days) for way in (0, 1))
    sentence = f"No link of {rows.scope} is known to be new or lost between the two snapshots."
    if days:
        sentence = (f"{counted(new, 'link')} won and {counted(lost, 'link')} lost,"
                    f" as looks from {days[0]} to {days[-1]} show.")  # fmt: skip
        sentence += f" Drawn: the last {MOST} days." * (len(days) > MOST)
    lines = tuple((day, *sums[day]) for day in days[-MOST:])
    marks = [_mark("new", lines, 1, Role.GAIN), _mark("lost", lines, 2, Role.LOSS)]
    head = ("day", "new", "lost")
    return Drawing(CHART.title, sentence, head, lines, marks if lines else [], _LAYOUT)


def _by_day(rows: Rows) -> dict[str, Counts]:
    """New and lost links of each day; days without either are left out."""
    columns = (rows.values(name) for name in ("day", "new_links", "lost_links"))
    sums: defaultdict[str, Counts] = defaultdict(lambda: (0, 0))
    for when, new, lost in zip(*columns, strict=True):
        if when is not None and (new or lost):
            before = sums[_day(when)]
            sums[_day(when)] = before[0] + (new or 0), before[1] + (lost or 0)
    return dict(sums)


def _day(when: date | datetime) -> str:
    return when.strftime("%Y-%m-%d")


def _mark(name: str, lines: tuple[Any, ...], at: int, role: Role) -> dict[str, Any]:
    sign = 1 if role is Role.GAIN else -1
    return {
        "type": "bar",
        "name": name,
        "x": [line[0] for line in lines],
        "y": [sign * line[at] for line in lines],
        "hovertext": [f"{line[0]}: {line[at]:,} {name}" for line in lines],
        "hoverinfo": "text",
        "marker": {"color": role},
    }


_LAYOUT: dict[str, Any] = {
    "height": 280, "barmode": "relative", "showlegend": True,
    "legend": {"orientation": "h", "y": 1.1},
    "xaxis": {"type": "category", "showgrid": False, "nticks": 5},
    "yaxis": {"title": {"text": "links"}},
}  # fmt: skip

CHART = Chart(
    name="new_and_lost",
    title="New and lost links",
    report="newlost",
    columns=("day", "new_links", "lost_links"),
    draw=draw,
    options={"by": "day"},
)
