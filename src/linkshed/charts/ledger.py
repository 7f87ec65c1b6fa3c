"""Which links make up the equity of a page?"""

from __future__ import annotations

from typing import Any

from linkshed.charts.chart import ACCOUNT, Chart, Drawing, Rows
from linkshed.charts.theme import Role
from linkshed.charts.words import amount, label, percent

MOST = 12
"""Links drawn one by one."""
BAR_PIXELS = 30


def draw(rows: Rows) -> Drawing:
    """A waterfall from what the page has of itself, link by link, to what it holds."""
    account: dict[str, Any] = rows.table
    if account["equity"] is None:
        return Drawing(CHART.title, account["sentence"], _HEAD, ())
    steps = _steps(account)
    lines = tuple((*step, percent(step[1], account["equity"])) for step in steps)
    names = [label(name, longest=44) for name, _ in steps]
    total = ("what it holds", account["equity"], percent(1, 1))
    mark = {
        "type": "waterfall",
        "orientation": "h",
        "measure": [*["relative"] * len(steps), "total"],
        "x": [*(value for _, value in steps), account["equity"]],
        "y": list(range(len(steps) + 1)),
        "text": [amount(value) for _, value in (*steps, total[:2])],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertext": [f"{name}: {amount(value)}"
                      for name, (_, value) in zip([*names, total[0]], [*steps, total[:2]],
                                                  strict=True)],
        "hoverinfo": "text",
        "increasing": {"marker": {"color": Role.MAIN}},
        "decreasing": {"marker": {"color": Role.LOSS}},
        "totals": {"marker": {"color": Role.GAIN}},
        "connector": {"line": {"color": Role.GRID}},
    }  # fmt: skip
    layout = {
        "height": 60 + BAR_PIXELS * (len(steps) + 1),
        "xaxis": {"title": {"text": "page-equivalents"}, "range": [0, account["equity"] * 1.2]},
        "yaxis": {"autorange": "reversed", "tickmode": "array", "showgrid": False,
                  "tickvals": list(range(len(steps) + 1)), "ticktext": [*names, total[0]]},
    }  # fmt: skip
    return Drawing(CHART.title, account["sentence"], _HEAD, (*lines, total), [mark], layout)


_HEAD = ("line", "equity", "share")


def _steps(account: dict[str, Any]) -> list[tuple[str, float]]:
    """What the page has of itself, its best links, and all others together: they sum to it."""
    paying = [line for line in account["ledger"] if line["equity"] > 0]
    steps = [("has without any link", account["base"])]
    steps += [(_name(line), line["equity"]) for line in paying[:MOST]]
    rest = account["equity"] - sum(value for _, value in steps)
    n_rest = account["n_lines"] - min(len(paying), MOST)
    if n_rest and rest > 0:
        steps.append((f"{n_rest:,} further links", rest))
    return steps


def _name(line: dict[str, Any]) -> str:
    words = f" “{line['anchor']}”" if line.get("anchor") else ""
    return f"{line['source_url']}{words}"


CHART = Chart(
    name="ledger",
    title="The account of its equity",
    report=ACCOUNT,
    columns=(),
    draw=draw,
    limit=MOST,
)
