"""What the members of the objects in answers are, made from the columns of reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linkshed.schema import Column, defined
from linkshed.serve.http.nulls import why_null

_KINDS: dict[str, Any] = {
    "string": str, "bool": bool, "time": datetime, "list": list[str], "f32": float, "f64": float,
}  # fmt: skip


@dataclass(frozen=True)
class Member:
    """``kind`` is the Python type of its values, None where all of them are null; ``null`` says
    what null means, or why all are null; empty where none is.
    """

    kind: Any
    meaning: str
    null: str = ""

    @property
    def definition(self) -> str:
        """What it means, and what null means, on one line."""
        if self.kind is None:
            return f"always null: {self.null}"
        return defined(self.meaning, null=self.null)


def of_column(column: Column) -> Member:
    """The member that a column of a report is."""
    kind = _KINDS.get(column.type, int)
    return Member(kind, defined(column.meaning, column.unit), column.null)


def of_columns(columns: Iterable[Column]) -> dict[str, Member]:
    """The members by name."""
    return {column.name: of_column(column) for column in columns}


def either(now: Member, then: Member) -> Member:
    """The member that is the one, or the other when an earlier snapshot is asked, too."""
    null = "; ".join(why for why in (now.null, then.null) if why)
    return Member(then.kind or now.kind, then.meaning or now.meaning, null)


def unknown(name: str) -> Member:
    """The member of a name that linkshed cannot know."""
    return Member(None, "", why_null(name))
