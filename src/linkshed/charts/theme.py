"""Colours by what they say, light and dark, and the frame that every figure has."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from linkshed.errors import ParameterError


class Role(StrEnum):
    """What a colour says; a theme says which colour that is."""

    TEXT = "text"
    QUIET = "quiet"
    GRID = "grid"
    MAIN = "main"
    GAIN = "gain"
    LOSS = "loss"
    REST = "rest"
    FLOW = "flow"
    SURFACE = "surface"


THEMES: dict[str, dict[Role, str]] = {
    "light": {
        Role.TEXT: "#1b2326", Role.QUIET: "#475256", Role.GRID: "#dfdbd0", Role.MAIN: "#17757c",
        Role.GAIN: "#1b6a40", Role.LOSS: "#b4542f", Role.REST: "#7a868a",
        Role.FLOW: "rgba(23,117,124,0.26)", Role.SURFACE: "#ffffff",
    },
    "dark": {
        Role.TEXT: "#e7eceb", Role.QUIET: "#b3bfc0", Role.GRID: "#2b383b", Role.MAIN: "#58b7b3",
        Role.GAIN: "#7fd39f", Role.LOSS: "#e08b66", Role.REST: "#8d999b",
        Role.FLOW: "rgba(88,183,179,0.30)", Role.SURFACE: "#172022",
    },
}  # fmt: skip
"""The text of each theme on its surface has a contrast of 7 to 1, marks at least 3 to 1."""

_AXIS: dict[str, Any] = {
    "automargin": True, "gridcolor": Role.GRID, "linecolor": Role.GRID, "zerolinecolor": Role.GRID,
    "tickcolor": Role.GRID, "fixedrange": True, "tickfont": {"size": 12},
    "autotickangles": [0, 45, 90],
}  # fmt: skip
FONT = "system-ui, sans-serif"


def resolved(data: list[dict[str, Any]], layout: dict[str, Any], theme: str) -> dict[str, Any]:
    """A figure in the colours of a theme. Raises ParameterError."""
    if theme not in THEMES:
        raise ParameterError(f"theme {theme!r}", allowed=", ".join(THEMES))
    whole = {"data": data, "layout": _frame(layout)}
    made: dict[str, Any] = _coloured(whole, THEMES[theme])
    return made


def _frame(layout: dict[str, Any]) -> dict[str, Any]:
    axes: dict[str, Any] = {n: _axis(layout[n]) for n in ("xaxis", "yaxis") if n in layout}
    return {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 13, "color": Role.TEXT},
        "hoverlabel": {"bgcolor": Role.SURFACE, "bordercolor": Role.GRID,
                       "font": {"color": Role.TEXT}},
        "margin": {"l": 8, "r": 16, "t": 24, "b": 8, "pad": 4},
        "showlegend": False,
        **layout,
        **axes,
    }  # fmt: skip


def _axis(given: dict[str, Any]) -> dict[str, Any]:
    """An axis whose labels are level, or aslant or upright where there is no room."""
    axis = _AXIS | given
    if "title" in axis:
        axis["title"] = {"font": {"size": 12}, "standoff": 8, **axis["title"]}
    return axis


def _coloured(value: Any, colours: dict[Role, str]) -> Any:
    """The same with a colour for every role; text that merely spells like one is left alone."""
    if isinstance(value, Role):
        return colours[value]
    if isinstance(value, dict):
        return {key: _coloured(inner, colours) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_coloured(inner, colours) for inner in value]
    return value
