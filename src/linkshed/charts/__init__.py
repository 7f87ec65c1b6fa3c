"""One chart per file: rows of a report as marks, a sentence, and a table of the same numbers.

In: rows. Out: a drawing, which becomes a figure of Plotly where that is installed. Knows no
snapshot and no server, so that notebooks, pages and written reports show the same. May import:
``extras``, ``registry``, ``errors``. To add a chart: one file here and one name in CHARTS.
"""

from linkshed.registry import Registry

CHARTS = Registry(
    "charts",
    "chart",
    (
        "refdomains_by_rating", "refdomains_growth", "new_and_lost", "anchors", "placements",
        "followed", "ratings", "depth", "sections", "equity_tree", "flow", "linkshed", "ledger",
    ),
)  # fmt: skip
