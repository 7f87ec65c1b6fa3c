"""How strong are the domains that link here?"""

from __future__ import annotations

from itertools import pairwise

from linkshed.charts.bars import upright
from linkshed.charts.chart import Chart, Drawing, Rows, section
from linkshed.charts.words import counted, percent

SECTION = "referring domains by rating"
BORDERS = (0, 1, *range(10, 100, 10))
NAMES = [*(f"{lo}–{hi}" for lo, hi in pairwise(BORDERS)), "90–100"]


def draw(rows: Rows) -> Drawing:
    """Referring domains by rating, the weakest left."""
    found = section(rows, SECTION)
    values = [found.get(_line(at), 0) for at in range(len(BORDERS))]
    total = int(sum(values))
    at = max(range(len(values)), key=values.__getitem__)
    sentence = f"No other domain links to {rows.scope}."
    if total:
        sentence = (f"{counted(total, 'domain')} link to {rows.scope}; most of them,"
                    f" {int(values[at]):,} ({percent(values[at], total)}), have a rating of"
                    f" {NAMES[at]}.")  # fmt: skip
    if total == 1:
        sentence = f"One domain links to {rows.scope}; it has a rating of {NAMES[at]}."
    head = ("rating", "referring domains")
    return upright(CHART.title, sentence, NAMES, values, head)


def _line(at: int) -> str:
    """The name of a line of the overview."""
    last = at + 1 == len(BORDERS)
    return "90 to 100" if last else f"{BORDERS[at]} to under {BORDERS[at + 1]}"


CHART = Chart(
    name="refdomains_by_rating",
    title="Referring domains by rating",
    report="overview",
    columns=("section", "name", "value"),
    draw=draw,
)
