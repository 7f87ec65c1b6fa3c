"""A report that cannot be answered yet, or not as it was asked.

One that waits to be told rivals or edits, or for an older snapshot, says what is missing and leads
to it: nothing went wrong. A mistake is told on the same page, to mend it.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from linkshed import api
from linkshed.errors import (
    LinkshedError,
    MissingScore,
    NothingEarlier,
    OptionNeeded,
    StoreNotFound,
    UsageError,
)
from linkshed.serve.web.compare import RIVALS, competitors_of
from linkshed.serve.web.desk import Desk
from linkshed.serve.web.menu import TABLES
from linkshed.serve.web.problems import TITLES
from linkshed.serve.web.view import View, read_view

AWAITED = (OptionNeeded, NothingEarlier)
SINCE = "since"
ASKED = {RIVALS: "Who are the rivals?", "edits": "Nothing is staged"}


def unanswered(desk: Desk, request: Request, error: LinkshedError) -> Response:
    """What is missing or wrong. Raises the error when not even its address can be read, and when
    every report of the snapshot would fail so.
    """
    if isinstance(error, StoreNotFound | MissingScore):
        raise error
    name = request.path_params["name"]
    try:
        view = read_view(request, api.REPORTS.load(name).REPORT, TABLES + name)
    except UsageError:
        raise error from None
    if _is_awaited(error, view):
        return _awaited(desk, request, view, error)
    return desk.page(
        request, "mistake.html", status=error.http_status, view=view, report=view.report,
        problem=error, heading=TITLES[error.http_status],
    )  # fmt: skip


def _is_awaited(error: LinkshedError, view: View) -> bool:
    """Whether an error says only that the report cannot begin; a snapshot that was asked for by
    name and is not there is a mistake.
    """
    return isinstance(error, AWAITED) and not view.options.get(SINCE)


def _awaited(desk: Desk, request: Request, view: View, error: LinkshedError) -> Response:
    """The page that says what is missing."""
    if isinstance(error, OptionNeeded):
        own = _of_option(desk, view, error)
    else:
        own = {
            "newest": _newer(desk, view),
            "scored": desk.known.state().scored,
            "store": desk.shelf.store,
        }
    template = "needs_option.html" if isinstance(error, OptionNeeded) else "needs_earlier.html"
    return desk.page(request, template, view=view, report=view.report, problem=error, **own)


def _of_option(desk: Desk, view: View, error: OptionNeeded) -> dict[str, Any]:
    option = next(option for option in view.report.options if option.name == error.option)
    own = desk.menu.path(view.report.name)
    return {
        "option": option, "title": ASKED.get(option.name, ""),
        "suggested": competitors_of(desk.web(view.target), view.target)
        if option.name == RIVALS else [],
        "begun": lambda text: view.address(options={option.name: text}),
        "own": view.target.address(own) if own != TABLES + view.report.name else None,
    }  # fmt: skip


def _newer(desk: Desk, view: View) -> str | None:
    """The address of the newest snapshot, when an older one is shown that has none before it."""
    scored = desk.known.state().scored
    shown = desk.known.id_of(view.target.snapshot)
    return view.address(snapshot=None) if scored and scored[0].id != shown else None
