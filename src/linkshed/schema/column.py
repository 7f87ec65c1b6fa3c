"""What a column and a table are."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, IntFlag

Vocabulary = type[IntEnum] | type[IntFlag]


def defined(meaning: str, unit: str = "", null: str = "") -> str:
    """What a field means, in which unit, and what null means, on one line."""
    return meaning + f" ({unit})" * bool(unit) + f"; null: {null}" * bool(null)


@dataclass(frozen=True)
class Column:
    """One field of a table, a row or a report.

    ``type`` is one of bool, u8, u16, u32, u64, f32, f64, string, time (seconds since 1970, UTC),
    list (of strings); an enumeration or flag column is stored as its integer ``type`` and shown by
    the names in ``values``. ``null`` says what an absent value means; empty means never absent.
    ``alias`` is the name the field's well-known API uses for the same meaning; filters and column
    lists accept it too.
    """

    name: str
    type: str
    meaning: str
    null: str = ""
    unit: str = ""
    values: Vocabulary | None = None
    alias: str = ""
    example: str = ""


@dataclass(frozen=True)
class Table:
    """A table of the snapshot. ``order`` is its sort order, in words."""

    name: str
    meaning: str
    order: str
    columns: tuple[Column, ...] = field(default=())

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)
