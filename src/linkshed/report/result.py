"""Rows of a report, as people and programs take them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from linkshed.errors import MissingExtra
from linkshed.schema import Column

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow as pa

    from linkshed.report.query import Answer


class Result:
    """Rows of a report. ``total`` counts all rows, also those beyond a limit."""

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

    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a pandas frame. Raises MissingExtra."""
        _need("pandas")
        frame: pandas.DataFrame = self.to_arrow().to_pandas()
        return frame

    def to_polars(self) -> polars.DataFrame:
        """The rows as a Polars frame. Raises MissingExtra."""
        _need("polars")
        import polars

        frame = polars.from_arrow(self.to_arrow())
        assert isinstance(frame, polars.DataFrame)
        return frame


def _need(package: str) -> None:
    from importlib.util import find_spec

    if find_spec(package) is None:
        raise MissingExtra(
            f"{package} is not installed", repair=f"pip install 'linkshed[{package}]'"
        )
