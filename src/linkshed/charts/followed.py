"""How many of the backlinks are followed?"""

from __future__ import annotations

from linkshed.charts.chart import Chart, Drawing, Rows, section
from linkshed.charts.theme import Role
from linkshed.charts.words import amount, percent

NAMES = ("followed", "not followed", "unknown")
ROLES = (Role.MAIN, Role.REST, Role.QUIET)
UNTOLD = "backlinks, rel unknown"


def draw(rows: Rows) -> Drawing:
    """One bar, cut into followed links, others, and those of which nobody knows."""
    found = section(rows, "links")
    whole, unknown = found.get("backlinks", 0), found.get(UNTOLD, 0)
    followed = found.get("followed backlinks") or 0
    values = (followed, whole - followed - unknown, *[unknown] * bool(unknown))
    lines = tuple((n, v, percent(v, whole)) for n, v in zip(NAMES, values, strict=False))
    sentence = f"No other domain links to {rows.scope}."
    if whole:
        sentence = f"{percent(followed, whole)} of {amount(whole)} backlinks are followed."
    if unknown:
        sentence = f"Of {amount(unknown)} of {amount(whole)} backlinks it is not known."
    elif whole == 1:
        sentence = f"The only backlink is {NAMES[not followed]}."
    marks = [_mark(*line, role) for line, role in zip(lines, ROLES, strict=False)]
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
