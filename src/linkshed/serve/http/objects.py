"""Single figures of targets, at the addresses that scripts already use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import Request
from starlette.responses import Response

from linkshed.errors import ColumnError
from linkshed.serve.http import figures, streams
from linkshed.serve.http.nulls import RANK
from linkshed.serve.http.reports import CACHING, absence
from linkshed.serve.http.shelf import Shelf
from linkshed.serve.http.singles import FIGURES, HISTORIES, TOLD_OF_BATCH, member_of
from linkshed.serve.http.targets import (
    MODES,
    FiguresQuestion,
    HistoryQuestion,
    TargetsQuestion,
    scoped,
)
from linkshed.serve.pieces import as_json, csv_pieces

Ask = Callable[..., Response]


def figures_ask(shelf: Shelf, path: str) -> Ask:
    """Answers with one object."""

    def ask(request: Request, given: FiguresQuestion) -> Response:
        web = shelf.web(shelf.scored_on(str(given.date) if given.date else None))
        target = scoped(given.target, given.mode, given.protocol)
        row = figures.OBJECTS[path](web, target, MODES[given.mode])
        headers = CACHING | absence(web.absent(target, MODES[given.mode]))
        return _objects(
            [row], list(FIGURES[path]), member_of(path), given.output, path, headers, is_one=True
        )

    ask.__doc__ = figures.OBJECTS[path].__doc__
    return ask


def history_ask(shelf: Shelf, path: str) -> Ask:
    """Answers with one figure for each snapshot."""
    member, figure = HISTORIES[path]

    def ask(request: Request, given: HistoryQuestion) -> Response:
        rows = figures.history(shelf, path, figure, given)
        target = scoped(given.target, given.mode, given.protocol)
        headers = CACHING | absence(shelf.web(shelf.id_of()).absent(target, MODES[given.mode]))
        return _objects(rows, ["date", figure], member, given.output, path, headers)

    ask.__doc__ = f"{figure} in the last scored snapshot of each period."
    return ask


def batch_ask(shelf: Shelf) -> Ask:
    """Answers with the figures of many targets."""

    def ask(request: Request, given: TargetsQuestion) -> Response:
        """All figures of many targets."""
        select = ",".join(given.select) if isinstance(given.select, list) else given.select
        names = select.split(",") if select else list(TOLD_OF_BATCH)
        web = shelf.web(shelf.id_of())
        rows = [
            figures.batch_row(web, index, target.url, target.mode, target.protocol)
            for index, target in enumerate(given.targets)
        ]
        ranks = [name.strip() for name in names if RANK.fullmatch(name.strip())]
        rows = [row | dict.fromkeys(ranks) for row in rows]
        names = [_checked(name.strip(), rows[0]) for name in names]
        name, _, way = (given.order_by or "index").partition(":")
        _sort(rows, _checked(name, rows[0]), is_falling=way == "desc")
        asked = [(scoped(t.url, t.mode, t.protocol), MODES[t.mode]) for t in given.targets]
        headers = CACHING | absence(gone for one in asked for gone in web.absent(*one))
        return _objects(rows, names, "targets", given.output, "batch-analysis", headers)

    return ask


def _checked(name: str, row: dict[str, Any]) -> str:
    if name not in row:
        raise ColumnError(f"column {name!r}", allowed=", ".join(row))
    return name


def _sort(rows: list[dict[str, Any]], name: str, *, is_falling: bool) -> None:
    """Order rows by one column; null comes last."""
    known = [row for row in rows if row[name] is not None]
    known.sort(key=lambda row: row[name], reverse=is_falling)
    rows[:] = known + [row for row in rows if row[name] is None]


def _objects(
    rows: list[dict[str, Any]], names: list[str], member: str, form: str, path: str,
    headers: dict[str, str], *, is_one: bool = False,
) -> Response:  # fmt: skip
    """Rows that are at hand already, as an answer."""
    if form == "json":
        picked = [{name: row[name] for name in names} for row in rows]
        body = as_json({member: picked[0] if is_one else picked})
        return Response(body, headers=headers, media_type="application/json")
    columns = [[row[name] for row in rows] for name in names]
    return streams.answered(csv_pieces(names, [columns]), form, path, len(rows), headers)
