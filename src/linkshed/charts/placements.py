"""In which parts of pages do the backlinks stand?"""

from __future__ import annotations

from linkshed.charts.bars import across
from linkshed.charts.chart import Chart, Drawing, Rows, section
from linkshed.charts.words import percent


def draw(rows: Rows) -> Drawing:
    """Backlinks by placement, the commonest on top."""
    found = section(rows, "backlinks by placement")
    names, values = list(found), list(found.values())
    sentence = f"No other domain links to {rows.scope}."
    if names:
        sentence = (f"{percent(values[0], sum(values))} of the backlinks of {rows.scope} stand in"
                    f" this part of their page: {names[0]}.")  # fmt: skip
    return across(CHART.title, sentence, names, values, ("part of the page", "backlinks"))


CHART = Chart(
    name="placements",
    title="Backlinks by part of the page",
    report="overview",
    columns=("section", "name", "value"),
    draw=draw,
)
