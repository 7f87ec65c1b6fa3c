"""The Score contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.snapshot.tables import Snapshot


@dataclass(frozen=True)
class ScoreColumn:
    """A column a score makes, and the table (pages, hosts, domains or links) it is aligned with."""

    table: str
    column: Column


@dataclass
class ScoreResult:
    """Columns by (table, name), each as long as its table; masked arrays where null is meant.

    ``record`` goes into the manifest: parameters, sweeps, residuals, timings, balance.
    """

    columns: dict[tuple[str, str], np.ndarray[Any, Any]] = field(default_factory=dict)
    record: dict[str, Any] = field(default_factory=dict)


class Score(Protocol):
    """What ``linkshed.score.<name>`` must offer as module-level names.

    ``NEEDS`` names the scores whose columns it reads. ``compute`` reads columns of the snapshot
    (those of earlier scores included) and returns new ones.
    """

    TITLE: str
    NEEDS: tuple[str, ...]
    COLUMNS: tuple[ScoreColumn, ...]

    def compute(self, snapshot: Snapshot, params: Mapping[str, Any]) -> ScoreResult: ...
