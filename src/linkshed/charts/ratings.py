"""How are the ratings of its pages spread?"""

from __future__ import annotations

import numpy as np

from linkshed.charts.bars import upright
from linkshed.charts.chart import Chart, Drawing, Rows
from linkshed.charts.words import counted

STEP = 10
NAMES = [f"{low}–{low + STEP}" for low in range(0, 100, STEP)]


def draw(rows: Rows) -> Drawing:
    """Pages in steps of rating; those without a rating are counted in words."""
    found = np.asarray(rows.table["rating"].to_numpy(zero_copy_only=False), np.float64)
    known = found[~np.isnan(found)]
    counts, _ = np.histogram(known, np.arange(0, 101, STEP))
    lacking = f" {len(found) - len(known):,} hold no equity of their own and have none."
    sentence = f"No page of {rows.scope} has a rating." + lacking * (len(found) > len(known))
    if len(known):
        sentence = (f"{counted(len(known), 'page')} of {rows.scope} have a rating: half of them"
                    f" {np.median(known):.1f} or more, the best {known.max():.1f}.")  # fmt: skip
        sentence += lacking * (len(found) > len(known))
    return upright(CHART.title, sentence, NAMES, counts.tolist(), ("rating", "pages"))


CHART = Chart(
    name="ratings",
    title="Pages by rating",
    report="pages",
    columns=("rating",),
    draw=draw,
)
