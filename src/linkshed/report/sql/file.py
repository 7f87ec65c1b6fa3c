"""Reports that are computed, as SQL over a file their rows were written to."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from linkshed.report.filters import tree
from linkshed.report.report import Report
from linkshed.report.sql.conditions import NoStatement, condition, named
from linkshed.report.sql.statement import IN_GROUP, Keys, limited, ordered


@dataclass(frozen=True)
class OverFile:
    """``sql`` reads a Parquet file that holds the columns ``select`` of all rows of a report, in
    its order, that pass the filter ``where`` (None: of all rows).
    """

    select: str
    where: str | None
    sql: str


def over_file(
    report: Report,
    path: str,
    where: str | None,
    order: Keys,
    select: Sequence[str],
    limit: int | None,
    offset: int,
) -> OverFile:
    """The SQL that filters, orders and cuts the rows in a file. A filter that has no SQL, or that
    changes the groups rows stand for, is left to the report. Raises FilterError.
    """
    kinds = {column.name: column.type for column in report.columns}
    left, kept = where, "true"
    if where and not any(option.name == "grouping" for option in report.options):
        with suppress(NoStatement):
            left, kept = None, condition(tree(where), kinds)
    names = [*select, *(name for name, _ in order)] + (named(where) if left is None else [])
    keys = [] if any(kinds.get(name) == "list" or name == IN_GROUP for name, _ in order) else order
    quoted = path.replace("'", "''")
    sql = (
        f"SELECT {', '.join(select)}\nFROM read_parquet('{quoted}', file_row_number = true)\n"
        f"WHERE {kept}\nORDER BY {', '.join([*ordered(keys), 'file_row_number'])}"
    )
    return OverFile(",".join(dict.fromkeys(names)), left, sql + limited(limit, offset))
