"""The menu: every registered report by its group, and the pages that are no reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from linkshed import api

TABLES = "/reports/"


@dataclass(frozen=True)
class Entry:
    """A line of the menu. ``report`` names the report that the page shows instead of its table;
    ``is_free`` tells that it needs no target.
    """

    title: str
    path: str
    group: str
    report: str = ""
    is_free: bool = False


class Menu:
    """Entries by group, in the order of ``api.GROUPS``, reports in the order of their registry."""

    def __init__(self) -> None:
        self._pages: list[Entry] = []
        self._groups: list[tuple[str, list[Entry]]] | None = None

    def add(self, *entries: Entry) -> None:
        """Add entries of pages."""
        self._pages += entries
        self._groups = None

    def groups(self) -> list[tuple[str, list[Entry]]]:
        """All groups that have entries."""
        if self._groups is None:
            self._groups = self._grouped()
        return self._groups

    def _grouped(self) -> list[tuple[str, list[Entry]]]:
        shown = {entry.report: entry for entry in self._pages if entry.report}
        reports = [api.REPORTS.load(name).REPORT for name in api.REPORTS]
        found = [shown.get(report.name) or _of(report) for report in reports]
        found += [entry for entry in self._pages if not entry.report]
        groups = [*api.GROUPS, *(entry.group for entry in found)]
        of = {group: [entry for entry in found if entry.group == group] for group in groups}
        return [(group, sorted(of[group], key=_is_later)) for group in of if of[group]]

    def unfolded(self, path: str) -> str:
        """The group to show open: that of the page, else the first that has several entries."""
        several = [(name, entries) for name, entries in self.groups() if len(entries) > 1]
        own = (name for name, entries in several if any(entry.path == path for entry in entries))
        return next(own, several[0][0])

    def entry(self, path: str) -> Entry | None:
        """The entry of a page."""
        found = (entry for _, entries in self.groups() for entry in entries if entry.path == path)
        return next(found, None)

    def path(self, report: str) -> str:
        """The address of a report's page."""
        own = [entry.path for entry in self._pages if entry.report == report]
        return own[0] if own else TABLES + report


def _is_later(entry: Entry) -> bool:
    """Whether it is not the report that bears the name of its group."""
    return entry.report != entry.group.lower()


def _of(report: Any) -> Entry:
    return Entry(report.heading, TABLES + report.name, report.group, report.name)
