"""From which domains, through which entry pages, does its equity come?"""

from __future__ import annotations

from collections import defaultdict

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


def draw(rows: Rows) -> Drawing:
    """Domains on the left, the pages where their equity enters, and what was asked about."""
    names = ("part", "source_domain", "entry_url", "equity")
    found = list(zip(*(rows.values(name) for name in names), strict=True))
    total = sum(equity for *_, equity in found)
    pairs = _folded([(_source(part, domain), entry or "", equity)
                     for part, domain, entry, equity in found])  # fmt: skip
    lines = tuple(
        (SOURCES.get(source, source), ENTRIES.get(entry, entry), equity, percent(equity, total))
        for source, entry, equity in sorted(pairs, key=lambda pair: -pair[2])
    )
    marks, layout = sankey(_flows(pairs), _called(pairs), _ROLES, "page-equivalents")
    head = ("comes from", "enters at", "equity", "share")
    return Drawing(CHART.title, _sentence(rows, found, total), head, lines, marks, layout)


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


def _source(part: str, domain: str | None) -> str:
    return OWN if part != BACKLINK else domain or OTHERS


def _folded(found: list[Flow]) -> list[Flow]:
    """The flows with the smaller sources, and the smaller entries, as one each; nothing is lost."""
    sources, entries = (_kept(found, end, most) for end, most in ((0, MOST_SOURCES),
                                                                   (1, MOST_ENTRIES)))  # fmt: skip
    sums: defaultdict[tuple[str, str], float] = defaultdict(float)
    for source, entry, value in found:
        ends = (source if source in sources else OTHERS, entry if entry in entries else OTHERS)
        sums[ends] += value
    return [(*ends, value) for ends, value in sums.items() if value > 0]


def _kept(found: list[Flow], end: int, most: int) -> set[str]:
    sums: defaultdict[str, float] = defaultdict(float)
    for flow in found:
        sums[str(flow[end])] += flow[2]
    return set(sorted(sums, key=lambda name: (name != OWN, -sums[name], name))[:most])


def _sentence(rows: Rows, found: list[tuple[str, str | None, str | None, float]],
              total: float) -> str:  # fmt: skip
    if not total:
        return f"{rows.scope} holds no equity."
    outside: defaultdict[str, float] = defaultdict(float)
    for part, domain, _, equity in found:
        if part == BACKLINK and domain:
            outside[domain] += equity
    text = f"{rows.scope} holds {amount(total)} page-equivalents:"
    text += f" {percent(sum(outside.values()), total)} come from"
    text += f" {len(outside):,} other domains, the rest from what its own pages have without links."
    if outside:
        best = max(outside, key=lambda name: outside[name])
        text += (
            f" The largest part of a domain, {percent(outside[best], total)}, is that of {best}."
        )
    n_entries = len({entry for _, _, entry, _ in found})
    cut = n_entries > MOST_ENTRIES or len(outside) >= MOST_SOURCES
    return text + f" Drawn: the {MOST_SOURCES} largest sources and entry pages each." * cut


CHART = Chart(
    name="linkshed",
    title="Where its equity comes from",
    report="linkshed",
    columns=("part", "source_domain", "entry_url", "equity"),
    draw=draw,
    options={"by": "link"},
)
