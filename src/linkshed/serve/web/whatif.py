"""The workbench: edits of links and pages, and at once who wins and who loses by them.

The edits are text in the address, one a line, in the form that ``linkshed whatif --edits`` takes.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from linkshed import api
from linkshed.api import Linkshed, Result
from linkshed.errors import LinkshedError, ParameterError
from linkshed.serve.web.desk import Desk
from linkshed.serve.web.menu import TABLES, Entry
from linkshed.serve.web.patience import patient
from linkshed.serve.web.target import Target, read

PATH = "/whatif"
ENTRIES = (Entry("What if", PATH, "Tools", "whatif"),)
FILE = "edits.txt"
SHOWN = 25
LONGEST = 24_000
"""Characters of edits that an address can bear; more go in a file, to the command line."""
FACTS = ("anchor", "placement", "rel", "position", "n_block", "rating", "links")
PLACES = ("content", "nav", "header", "footer", "sidebar", "comments")
SCORES = ("url", "gain", "rating_before", "rating_after", "equity_before", "equity_after")


def routes(desk: Desk) -> list[Route]:
    """The workbench, the address that adds an edit, and that of the file."""

    async def bench(request: Request) -> Response:
        target = read(request)
        if not target.scope:
            return RedirectResponse(target.address("/", to=request.url.path), 303)
        make = partial(_bench, desk)
        return await patient(desk, request, make, "The what-if", "whatif.html")

    def stage(request: Request) -> Response:
        lines = [*lines_of(script_of(request)), _line(request.query_params)]
        return RedirectResponse(read(request).address(PATH, edits="\n".join(lines)), 303)

    def file(request: Request) -> Response:
        headers = {"Content-Disposition": f'attachment; filename="{FILE}"'}
        text = script_of(request).rstrip("\n") + "\n"
        return Response(text, headers=headers, media_type="text/plain")

    return [Route(PATH, bench), Route(f"{PATH}/add", stage), Route(f"{PATH}/{FILE}", file)]


def script_of(request: Request) -> str:
    """The edits in an address. Raises ParameterError."""
    text = request.query_params.get("edits", "").replace("\r\n", "\n")
    if len(text) > LONGEST:
        raise ParameterError(
            f"edits of {len(text):,} characters", allowed=f"{LONGEST:,} in an address",
            repair="keep them in a file: linkshed whatif SCOPE --edits FILE",
        )  # fmt: skip
    return text


def lines_of(script: str) -> list[str]:
    """The lines of a script that say something."""
    return [line for line in script.splitlines() if line.strip()]


def _line(given: QueryParams) -> str:
    """The edit that the form describes, without what its verb does not take."""
    verb = given.get("verb", "")
    form = api.edit_forms().get(verb)
    if form is None:
        raise ParameterError(f"edit {verb[:100]!r}", allowed=", ".join(api.edit_forms()))
    takes = (*form["must"], *form["may"])
    facts = {name: given.get(name, "").strip() for name in FACTS if name in takes}
    source, target = (given.get(end, "").strip() for end in ("source", "target"))
    return api.edit_text(
        verb, source * form["has_source"], target * form["has_target"], **facts
    )  # fmt: skip


def _bench(desk: Desk, request: Request) -> Response:
    target, script = read(request), script_of(request)
    web = desk.web(target)
    wrong, outcome = None, None
    if script.strip():
        try:
            outcome = _outcome(web, target, script)
        except LinkshedError as error:
            wrong = error
    return desk.page(
        request, "whatif.html", script=script, edits=_listed(target, script), wrong=wrong,
        outcome=outcome, forms=api.edit_forms(), places=PLACES, shown=SHOWN,
        save=target.address(f"{PATH}/{FILE}", edits=script), file=FILE, longest=LONGEST,
        table=target.address(f"{TABLES}whatif", edits=script), snapshot=web.snapshot,
        status=200 if wrong is None else wrong.http_status,
    )  # fmt: skip


def _listed(target: Target, script: str) -> list[tuple[str, str]]:
    """Each edit, and the address of the bench without it; none of a script in JSON."""
    if script.lstrip().startswith(("[", "{")):
        return []
    lines = lines_of(script)
    return [
        (line, target.address(PATH, edits="\n".join([*lines[:at], *lines[at + 1 :]])))
        for at, line in enumerate(lines)
    ]


def _outcome(web: Linkshed, target: Target, script: str) -> dict[str, Any]:
    """Who wins, who loses, and how sure it is."""

    def ask(where: str, order_by: str) -> Result:
        return web.report(
            "whatif", target.scope, mode=target.mode, where=where, order_by=order_by,
            select=",".join(SCORES), limit=SHOWN, edits=script,
        )  # fmt: skip

    winners, losers = ask("gain > 0", "gain:desc"), ask("gain < 0", "gain:asc")
    rows = {"winners": winners.to_dicts(), "losers": losers.to_dicts()}
    most = max((abs(row["gain"]) for part in rows.values() for row in part), default=0.0)
    return {
        **rows, "n_winners": winners.total, "n_losers": losers.total, "most": most,
        "remarks": winners.remarks,
    }  # fmt: skip
