"""The dialogs of a table, which come when one is opened: its filter, its columns, how it was made;
and the address of the table after one of them was sent.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from linkshed import api
from linkshed.errors import ParameterError
from linkshed.serve.web import conditions
from linkshed.serve.web.desk import Desk
from linkshed.serve.web.opened import Opened
from linkshed.serve.web.recipe import Made
from linkshed.serve.web.view import limit_of


def dialogs(desk: Desk, request: Request) -> Response:
    """All dialogs of the rows that an address names. Raises ParameterError."""
    opened = Opened(desk, request)
    view = opened.view
    tree = api.filter_tree(view.where) if view.where else None
    return desk.page(
        request, "dialogs.html", view=view, report=view.report, columns=opened.columns,
        form=conditions.form_of(view.report, tree), ops=conditions.OPS,
        made=_made(desk, request, opened),
    )  # fmt: skip


def _made(desk: Desk, request: Request, opened: Opened) -> Made:
    cut = request.query_params.get("rows")
    limit = limit_of(cut) if cut else opened.view.limit
    return Made(
        opened.view, opened.web.snapshot, opened.select, opened.offset, limit,
        str(request.base_url), desk.shelf.store, opened.sql(limit), opened.over_file(limit),
    )  # fmt: skip


def changed(opened: Opened, request: Request) -> str:
    """The address of a view after one of its forms was sent. Raises UsageError."""
    asked = request.query_params
    changes: dict[str, Any] = {}
    if "column" in asked:
        chosen = asked.getlist("column")
        known = [column.name for column in opened.columns if column.name in chosen]
        added = [c.name for c in opened.view.report.columns if c.name in {*chosen} - {*known}]
        names = (*known, *added)
        changes["select"] = None if names == opened.view.report.select else ",".join(names)
    if "join" in asked:
        tree = conditions.tree_of(opened.view.report, asked["join"], _lines(request))
        changes["where"] = None if tree is None else api.filter_text(tree)
    return opened.view.address(**changes)


def _lines(request: Request) -> list[conditions.Condition]:
    asked = request.query_params
    lists = [asked.getlist(name) for name in ("g", "f", "o", "v")]
    if len({len(values) for values in lists}) > 1:
        raise ParameterError(
            "a condition without all of its parts", allowed="g, f, o and v of each"
        )
    fields = zip(*lists, strict=True)
    return [conditions.Condition(int(group) if group.isdigit() else 0, name, op, value)
            for group, name, op, value in fields
            if name and (value or op in conditions.UNARY)]  # fmt: skip
