"""Shapes of the three charts of a handout: places and sizes, drawn by the template as SVG."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

WIDTH = 720
HEIGHT = 185
MOST_COLUMNS = 16
MOST_NODES = 7
OTHERS = "other sections"
BESIDE = 236
"""Width of the names on either side of the flow."""
NODE_WIDTH = 10
GAP = 8
LINE = 15
"""Least distance of names beside the flow."""
NO_WAY = "no way"
"""The name of the column of pages that no clicks lead to: short, as columns are narrow."""
FLOW_HEIGHT = 300
Shape = dict[str, Any]


def columns(rows: Sequence[dict[str, Any]]) -> list[Shape]:
    """A column for each click depth: as high as its share of equity; the deepest ones together, and
    pages out of reach last.
    """
    reached = [dict(row) for row in rows if row["depth"] is not None]
    kept, rest = reached[:MOST_COLUMNS], reached[MOST_COLUMNS:]
    if rest:
        kept[-1]["label"] = f"{kept[-1]['depth']}+"
        for name in ("pages", "equity"):
            kept[-1][name] += sum(row[name] for row in rest)
    kept += [{**row, "label": NO_WAY} for row in rows if row["depth"] is None]
    total = sum(row["equity"] for row in kept) or 1.0
    most = max((row["equity"] for row in kept), default=1.0) or 1.0
    step = WIDTH / max(len(kept), 1)
    return [
        {
            "x": round(n * step + step * 0.15, 1),
            "width": round(step * 0.7, 1),
            "middle": round((n + 0.5) * step, 1),
            "height": round(HEIGHT * row["equity"] / most, 1),
            "label": row.get("label", row["depth"]),
            "pages": row["pages"],
            "share": row["equity"] / total,
        }
        for n, row in enumerate(kept)
    ]


def bars(rows: Sequence[dict[str, Any]]) -> list[Shape]:
    """A bar for each section, as long as the equity it holds."""
    most = max((row["equity"] for row in rows), default=1.0) or 1.0
    return [{**row, "length": round(100 * row["equity"] / most, 2)} for row in rows]


def bands(rows: Sequence[dict[str, Any]]) -> Shape:
    """Bands from the sections on the left to those on the right, as wide as what flows; all but the
    largest sections are one.
    """
    sums: dict[tuple[str, str], float] = defaultdict(float)
    names = _largest(rows)
    for row in rows:
        ends = (row["from_section"], row["to_section"])
        one, other = (end if end in names else OTHERS for end in ends)
        sums[one, other] += row["equity"]
    total = sum(sums.values())
    left, right = (_nodes(sums, side, total) for side in (0, 1))
    return {"left": list(left.values()), "right": list(right.values()),
            "bands": _bands(sums, left, right, total), "height": FLOW_HEIGHT,
            "left_edge": BESIDE, "right_edge": WIDTH - BESIDE - NODE_WIDTH}  # fmt: skip


def _largest(rows: Sequence[dict[str, Any]]) -> list[str]:
    sums: dict[str, float] = defaultdict(float)
    for row in rows:
        for end in ("from_section", "to_section"):
            sums[row[end]] += row["equity"]
    ranked = sorted(sums, key=lambda name: (-sums[name], name))
    return ranked if len(ranked) <= MOST_NODES else ranked[: MOST_NODES - 1]


def _nodes(sums: dict[tuple[str, str], float], side: int, total: float) -> dict[str, Shape]:
    held: dict[str, float] = defaultdict(float)
    for ends, value in sums.items():
        held[ends[side]] += value
    room = FLOW_HEIGHT - GAP * max(len(held) - 1, 0)
    nodes: dict[str, Shape] = {}
    y = 0.0
    for name in sorted(held, key=lambda name: (name == OTHERS, -held[name], name)):
        height = room * held[name] / total if total else 0.0
        nodes[name] = {"name": name, "y": round(y, 1), "height": round(max(height, 1), 1),
                       "middle": round(y + height / 2, 1), "equity": held[name], "filled": y,
                       "share": held[name] / total if total else 0.0}  # fmt: skip
        y += height + GAP
    places = _apart([float(node["middle"]) for node in nodes.values()])
    for n, node in enumerate(nodes.values()):
        node |= {"number": n % 6 + 1, "name_at": places[n]}
    return nodes


def _apart(places: Sequence[float]) -> list[float]:
    """Places moved as little as needed to stand LINE apart, the last not below the drawing."""
    found: list[float] = []
    for place in places:
        found.append(max(place, found[-1] + LINE) if found else place)
    lowest = float(FLOW_HEIGHT)
    for n in reversed(range(len(found))):
        found[n] = lowest = round(min(found[n], lowest), 1)
        lowest -= LINE
    return found


def _bands(
    sums: dict[tuple[str, str], float], left: dict[str, Shape], right: dict[str, Shape],
    total: float,
) -> list[Shape]:  # fmt: skip
    found = []
    start, end = BESIDE + NODE_WIDTH, WIDTH - BESIDE - NODE_WIDTH
    bend = (start + end) / 2
    places = {name: n for n, name in enumerate(right)}
    for (one, other), value in sorted(sums.items(), key=lambda item: places[item[0][1]]):
        source, target = left[one], right[other]
        sizes = [_scale(node, value) for node in (source, target)]
        y1, y2 = source["filled"], target["filled"]
        source["filled"], target["filled"] = y1 + sizes[0], y2 + sizes[1]
        shape = (
            f"M{start} {y1:.1f}C{bend} {y1:.1f} {bend} {y2:.1f} {end} {y2:.1f}"
            f"V{y2 + sizes[1]:.1f}C{bend} {y2 + sizes[1]:.1f} {bend} {y1 + sizes[0]:.1f}"
            f" {start} {y1 + sizes[0]:.1f}Z"
        )
        share = value / total if total else 0.0
        found.append({"shape": shape, "number": source["number"], "from": one, "to": other,
                      "equity": value, "share": share})  # fmt: skip
    return found


def _scale(node: Shape, value: float) -> float:
    return float(node["height"] * value / node["equity"]) if node["equity"] else 0.0
