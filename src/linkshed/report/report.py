"""The Report contract: a question, its columns, and how its rows come about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from linkshed.errors import ColumnError, ParameterError
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope

GROUPS = ("Overview", "Backlink profile", "Pages", "Outgoing", "Audit", "Tools")
"""What reports are about, in the order of menus."""


@dataclass(frozen=True)
class Option:
    """A report's own parameter.

    ``form`` is ``choice`` (one of ``choices``), ``switch``, ``text``, ``script`` (text that a
    surface may read from a file), ``count`` or ``number``, both within ``within``. None stands for
    a value not given.
    """

    name: str
    meaning: str
    default: Any
    choices: tuple[str, ...] = ()
    form: str = ""
    within: tuple[float, float] = (0, float("inf"))

    @property
    def kind(self) -> str:
        """The form, also when it follows from the other fields."""
        return self.form or ("choice" if self.choices else "switch")

    def check(self, value: Any) -> Any:
        """The value, or ParameterError."""
        if value is None and self.default is None:
            return None
        if self.kind in ("text", "script"):
            return str(value)
        if self.kind in ("count", "number"):
            return self._number(value)
        allowed: tuple[Any, ...] = self.choices or (True, False)
        if value not in allowed:
            raise ParameterError(
                f"{self.name} {value!r}", allowed=", ".join(str(choice) for choice in allowed)
            )
        return value

    def _number(self, value: Any) -> Any:
        try:
            number = int(value) if self.kind == "count" else float(value)
        except (TypeError, ValueError):
            number = self.within[0] - 1
        if not self.within[0] <= number <= self.within[1]:
            low, high = self.within
            raise ParameterError(f"{self.name} {value!r}", allowed=f"{low:g} to {high:g}")
        return number


@dataclass(frozen=True)
class Report:
    """What ``linkshed.report.<name>.REPORT`` declares.

    ``frame`` gives the rows of a scope, with columns computed when asked for. ``select`` are the
    columns shown unless others are chosen; ``order_by`` the default order; ``unit`` what a row is.
    ``shows`` are tables whose columns on request a row also has, each with their prefix. ``title``
    names it in a menu, below the group ``group``, one of GROUPS. ``views`` are the columns shown
    and the order for those values of the option ``by`` whose rows have other columns. ``watchable``
    is what of a row a watch can be restricted to, the first of "link", "domain" (one that links)
    and "page" (one of the scope) whose columns it has. What ``takes_long``, seconds on a large web,
    is worked on apart from other questions.
    """

    name: str
    question: str
    unit: str
    columns: tuple[Column, ...]
    select: tuple[str, ...]
    order_by: str
    frame: Callable[[Snapshot, Scope, Mapping[str, Any]], Frame]
    options: tuple[Option, ...] = ()
    shows: tuple[tuple[str, str], ...] = ()
    title: str = ""
    group: str = GROUPS[-1]
    views: Mapping[str, tuple[tuple[str, ...], str]] = field(default_factory=dict)
    takes_long: bool = False
    watchable: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """The title, or the name as a title."""
        return self.title or self.name.replace("_", " ").capitalize()

    def seen(self, options: Mapping[str, Any]) -> Report:
        """The report as its options let it be seen: what it shows, and in which order."""
        usual = self.select, self.order_by
        found = self.views.get(str(options.get("by")), usual)
        return self if found == usual else replace(self, select=found[0], order_by=found[1])

    def column(self, name: str) -> Column:
        """The column of a name or alias. Raises ColumnError with the nearest names."""
        if found := self._named.get(name):
            return found
        from difflib import get_close_matches

        names = [column.name for column in self.columns]
        near = get_close_matches(name, names, n=3, cutoff=0.5)
        raise ColumnError(
            f"report {self.name!r} has no column {name!r}",
            allowed=", ".join(names),
            repair=f"did you mean {', '.join(near)}?" if near else self._absent(),
        )

    @cached_property
    def _named(self) -> dict[str, Column]:
        found = {column.alias: column for column in self.columns if column.alias}
        return found | {column.name: column for column in self.columns}

    def _absent(self) -> str:
        return "more columns come with scores on request: linkshed score --help" * bool(self.shows)

    def checked(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """All options with their defaults. Raises ParameterError for unknown ones."""
        known = {option.name: option for option in self.options}
        if unknown := sorted(set(options) - set(known)):
            raise ParameterError(
                f"report {self.name!r} has no option {unknown[0]!r}", allowed=", ".join(known)
            )
        return {n: option.check(options.get(n, option.default)) for n, option in known.items()}
