"""Bars: the shapes that several charts have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from linkshed.charts.chart import Drawing
from linkshed.charts.theme import Role
from linkshed.charts.words import amount, label, percent

MOST = 12
"""Bars of a list; what is left is one more bar."""
MOST_LINES = 100
"""Lines of the table beside them; longer ones are for the report."""
BAR_PIXELS = 30
FEW = 5
"""Counts below it have a line of the grid each; there are no halves."""


def across(
    title: str,
    sentence: str,
    names: Sequence[str | None],
    values: Sequence[float],
    head: tuple[str, str],
) -> Drawing:
    """Bars that run across, the first on top, each with its amount and its share of all."""
    total, pairs = sum(values), list(zip(names, values, strict=True))
    lines = tuple((name, value, percent(value, total)) for name, value in pairs[:MOST_LINES])
    shown = _cut(pairs)
    texts = [f"{amount(value)} ({percent(value, total)})" for _, value in shown]
    mark = {
        "type": "bar",
        "orientation": "h",
        "x": [value for _, value in shown],
        "y": list(range(len(shown))),
        "text": [amount(value) for _, value in shown],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertext": [f"{label(name)}: {text}" for (name, _), text in zip(shown, texts,
                                                                          strict=True)],
        "hoverinfo": "text",
        "marker": {"color": Role.MAIN},
    }  # fmt: skip
    most = max((value for _, value in shown), default=0)
    layout: dict[str, Any] = {
        "height": 48 + BAR_PIXELS * len(shown),
        "xaxis": {"visible": False, "range": [0, most * 1.3 or 1]},
        "yaxis": {
            "autorange": "reversed", "tickmode": "array", "tickvals": list(range(len(shown))),
            "ticktext": [label(name, longest=24) for name, _ in shown], "showgrid": False,
            "zeroline": False,
        },
    }  # fmt: skip
    return Drawing(title, sentence, (*head, "share"), lines, [mark] if lines else [], layout)


def upright(
    title: str,
    sentence: str,
    names: Sequence[str],
    values: Sequence[float],
    head: tuple[str, ...],
    lines: tuple[tuple[Any, ...], ...] = (),
) -> Drawing:
    """Bars side by side in a given order, as for a distribution."""
    mark = {
        "type": "bar",
        "x": list(range(len(names))),
        "y": list(values),
        "text": [amount(value) if value else "" for value in values],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertext": [f"{n}: {amount(v)}" for n, v in zip(names, values, strict=True)],
        "hoverinfo": "text",
        "marker": {"color": Role.MAIN},
    }
    layout: dict[str, Any] = {
        "height": 280,
        "bargap": 0.15,
        "xaxis": {
            "tickmode": "array", "tickvals": list(range(len(names))), "ticktext": list(names),
            "title": {"text": head[0]}, "showgrid": False, "zeroline": False,
        },
        "yaxis": {"title": {"text": head[1]}, "rangemode": "tozero"},
    }  # fmt: skip
    if max(values, default=0) < FEW:
        layout["yaxis"]["dtick"] = 1
    table = lines or tuple(zip(names, values, strict=True))
    return Drawing(title, sentence, head, table, [mark] if any(values) else [], layout)


def _cut(pairs: list[tuple[str | None, float]]) -> list[tuple[str | None, float]]:
    if len(pairs) <= MOST:
        return pairs
    rest = pairs[MOST:]
    return [*pairs[:MOST], (f"{len(rest):,} others", sum(value for _, value in rest))]
