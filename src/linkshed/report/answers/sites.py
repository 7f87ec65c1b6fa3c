"""A row of figures for each of several sites, counted for the rows and columns asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from linkshed.errors import ParameterError
from linkshed.report.answers.figures import GROUPS, Figures
from linkshed.report.columns import need
from linkshed.report.frame import Frame, Maker
from linkshed.report.shared import SITE_COLUMNS
from linkshed.snapshot.arrow import TYPES
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import MODES, Scope, parse_scope, scope_members

MOST = 100_000
_TYPES = {column.name: TYPES[column.type] for column in SITE_COLUMNS}


def members(scope: Scope) -> list[Scope]:
    """The sites that a scope names, each read as its own text says."""
    if scope.mode != "set":
        return [scope]
    return [parse_scope(text) for text in scope_members(scope.text)]


def listed(text: str | None) -> list[Scope]:
    """The targets of a list: one on each line, then its mode, if any. Raises ScopeError."""
    lines = (line.strip() for line in (text or "").splitlines())
    return [_listed(line) for line in lines if line and not line.startswith("#")]


def _listed(line: str) -> Scope:
    target, *last = line.rsplit(maxsplit=1)
    return parse_scope(target, last[0]) if last and last[0] in MODES else parse_scope(line)


def sites(snapshot: Snapshot, scopes: Iterable[Scope]) -> Frame:
    """A frame of figures, a row for each site."""
    need(snapshot, "pages", "rating", "equity")
    need(snapshot, "domains", "rating", "rank")
    need(snapshot, "links", "equity")
    found = list(scopes)
    if len(found) > MOST:
        raise ParameterError(f"{len(found):,} targets", allowed=f"up to {MOST:,} at once")
    return Frame(len(found), _Sites(snapshot, found).makers(), nbytes=1000 * len(found))


class _Sites:
    def __init__(self, snapshot: Snapshot, scopes: Sequence[Scope]) -> None:
        self.snapshot, self.scopes = snapshot, scopes
        self.made: dict[tuple[Any, int], Figures] = {}

    def makers(self) -> dict[str, Maker]:
        """How each column is made."""
        own = {"target": self._texts("text"), "mode": self._texts("mode")}
        return own | {
            name: self._maker(name, group) for group, names in GROUPS.items() for name in names
        }

    def _texts(self, name: str) -> Maker:
        texts = np.array([getattr(scope, name) for scope in self.scopes], object)
        return lambda rows: pa.array(texts[rows], pa.string())

    def _maker(self, name: str, group: Any) -> Maker:
        def make(rows: Any) -> pa.Array:
            numbers = np.arange(len(self.scopes))[rows].tolist()
            return pa.array([self._figures(group, at)[name] for at in numbers], _TYPES[name])

        return make

    def _figures(self, group: Any, at: int) -> Figures:
        if (group, at) not in self.made:
            self.made[group, at] = group(self.snapshot, self.scopes[at])
        return self.made[group, at]
