"""What of a row can be put on a watch list, as the box before the row says it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any

from starlette.requests import Request

from linkshed.errors import ParameterError
from linkshed.serve.watch.chosen import Chosen

COLUMNS = {
    "link": (("source_url", "target_url"),),
    "domain": (("source_domain",), ("domain",)),
    "page": (("url",),),
}
"""The columns that say what a row is; of several ways, the first that a report has."""
MEANT = {
    "link": ("source_url", "target_url"),
    "domain": ("source_domain",),
    "page": ("target_url",),
}
"""What a watch calls them."""


def ways_of(report: Any) -> dict[str, tuple[str, ...]]:
    """What of a report's rows can be watched, and the columns that say it."""
    known = {column.name for column in report.columns}
    ways = {
        thing: next((names for names in COLUMNS[thing] if known.issuperset(names)), ())
        for thing in report.watchable
    }
    return {thing: names for thing, names in ways.items() if names}


def needed(report: Any, names: list[str]) -> list[str]:
    """The columns that say what can be watched of a row, besides those that are shown anyway."""
    found = [name for columns in ways_of(report).values() for name in columns]
    return [name for name in dict.fromkeys(found) if name not in names]


def choice_of(ways: Mapping[str, tuple[str, ...]], row: Mapping[str, Any]) -> str | None:
    """The text of a row's box: a thing and its words; None when nothing of it can be watched."""
    for thing, names in ways.items():
        words = [row[name] for name in names]
        if all(words):
            return " ".join([thing, *words])
    return None


def are_ticked(request: Request) -> bool:
    """Whether an address asks for a page with all boxes ticked."""
    return request.query_params.get("chosen") == "all"


class Boxes:
    """Writes the boxes of the rows of a report; ``n`` counts them."""

    def __init__(self, report: Any, *, is_ticked: bool = False) -> None:
        self.ways, self.n = ways_of(report), 0
        self._end = " checked></label>" if is_ticked else "></label>"

    def before(self, cell: Callable[[dict[str, Any]], str]) -> Callable[[dict[str, Any]], str]:
        """The first cell of a row with its box in it; the same cell where no row has one."""

        def both(row: dict[str, Any]) -> str:
            start, _, content = cell(row).partition(">")
            return f"{start}>{self._of(row)}{content}"

        return both if self.ways else cell

    def _of(self, row: Mapping[str, Any]) -> str:
        text = choice_of(self.ways, row)
        if text is None:
            return ""
        self.n += 1
        return (
            f'<label class=choice><input type=checkbox form=watch name=row value="{escape(text)}"'
            f' aria-label="Choose row {self.n}"{self._end}'
        )


def chosen_by(texts: Iterable[str]) -> tuple[Chosen, ...]:
    """What the texts of boxes choose, each once. Raises ParameterError."""
    return tuple(dict.fromkeys(_chosen(text) for text in texts))


def box_of(choice: Chosen) -> str | None:
    """The text of the box that makes a choice; None when no box makes it."""
    for thing, meant in MEANT.items():
        if tuple(choice.given) == meant:
            return " ".join([thing, *choice.given.values()])
    return None


def _chosen(text: str) -> Chosen:
    thing, *words = text.split(" ")
    meant = MEANT.get(thing, ())
    if not meant or len(words) != len(meant):
        raise ParameterError(f"row {text[:200]!r}", allowed="the boxes before the rows of a report")
    return Chosen(**dict(zip(meant, words, strict=True)))
