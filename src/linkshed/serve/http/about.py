"""The addresses that tell of the store and of pages: health, snapshots, the reports, explain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from linkshed import api
from linkshed.errors import LinkshedError
from linkshed.serve.http.account import ACCOUNT, POINTER
from linkshed.serve.http.answered import responses
from linkshed.serve.http.asked import ExplainQuestion
from linkshed.serve.http.headers import CACHING, OF_FIGURES
from linkshed.serve.http.listings import HEALTH, NO_HEALTH, REPORT, SNAPSHOT
from linkshed.serve.http.shelf import Shelf
from linkshed.serve.http.tags import tagged, unchanged
from linkshed.serve.pieces import as_json
from linkshed.serve.scores import snapshot_row

_TAGGED = {"ETag": OF_FIGURES["ETag"]}
_OF_SNAPSHOT = {name: OF_FIGURES[name] for name in ("Linkshed-Snapshot", "ETag")}


def add(made: APIRouter, shelf: Shelf) -> None:
    """Those addresses."""
    none: dict[int | str, dict[str, Any]] = {
        503: {"model": NO_HEALTH, "description": "There is no snapshot."}
    }
    _add(made, "/health", _health(shelf), HEALTH, {}, none)
    _add(made, "/snapshots", _snapshots(shelf), list[SNAPSHOT], _TAGGED)
    explain = shelf.workers.endpoint(_explain(shelf))
    _add(made, "/explain", explain, ACCOUNT | POINTER, _OF_SNAPSHOT)
    _add(made, "/reports", _reports, list[REPORT], _TAGGED)


def _add(
    made: APIRouter, path: str, ask: Callable[..., Any], answer: Any,
    headers: dict[str, str], more: dict[int | str, dict[str, Any]] | None = None,
) -> None:  # fmt: skip
    told = responses(answer, {"application/json": {}}, headers, is_known=bool(headers))
    made.add_api_route(
        path, ask, name=path[1:], response_class=Response, responses=told | (more or {})
    )


def _health(shelf: Shelf) -> Callable[[], Response]:
    def health() -> Response:
        """Whether there is a snapshot to ask; open without a key."""
        try:
            shelf.id_of()
        except (LinkshedError, OSError):
            return Response(b'{"status": "no snapshot"}', 503, media_type="application/json")
        return Response(b'{"status": "ok"}', media_type="application/json")

    return health


def _snapshots(shelf: Shelf) -> Callable[[Request], Response]:
    def snapshots(request: Request) -> Response:
        """The snapshots of the store, oldest first."""
        return _told(request, [snapshot_row(manifest) for manifest in shelf.manifests()])

    return snapshots


def _explain(shelf: Shelf) -> Callable[..., Response]:
    def explain(request: Request, given: Annotated[ExplainQuestion, Query()]) -> Response:
        """The account of a page: where its equity comes from, and where it goes."""
        snapshot_id = shelf.id_of(given.snapshot)
        tag = tagged("explain", given.url, given.limit, snapshot_id)
        headers = CACHING | tag | {"Linkshed-Snapshot": snapshot_id}
        if same := unchanged(request, headers):
            return same
        account = shelf.web(snapshot_id).explain(given.url, given.limit)
        return Response(as_json(account), headers=headers, media_type="application/json")

    return explain


def _reports(request: Request) -> Response:
    """Every report: its question, columns and options."""
    return _told(request, [_described(api.REPORTS.load(name).REPORT) for name in api.REPORTS])


def _told(request: Request, found: list[dict[str, Any]]) -> Response:
    """A list as an answer, with a tag made of what it holds."""
    headers = CACHING | tagged(found)
    if same := unchanged(request, headers):
        return same
    return Response(as_json(found), headers=headers, media_type="application/json")


def _described(report: Any) -> dict[str, Any]:
    return {
        "name": report.name,
        "question": report.question,
        "unit": report.unit,
        "order_by": report.order_by,
        "select": report.select,
        "columns": [
            {"name": column.name, "type": column.type, "unit": column.unit,
             "meaning": column.meaning, "null": column.null, "alias": column.alias}
            for column in report.columns
        ],
        "options": [_option(option) for option in report.options],
    }  # fmt: skip


def _option(option: Any) -> dict[str, Any]:
    told = asdict(option) | {"form": option.kind}
    low, high = told.pop("within")
    bounds = {"least": low, "most": None if high == float("inf") else high}
    return told | (bounds if option.kind in ("count", "number") else {})
