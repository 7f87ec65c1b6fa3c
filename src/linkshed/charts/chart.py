"""The Chart contract: which rows it draws, and what a drawing is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from linkshed.charts.theme import resolved
from linkshed.errors import ColumnError
from linkshed.extras import need

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

ACCOUNT = "explain"
"""The source of a chart that draws the account of a page instead of rows."""


@dataclass(frozen=True)
class Rows:
    """What a chart draws: an Arrow table, or the account of a page. ``scope`` is what was asked
    about; ``total`` counts all rows, also those a limit left out.
    """

    scope: str
    table: Any
    total: int

    def values(self, name: str) -> list[Any]:
        """A column as a list; a null is None."""
        found: list[Any] = self.table[name].to_pylist()
        return found


def section(rows: Rows, name: str) -> dict[str, float]:
    """The figures of a section of an overview, in their order."""
    lines = zip(*(rows.values(column) for column in ("section", "name", "value")), strict=True)
    return {line: value for of, line, value in lines if of == name}


@dataclass(frozen=True)
class Drawing:
    """Marks, and the same in words: a sentence, and a table with a header.

    ``data`` and ``layout`` are those of a Plotly figure, with roles in place of colours.
    ``is_empty`` tells that there is nothing to draw; the sentence then says why.
    """

    title: str
    sentence: str
    header: tuple[str, ...]
    lines: tuple[tuple[Any, ...], ...]
    data: list[dict[str, Any]] = field(default_factory=list)
    layout: dict[str, Any] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether there are no marks."""
        return not self.data

    def spec(self, theme: str = "light") -> dict[str, Any]:
        """The figure as plain JSON. Raises ParameterError for an unknown theme."""
        return resolved(self.data, self.layout, theme)

    def figure(self, theme: str = "light") -> Figure:
        """The figure, for a notebook or a file. Raises MissingExtra, ParameterError."""
        need("plotly")
        from plotly.graph_objects import Figure

        made = Figure(self.spec(theme))
        made.update_layout(title=self.title, template="none")
        return made


@dataclass(frozen=True)
class Chart:
    """What ``linkshed.charts.<name>.CHART`` declares.

    ``report`` names the report whose ``columns`` it draws, asked with ``options``; ACCOUNT stands
    for the account of a page. ``order_by`` and ``limit`` bound the rows it needs; it draws any
    other rows of the report as well.
    """

    name: str
    title: str
    report: str
    columns: tuple[str, ...]
    draw: Callable[[Rows], Drawing]
    options: Mapping[str, Any] = field(default_factory=dict)
    order_by: str | None = None
    limit: int | None = None

    def check(self, report: str, names: Sequence[str]) -> None:
        """Raise ColumnError when rows are not of its report or lack a column."""
        missing = [name for name in self.columns if name not in names]
        if report != self.report or missing:
            is_other = report != self.report
            told = f"of report {report!r}" if is_other else f"without {missing[0]!r}"
            raise ColumnError(
                f"chart {self.name!r} from rows {told}",
                allowed=f"rows of report {self.report!r} with {', '.join(self.columns)}",
            )
