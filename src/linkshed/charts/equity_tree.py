"""Where in its tree of folders does the equity lie?"""

from __future__ import annotations

from collections import defaultdict

from linkshed.charts.chart import Chart, Drawing, Rows
from linkshed.charts.theme import Role
from linkshed.charts.words import amount, counted, label, percent

MOST = 100
"""Folders drawn one by one; the equity of smaller ones counts for the folder above them."""


def draw(rows: Rows) -> Drawing:
    """Hosts, and in them folders, with areas as large as their equity."""
    own = dict(zip(rows.values("section"), rows.values("equity"), strict=True))
    sums = _sums(own)
    total = sum(own.values())
    ranked = sorted(sums, key=lambda name: (-sums[name], name))
    shown = [name for name in ranked if sums[name] > 0][:MOST]
    lines = tuple((name, sums[name], percent(sums[name], total)) for name in shown)
    sentence = f"{rows.scope} has no living page that is known."
    if shown:
        sentence = (f"{amount(total)} page-equivalents in {counted(len(sums), 'folder')}."
                    f" {percent(sums[shown[0]], total)} lie in {shown[0]}.")  # fmt: skip
        sentence += f" Drawn: the {MOST:,} richest." * (len(sums) > MOST)
    mark = {
        "type": "treemap",
        "ids": shown,
        "labels": [label(_last(name)) for name in shown],
        "parents": [_above(name) for name in shown],
        "values": [sums[name] for name in shown],
        "branchvalues": "total",
        "hovertext": [f"{label(name)}: {amount(sums[name])} ({percent(sums[name], total)})"
                      for name in shown],
        "hoverinfo": "text",
        "textinfo": "label+percent root",
        "textfont": {"color": Role.SURFACE},
        "pathbar": {"visible": False},
        "marker": {"colors": [Role.MAIN] * len(shown), "line": {"color": Role.SURFACE, "width": 2}},
    }  # fmt: skip
    head = ("folder", "equity", "share")
    layout = {"height": 360}
    return Drawing(CHART.title, sentence, head, lines, [mark] if shown else [], layout)


def _sums(own: dict[str, float]) -> dict[str, float]:
    """What each folder holds with all below it."""
    sums: defaultdict[str, float] = defaultdict(float)
    for name, value in own.items():
        while name:
            sums[name] += value
            name = _above(name)
    return dict(sums)


def _above(name: str) -> str:
    return name[: name.rstrip("/").rfind("/") + 1]


def _last(name: str) -> str:
    return name[len(_above(name)) :]


CHART = Chart(
    name="equity_tree",
    title="Equity by folder",
    report="sections",
    columns=("section", "equity"),
    draw=draw,
    options={"folders": 2},
)
