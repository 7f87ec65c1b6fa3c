"""With which words do most backlinks name it?"""

from __future__ import annotations

from dataclasses import replace

from linkshed.charts.bars import MOST, across
from linkshed.charts.chart import Chart, Drawing, Rows
from linkshed.charts.words import counted, percent

NO_WORDS = "(no words)"


def draw(rows: Rows) -> Drawing:
    """The anchors of most links. A domain may use several, so domains are not summed."""
    columns = (rows.values(name) for name in ("anchor", "refdomains", "links"))
    found = sorted(zip(*columns, strict=True), key=lambda line: -line[2])[:MOST]
    names = [anchor or NO_WORDS for anchor, _, _ in found]
    links = [n for _, _, n in found]
    sentence = f"No other domain links to {rows.scope}."
    if found:
        users = counted(found[0][1], "domain")
        sentence = f"The commonest words are “{names[0]}”, of {users}."
        sentence += f" {counted(rows.total, 'different anchor')}, {len(found):,} shown."
    drawing = across(CHART.title, sentence, names, links, ("anchor", "links"))
    lines = tuple((name, n_domains, n, percent(n, sum(links)))
                  for name, (_, n_domains, n) in zip(names, found, strict=True))  # fmt: skip
    return replace(drawing, header=("anchor", "domains", "links", "share of those shown"),
                   lines=lines)  # fmt: skip


CHART = Chart(
    name="anchors",
    title="Commonest anchors",
    report="anchors",
    columns=("anchor", "refdomains", "links"),
    draw=draw,
    order_by="links:desc",
    limit=MOST,
)
