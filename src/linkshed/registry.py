"""Names of everything that can be added: lazy, so that importing the package stays cheap.

A registry is a tuple of module names. A member is the module ``linkshed.<stage>.<name>``, loaded on
first use; installed packages add members through the entry-point group ``linkshed.<stage>``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from types import ModuleType

from linkshed.errors import UnknownName


@dataclass(frozen=True)
class Registry:
    """The members of one family, in their order. ``stage`` is the folder they live in."""

    stage: str
    kind: str
    names: tuple[str, ...]

    def __iter__(self) -> Iterator[str]:
        return iter((*self.names, *self._plugins()))

    def __contains__(self, name: object) -> bool:
        return name in tuple(self)

    def load(self, name: str) -> ModuleType:
        """The module of one member. Raises UnknownName."""
        if name in self.names:
            return import_module(f"linkshed.{self.stage}.{name}")
        if name in (plugins := self._plugins()):
            return import_module(plugins[name])
        raise UnknownName(f"unknown {self.kind} {name!r}", allowed=", ".join(self))

    def _plugins(self) -> dict[str, str]:
        return {point.name: point.value for point in entry_points(group=f"linkshed.{self.stage}")}
