"""From which domains, through which entry pages, does its equity come?"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.charts.chart import Chart, Drawing, Rows
from linkshed.charts.flows import Flow, sankey
from linkshed.charts.theme import Role
from linkshed.charts.words import amount, percent

MOST_SOURCES = 20
MOST_ENTRIES = 20
BACKLINK = "backlink"
OTHERS, OWN, GOAL = " others", " own", " goal"
SOURCES = {OTHERS: "other domains", OWN: "its own pages"}
ENTRIES = {OTHERS: "other pages", "": "not told"}
_ROLES = {f"s{OWN}": Role.REST, f"s{OTHERS}": Role.REST, GOAL: Role.GAIN}


@dataclass(frozen=True)
class _End:
    """One end of every flow: ``names[at[k]]`` of flow k. A name may stand there more than once."""

    names: list[str]
    at: NDArray[np.int64]

    def sums(self, equity: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(self.at, equity, len(self.names)).astype(np.float64)


def draw(rows: Rows) -> Drawing:
    """Domains on the left, the pages where their equity enters, and what was asked about."""
    equity = np.asarray(rows.table["equity"].to_numpy(zero_copy_only=False), np.float64)
    total = float(equity.sum())
    sources, entries = _sources(rows.table), _End(*_told(rows.table["entry_url"], ""))
    pairs = _folded(sources, entries, equity)
    lines = tuple(
        (SOURCES.get(source, source), ENTRIES.get(entry, entry), value, percent(value, total))
        for source, entry, value in sorted(pairs, key=lambda pair: -pair[2])
    )
    marks, layout = sankey(_flows(pairs), _called(pairs), _ROLES, "page-equivalents")
    head = ("comes from", "enters at", "equity", "share")
    sentence = _sentence(rows.scope, sources, sources.sums(equity), total, len(entries.names))
    return Drawing(CHART.title, sentence, head, lines, marks, layout)


def _told(texts: Any, missing: str) -> tuple[list[str], NDArray[np.int64]]:
    """The distinct texts of a column, ``missing`` where there is none, and which a row has."""
    found = texts.cast("string").combine_chunks().dictionary_encode(null_encoding="encode")
    names = [name or missing for name in found.dictionary.to_pylist()]
    return names, np.asarray(found.indices.to_numpy(zero_copy_only=False), np.int64)


def _sources(table: Any) -> _End:
    """The domain that links; of what is no backlink, its own pages."""
    parts, part = _told(table["part"], "")
    names, at = _told(table["source_domain"], OTHERS)
    is_backlink = np.array([name == BACKLINK for name in parts], np.bool_)[part]
    return _End([*names, OWN], np.where(is_backlink, at, len(names)))


def _flows(pairs: list[Flow]) -> list[Flow]:
    """From sources to entries and on to the goal; straight to it where the entry is not told."""
    into: defaultdict[str, float] = defaultdict(float)
    for _, entry, equity in pairs:
        into[entry] += equity
    first = [(f"s{source}", f"e{entry}" if entry else GOAL, value)
             for source, entry, value in pairs]  # fmt: skip
    return [*first, *((f"e{entry}", GOAL, value) for entry, value in into.items() if entry)]


def _called(pairs: list[Flow]) -> dict[str, str]:
    sources = {f"s{source}": SOURCES.get(source, source) for source, _, _ in pairs}
    return (
        sources
        | {f"e{entry}": ENTRIES.get(entry, entry) for _, entry, _ in pairs}
        | {GOAL: "in all"}
    )


def _folded(sources: _End, entries: _End, equity: NDArray[np.float64]) -> list[Flow]:
    """The flows with the smaller sources, and the smaller entries, as one each; nothing is lost."""
    first, source = _kept(sources, equity, MOST_SOURCES)
    second, entry = _kept(entries, equity, MOST_ENTRIES)
    values = np.bincount(source * len(second) + entry, equity, len(first) * len(second))
    sums: defaultdict[tuple[str, str], float] = defaultdict(float)
    for pair in np.flatnonzero(values > 0).tolist():
        sums[first[pair // len(second)], second[pair % len(second)]] += float(values[pair])
    return [(*ends, value) for ends, value in sums.items()]


def _kept(end: _End, equity: NDArray[np.float64], most: int) -> tuple[list[str], NDArray[np.int64]]:
    """The names of the largest, its own pages first, and of all others; which of them a row has."""
    sums, is_there = end.sums(equity), np.bincount(end.at, minlength=len(end.names)) > 0
    least = min(np.sort(sums)[-most:], default=0.0)
    some = [i for i, name in enumerate(end.names)
            if is_there[i] and (sums[i] >= least or name == OWN)]  # fmt: skip
    some.sort(key=lambda i: (end.names[i] != OWN, -sums[i], end.names[i]))
    place = np.full(len(end.names), min(most, len(some)))
    place[some[:most]] = np.arange(len(some[:most]))
    return [*(end.names[i] for i in some[:most]), OTHERS], place[end.at]


def _sentence(
    scope: str, sources: _End, sums: NDArray[np.float64], total: float, n_entries: int
) -> str:
    if not total:
        return f"{scope} holds no equity."
    is_told = np.array([name not in SOURCES for name in sources.names], np.bool_)
    is_there = is_told & (np.bincount(sources.at, minlength=len(sums)) > 0)
    n_outside, best = int(is_there.sum()), int(np.where(is_there, sums, -1.0).argmax())
    text = f"{scope} holds {amount(total)} page-equivalents:"
    text += f" {percent(float(sums[is_there].sum()), total)} come from"
    text += f" {n_outside:,} other domains, the rest from what its own pages have without links."
    if n_outside:
        share = percent(float(sums[best]), total)
        text += f" The largest part of a domain, {share}, is that of {sources.names[best]}."
    cut = n_entries > MOST_ENTRIES or n_outside >= MOST_SOURCES
    return text + f" Drawn: the {MOST_SOURCES} largest sources and entry pages each." * cut


CHART = Chart(
    name="linkshed",
    title="Where its equity comes from",
    report="linkshed",
    columns=("part", "source_domain", "entry_url", "equity"),
    draw=draw,
    options={"by": "link"},
)
