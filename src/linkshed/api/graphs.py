"""Rows of joined pairs as a graph with places."""

from __future__ import annotations

from typing import Any

import numpy as np

from linkshed.graph.layout import places
from linkshed.report.result import Result

_FACTS = ("domain", "equity", "distance")


def placed(result: Result) -> dict[str, Any]:
    """The nodes of joined pairs, the largest first, and the links between them."""
    rows = result.to_arrow().to_pydict()
    facts: dict[str, tuple[Any, ...]] = {}
    for end in ("source", "target"):
        columns = (rows[f"{end}_{fact}"] for fact in _FACTS)
        facts |= zip(rows[end], zip(*columns, strict=True), strict=True)
    names = sorted(facts, key=lambda name: (-facts[name][1], name))
    at = {name: i for i, name in enumerate(names)}
    sources, targets = (np.array([at[name] for name in rows[end]], np.int64)
                        for end in ("source", "target"))  # fmt: skip
    spots = places(len(names), sources, targets)
    told = zip(_FACTS, zip(*(facts[name] for name in names), strict=True), strict=False)
    return {
        "nodes": {
            "name": names,
            **{fact: list(values) for fact, values in told},
            "x": np.round(spots[:, 0], 4).tolist(),
            "y": np.round(spots[:, 1], 4).tolist(),
        },
        "links": {"source": sources.tolist(), "target": targets.tolist(),
                  "links": rows["links"], "equity": rows["equity"]},
        "remarks": list(result.remarks),
    }  # fmt: skip
