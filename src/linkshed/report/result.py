"""Rows of a report, as people and programs take them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from linkshed.extras import need
from linkshed.schema import Column

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow as pa
    from plotly.graph_objects import Figure

    from linkshed.charts.chart import Drawing
    from linkshed.report.query import Answer


class Result:
    """Rows of a report. ``total`` counts all rows, also those beyond a limit; ``absent`` are the
    parts of the scope of which the snapshot holds no page.
    """

    def __init__(self, answer: Answer, scope: str, snapshot_id: str) -> None:
        self._answer = answer
        self.report = answer.report.name
        self.unit = answer.report.unit
        self.columns: tuple[Column, ...] = answer.columns
        self.scope = scope
        self.snapshot = snapshot_id
        self.total = answer.total
        self.notes = answer.notes
        self.remarks = answer.remarks
        self.absent = answer.absent
        self.failures = answer.frame.failures

    def __len__(self) -> int:
        return len(self._answer.rows)

    def batches(self) -> Iterator[pa.Table]:
        """The rows as Arrow tables of bounded size."""
        yield from self._answer.batches()

    def to_arrow(self) -> pa.Table:
        """The rows as one Arrow table; a null is a null."""
        return self._answer.table()

    def to_dicts(self) -> list[dict[str, Any]]:
        """The rows as dicts; a null is None."""
        rows: list[dict[str, Any]] = self.to_arrow().to_pylist()
        return rows

    def chart(self, name: str) -> Drawing:
        """These rows as a chart, with its sentence and table. ``CHARTS`` lists the charts of each
        report. Raises UnknownName, ColumnError for rows of another report.
        """
        from linkshed.charts import CHARTS
        from linkshed.charts.chart import Rows

        chart = CHARTS.load(name).CHART
        chart.check(self.report, [column.name for column in self._answer.report.columns])
        rows = Rows(self.scope, self._answer.of(chart.columns), self.total)
        drawing: Drawing = chart.draw(rows)
        return drawing

    def figure(self, name: str, theme: str = "light") -> Figure:
        """The chart as a figure of Plotly, for a notebook. Raises MissingExtra and as ``chart``."""
        return self.chart(name).figure(theme)

    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a pandas frame. Raises MissingExtra."""
        need("pandas")
        frame: pandas.DataFrame = self.to_arrow().to_pandas()
        return frame

    def to_polars(self) -> polars.DataFrame:
        """The rows as a Polars frame. Raises MissingExtra."""
        need("polars")
        import polars

        frame = polars.from_arrow(self.to_arrow())
        assert isinstance(frame, polars.DataFrame)
        return frame
