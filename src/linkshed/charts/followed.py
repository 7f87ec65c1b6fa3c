"""How many of the backlinks are followed?"""

from __future__ import annotations

from linkshed.charts.chart import Chart, Drawing, Rows, section
from linkshed.charts.theme import Role
from linkshed.charts.words import amount, percent

NAMES = ("followed", "not followed")


def draw(rows: Rows) -> Drawing:
    """One bar, cut into followed links and others."""
    found = section(rows, "links")
    whole, followed = found.get("backlinks", 0), found.get("followed backlinks", 0)
    values = (followed, whole - followed)
    lines = tuple((n, v, percent(v, whole)) for n, v in zip(NAMES, values, strict=True))
    sentence = f"No other domain links to {rows.scope}."
    if whole:
        sentence = f"{percent(followed, whole)} of {amount(whole)} backlinks are followed."
    if whole == 1:
        sentence = f"The only backlink is {NAMES[not followed]}."
    marks = [_mark(*line, role) for line, role in zip(lines, (Role.MAIN, Role.REST), strict=True)]
    layout = {
        "height": 120, "barmode": "stack", "showlegend": True,
        "legend": {"orientation": "h", "traceorder": "normal", "y": -0.1},
        "xaxis": {"visible": False}, "yaxis": {"visible": False},
    }  # fmt: skip
    head = ("links", "backlinks", "share")
    return Drawing(CHART.title, sentence, head, lines, marks if whole else [], layout)


def _mark(name: str, value: float, share: str, role: Role) -> dict[str, object]:
    return {
        "type": "bar", "orientation": "h", "name": f"{name}: {amount(value)} ({share})",
        "x": [value], "y": [""], "hovertext": [f"{name}: {amount(value)} ({share})"],
        "hoverinfo": "text", "marker": {"color": role},
    }  # fmt: skip


CHART = Chart(
    name="followed",
    title="Followed backlinks",
    report="overview",
    columns=("section", "name", "value"),
    draw=draw,
)
