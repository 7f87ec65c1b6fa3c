"""The Score contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from linkshed.errors import ParameterError
from linkshed.graph.shelf import Shelf
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.snapshot.tables import Snapshot


@dataclass(frozen=True)
class ScoreColumn:
    """A column a score makes, and the table (pages, hosts, domains or links) it is aligned with."""

    table: str
    column: Column


@dataclass(frozen=True)
class Option:
    """A score's own parameter; ``type`` is str, int or Path.

    With ``choices`` it is one of them; a number lies within ``limits``, both included.
    """

    name: str
    type: type
    meaning: str
    default: Any = None
    choices: tuple[str, ...] = ()
    limits: tuple[int, int] | None = None

    def check(self, value: Any) -> Any:
        """The value, as a path where one is meant. Raises ParameterError."""
        if value is None:
            return None
        if self.type is Path and isinstance(value, str | Path):
            return Path(value)
        if not isinstance(value, self.type) or isinstance(value, bool) or self._is_outside(value):
            raise ParameterError(f"{self.name} {value!r}", allowed=self._allowed())
        return value

    def _is_outside(self, value: Any) -> bool:
        if self.limits is not None:
            return not self.limits[0] <= value <= self.limits[1]
        return bool(self.choices) and value not in self.choices

    def _allowed(self) -> str:
        if self.limits is not None:
            return f"a whole number from {self.limits[0]} to {self.limits[1]}"
        return ", ".join(self.choices) or f"a value of type {self.type.__name__}"


@dataclass
class ScoreResult:
    """Columns by (table, name), each as long as its table; masked arrays where null is meant.

    ``record`` goes into the manifest: parameters, sweeps, residuals, timings, balance. What a
    person should be told at once is listed under ``notes``.
    """

    columns: dict[tuple[str, str], np.ndarray[Any, Any]] = field(default_factory=dict)
    record: dict[str, Any] = field(default_factory=dict)


def shelf_of(snapshot: Snapshot, params: Mapping[str, Any]) -> Shelf:
    """Where a score puts arrays over links, each score with the whole memory limit to itself."""
    folder = snapshot.store_path / "cache"
    folder.mkdir(exist_ok=True)
    return Shelf(folder, params.get("memory_limit_bytes"))


class Score(Protocol):
    """What ``linkshed.score.<name>`` must offer as module-level names.

    ``NEEDS`` names the scores whose columns it reads. ``compute`` reads columns of the snapshot
    (those of earlier scores included) and returns new ones. ``params`` holds ``profile``,
    ``threads`` and ``memory_limit_bytes`` and, for a score on request, the values of its OPTIONS.
    Only scores on request have ``OPTIONS``; what they need to know and were not told makes their
    columns null.
    """

    TITLE: str
    NEEDS: tuple[str, ...]
    COLUMNS: tuple[ScoreColumn, ...]

    def compute(self, snapshot: Snapshot, params: Mapping[str, Any]) -> ScoreResult: ...
