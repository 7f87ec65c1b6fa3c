"""How does equity flow between its sections, and to and from the rest of the web?"""

from __future__ import annotations

from collections import defaultdict

from linkshed.charts.chart import Chart, Drawing, Rows
from linkshed.charts.flows import Flow, sankey
from linkshed.charts.theme import Role
from linkshed.charts.words import amount, percent, without_host

MOST = 10
"""Sections drawn one by one on each side."""
OUTSIDE, OTHERS = "outside", "other sections"


def draw(rows: Rows) -> Drawing:
    """Sections that give on the left, those that receive on the right."""
    columns = (rows.values(name) for name in ("from_section", "to_section", "equity"))
    found: list[Flow] = list(zip(*columns, strict=True))
    folded = _folded(found)
    total = sum(value for *_, value in folded)
    lines = tuple((*flow, percent(flow[2], total)) for flow in folded)
    names = without_host(end for flow in folded for end in flow[:2])
    called = {f"{side}{name}": words for side in "<>" for name, words in names.items()}
    roles = {f"{side}{name}": Role.REST for side in "<>" for name in (OUTSIDE, OTHERS)}
    flows = [(f"<{source}", f">{target}", value) for source, target, value in folded]
    marks, layout = sankey(flows, called, roles, "page-equivalents")
    head = ("from", "to", "equity", "share")
    return Drawing(CHART.title, _sentence(rows, found), head, lines, marks, layout)


def _folded(found: list[Flow]) -> list[Flow]:
    """The flows, largest first, with the smaller sections as one; nothing is lost."""
    sizes: defaultdict[str, float] = defaultdict(float)
    for source, target, value in found:
        sizes[source] += value
        sizes[target] += value
    sizes[OUTSIDE] = float("inf")
    kept = set(sorted(sizes, key=lambda name: (-sizes[name], name))[: MOST + 1])
    sums: defaultdict[tuple[str, str], float] = defaultdict(float)
    for source, target, value in found:
        sums[source if source in kept else OTHERS, target if target in kept else OTHERS] += value
    return sorted(((*ends, value) for ends, value in sums.items()), key=lambda flow: -flow[2])


def _sentence(rows: Rows, found: list[Flow]) -> str:
    if not found:
        return f"No link of {rows.scope} carries equity."
    comes = sum(value for source, _, value in found if source == OUTSIDE)
    leaves = sum(value for _, target, value in found if target == OUTSIDE)
    stays = sum(value for *_, value in found) - comes - leaves
    text = f"Links bring {amount(comes)} page-equivalents from outside, move {amount(stays)} inside"
    text += f" {rows.scope} and take {amount(leaves)} away."
    n = len({name for flow in found for name in flow[:2]} - {OUTSIDE})
    return text + f" Drawn: {MOST} of {n:,} sections, the others together." * (n > MOST)


CHART = Chart(
    name="flow",
    title="Flow between sections",
    report="flow",
    columns=("from_section", "to_section", "equity"),
    draw=draw,
)
