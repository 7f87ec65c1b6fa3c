"""How many clicks from the home page are its pages?"""

from __future__ import annotations

from linkshed.charts.bars import upright
from linkshed.charts.chart import Chart, Drawing, Rows
from linkshed.charts.words import amount, percent

MOST = 25
"""Levels drawn one by one; deeper ones are one bar."""


def draw(rows: Rows) -> Drawing:
    """Pages at each level, and out of reach."""
    columns = (rows.values(name) for name in ("depth", "pages", "equity"))
    found = sorted(zip(*columns, strict=True), key=lambda line: (line[0] is None, line[0]))
    depths, pages, held = (
        (list(column) for column in zip(*found, strict=True)) if found else 3 * [[]]
    )
    lines = tuple(
        ("not reached" if depth is None else depth, n, percent(n, sum(pages)), amount(equity))
        for depth, n, equity in zip(depths, pages, held, strict=True)
    )
    names, values = _levels(depths, pages)
    sentence = f"{rows.scope} has no living page that is known."
    if pages:
        near = sum(n for depth, n in zip(depths, pages, strict=True)
                   if depth is not None and depth <= 3)  # fmt: skip
        sentence = (f"{percent(near, sum(pages))} of {amount(sum(pages))} living pages are at most"
                    " three clicks from a home page.")  # fmt: skip
        if depths[-1] is None:
            sentence += f" No path leads to {amount(pages[-1])}."
    head = ("clicks from a home page", "pages", "share", "equity")
    return upright(CHART.title, sentence, names, values, head, lines)


def _levels(depths: list[int | None], pages: list[int]) -> tuple[list[str], list[int]]:
    found = dict(zip(depths, pages, strict=True))
    unreached = found.pop(None, None)
    deepest = max((depth for depth in found if depth is not None), default=-1)
    names = [str(level) for level in range(min(deepest, MOST) + 1)]
    values = [found.get(int(name), 0) for name in names]
    if deepest > MOST:
        names.append(f"over {MOST}")
        values.append(sum(n for depth, n in found.items() if depth is not None and depth > MOST))
    if unreached is not None:
        names.append("not reached")
        values.append(unreached)
    return names, values


CHART = Chart(
    name="depth",
    title="Pages by clicks from a home page",
    report="depth",
    columns=("depth", "pages", "equity"),
    draw=draw,
    order_by="depth",
)
