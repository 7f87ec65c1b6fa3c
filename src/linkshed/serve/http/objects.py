"""Single figures of targets, at the addresses that scripts already use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

from linkshed.errors import ColumnError
from linkshed.serve.http import figures, streams
from linkshed.serve.http.headers import CACHING
from linkshed.serve.http.nulls import RANK
from linkshed.serve.http.reports import absence
from linkshed.serve.http.shelf import Shelf
from linkshed.serve.http.singles import FIGURES, HISTORIES, TOLD_OF_BATCH, member_of
from linkshed.serve.http.tags import tagged, unchanged
from linkshed.serve.http.targets import (
    MODES,
    FiguresQuestion,
    HistoryQuestion,
    TargetsQuestion,
    scoped,
)
from linkshed.serve.http.wheres import listed, ways
from linkshed.serve.pieces import as_json, csv_pieces

Ask = Callable[..., Response]


def figures_ask(shelf: Shelf, path: str) -> Ask:
    """Answers with one object."""

    def ask(request: Request, given: FiguresQuestion) -> Response:
        snapshot_id = shelf.scored_on(str(given.date) if given.date else None)
        headers = _tagged(shelf, path, given) | {"Linkshed-Snapshot": snapshot_id}
        if same := unchanged(request, headers):
            return same
        web = shelf.web(snapshot_id)
        target = scoped(given.target, given.mode, given.protocol)
        row = figures.OBJECTS[path](web, target, MODES[given.mode])
        headers |= absence(web.absent(target, MODES[given.mode]))
        return _objects(
            [row], list(FIGURES[path]), member_of(path), given.output, path, headers, is_one=True
        )

    ask.__doc__ = figures.OBJECTS[path].__doc__
    return ask


def history_ask(shelf: Shelf, path: str) -> Ask:
    """Answers with one figure for each snapshot."""
    member, figure = HISTORIES[path]

    def ask(request: Request, given: HistoryQuestion) -> Response:
        headers = _tagged(shelf, path, given)
        if same := unchanged(request, headers):
            return same
        rows = figures.history(shelf, path, figure, given)
        target = scoped(given.target, given.mode, given.protocol)
        headers |= absence(shelf.web(shelf.id_of()).absent(target, MODES[given.mode]))
        return _objects(rows, ["date", figure], member, given.output, path, headers)

    ask.__doc__ = f"{figure} in the last scored snapshot of each period."
    return ask


def _tagged(shelf: Shelf, path: str, given: BaseModel) -> dict[str, str]:
    """The headers of an answer that hangs on which snapshots there are."""
    kept = [manifest.id for manifest in shelf.manifests()]
    return CACHING | tagged(path, given.model_dump(), kept)


def batch_ask(shelf: Shelf) -> Ask:
    """Answers with the figures of many targets."""

    def ask(request: Request, given: TargetsQuestion) -> Response:
        """All figures of many targets."""
        select = ",".join(given.select) if isinstance(given.select, list) else given.select
        names, keys = listed(select) or list(TOLD_OF_BATCH), ways(given.order_by)
        wanted = [_checked(name) for name in (*names, *(name for name, _ in keys))]
        snapshot_id = shelf.id_of()
        web = shelf.web(snapshot_id)
        rows = [figures.batch_row(web, *one, wanted) for one in enumerate(given.targets)]
        for name, way in reversed(keys):
            _sort(rows, name, is_falling=way == "desc")
        asked = [(scoped(t.url, t.mode, t.protocol), MODES[t.mode]) for t in given.targets]
        headers = CACHING | absence(gone for one in asked for gone in web.absent(*one))
        headers |= {"Linkshed-Snapshot": snapshot_id}
        return _objects(rows, names, "targets", given.output, "batch-analysis", headers)

    return ask


def _checked(name: str) -> str:
    if name not in TOLD_OF_BATCH and not RANK.fullmatch(name):
        raise ColumnError(f"column {name[:100]!r}", allowed=", ".join(TOLD_OF_BATCH))
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
