"""Which of its sections hold its equity?"""

from __future__ import annotations

from linkshed.charts.bars import across
from linkshed.charts.chart import Chart, Drawing, Rows
from linkshed.charts.words import amount, counted, percent, without_host


def draw(rows: Rows) -> Drawing:
    """Sections by the equity of their pages, the richest on top."""
    columns = (rows.values(name) for name in ("section", "equity", "pages"))
    found = sorted(zip(*columns, strict=True), key=lambda line: (-line[1], line[0]))
    total = sum(equity for _, equity, _ in found)
    sentence = f"{rows.scope} has no living page that is known."
    if found:
        name, held, pages = found[0]
        sentence = f"Of {amount(total)} page-equivalents in {counted(len(found), 'section')},"
        sentence += f" {name} holds {percent(held, total)} with {counted(pages, 'page')}."
    short = without_host(line[0] for line in found)
    names, values = [short[line[0]] for line in found], [line[1] for line in found]
    return across(CHART.title, sentence, names, values, ("section", "equity"))


CHART = Chart(
    name="sections",
    title="Equity by section",
    report="sections",
    columns=("section", "equity", "pages"),
    draw=draw,
)
