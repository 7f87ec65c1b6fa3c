"""Flows between things: the shape that several charts have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from linkshed.charts.theme import Role
from linkshed.charts.words import label

Flow = tuple[str, str, float]
NODE_PIXELS = 26
LABEL_PIXELS = 18
"""Between nodes, so that the words of thin ones do not touch."""


def sankey(
    flows: Sequence[Flow], names: Mapping[str, str], roles: Mapping[str, Role], unit: str
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Marks and layout of flows between nodes; ``names`` are what strangers call them."""
    nodes = list(dict.fromkeys(node for source, target, _ in flows for node in (source, target)))
    at = {node: i for i, node in enumerate(nodes)}
    shown = [label(names.get(node, node), longest=36) for node in nodes]
    mark = {
        "type": "sankey",
        "arrangement": "snap",
        "node": {
            "label": shown, "pad": LABEL_PIXELS, "thickness": 14, "line": {"width": 0},
            "color": [roles.get(node, Role.MAIN) for node in nodes],
            "hovertemplate": f"%{{label}}: %{{value:.4g}} {unit}<extra></extra>",
        },
        "link": {
            "source": [at[source] for source, _, _ in flows],
            "target": [at[target] for _, target, _ in flows],
            "value": [value for _, _, value in flows],
            "color": [Role.FLOW] * len(flows),
            "hovertemplate": "%{source.label} → %{target.label}:"
                             f" %{{value:.4g}} {unit}<extra></extra>",
        },
    }  # fmt: skip
    tallest = max(_count(source for source, _, _ in flows), _count(t for _, t, _ in flows))
    return ([mark] if flows else []), {"height": 160 + NODE_PIXELS * tallest}


def _count(nodes: Iterable[str]) -> int:
    return len(set(nodes))
