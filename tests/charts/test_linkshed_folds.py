"""The largest sources and entries are drawn, the others together, and nothing is lost."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from linkshed.charts.chart import Rows
from linkshed.charts.linkshed import BACKLINK, CHART, MOST_ENTRIES, MOST_SOURCES

Row = tuple[str, str | None, str | None, float]


def some_rows() -> Any:
    """Equal amounts are frequent, so that ties are drawn, and so are flows of nothing."""
    domain = st.one_of(st.none(), st.integers(0, 40).map("d{}.example".format))
    entry = st.one_of(st.none(), st.integers(0, 40).map("https://t.example/{}".format))
    equity = st.integers(0, 6).map(lambda n: n / 4)
    part = st.sampled_from((BACKLINK, BACKLINK, BACKLINK, "base"))
    return st.lists(st.tuples(part, domain, entry, equity), max_size=200)


def named(row: Row) -> tuple[str, str]:
    part, domain, entry, _ = row
    is_told = part == BACKLINK and domain
    return (
        domain or ""
    ) if is_told else "other domains" if part == BACKLINK else "own", entry or ""


@given(rows=some_rows())
@settings(max_examples=80, deadline=None)
def test_flows_are_those_of_the_rows(rows: list[Row]) -> None:
    parts, domains, entries, equity = zip(*rows, strict=True) if rows else ((),) * 4
    table = pa.table({
        "part": pa.array(parts, pa.string()),
        "source_domain": pa.array(domains, pa.string()),
        "entry_url": pa.array(entries, pa.string()),
        "equity": pa.array(equity, pa.float64()),
    })  # fmt: skip
    drawing = CHART.draw(Rows("t.example", table, len(rows)))
    assert sum(line[2] for line in drawing.lines) == sum(equity)
    by_source: dict[str, float] = defaultdict(float)
    by_entry: dict[str, float] = defaultdict(float)
    for row in rows:
        source, entry = named(row)
        by_source[source] += row[3]
        by_entry[entry] += row[3]
    drawn = {line[0] for line in drawing.lines} - {"other domains", "its own pages"}
    assert len(drawn) <= MOST_SOURCES
    assert len({line[1] for line in drawing.lines} - {"other pages", "not told"}) <= MOST_ENTRIES
    if len(by_source) <= MOST_SOURCES and len(by_entry) <= MOST_ENTRIES:
        exact: dict[tuple[str, str], float] = defaultdict(float)
        for row in rows:
            exact[named(row)] += row[3]
        words = {"its own pages": "own", "not told": ""}
        found = {(words.get(line[0], line[0]), words.get(line[1], line[1])): line[2]
                 for line in drawing.lines}  # fmt: skip
        assert found == {ends: value for ends, value in exact.items() if value > 0}
    n_domains = len({domain for part, domain, _, _ in rows if part == BACKLINK and domain})
    assert not sum(equity) or f"from {n_domains} other domains" in drawing.sentence
