"""The page about one URL: what it is, where its equity comes from and goes, and its history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from linkshed.api import Linkshed
from linkshed.errors import LinkshedError
from linkshed.serve.web.desk import Desk
from linkshed.serve.web.menu import TABLES
from linkshed.serve.web.patience import patient
from linkshed.serve.web.target import Target, read

PATH = "/page"
LINES = 60
SNAPSHOTS = 12
HISTORY = ("equity", "rating", "n_backlinks", "n_refdomains", "status")


def routes(desk: Desk) -> list[Route]:
    """The page about one URL."""

    async def page(request: Request) -> Response:
        if not request.query_params.get("url"):
            return RedirectResponse(read(request).address("/"), 303)
        return await patient(desk, request, lambda asked: _page(desk, asked), "The page")

    return [Route(PATH, page)]


def _page(desk: Desk, request: Request) -> Response:
    target, url = read(request), request.query_params["url"].strip()
    web = desk.web(target)
    account = web.explain(url, LINES)
    known = account["url"]
    found = web.report("pages", known, mode="url", select="*", limit=1).to_dicts()
    inlinks = web.report("backlinks", known, mode="url", grouping="all", limit=0)
    own = Target(known, "url", target.snapshot)
    return desk.page(
        request, "page.html", url=known, account=account, facts=found[0] if found else None,
        ledger=ledger_of(account), n_inlinks=inlinks.total,
        inlinks=own.address(f"{TABLES}backlinks", grouping="all"),
        outlinks=own.address(f"{TABLES}outgoing", grouping="all"),
        redirects=own.address(f"{TABLES}redirects", into=True),
        history=_history(desk, known), now=web.snapshot,
        target=target if target.scope else own,
    )  # fmt: skip


@dataclass(frozen=True)
class Step:
    """A line of the waterfall: it adds ``amount`` to the ``before`` that is reached so far.

    ``line`` is the account of a link; None for the base and for what is not shown link by link.
    """

    words: str
    before: float
    amount: float
    line: dict[str, Any] | None = None


@dataclass(frozen=True)
class Ledger:
    """The waterfall of a page. The amounts of all steps sum to ``total``."""

    steps: tuple[Step, ...]
    total: float

    @property
    def summed(self) -> float:
        """What the steps sum to."""
        return sum(step.amount for step in self.steps)


def ledger_of(account: dict[str, Any]) -> Ledger | None:
    """The waterfall of an account; None when the page holds nothing of its own."""
    if account["equity"] is None:
        return None
    steps = [Step("Base: every indexable page has it", 0.0, account["base"])]
    for line in account["ledger"]:
        before = steps[-1].before + steps[-1].amount
        steps.append(Step("", before, line["equity"], line))
    before = steps[-1].before + steps[-1].amount
    n_rest = account["n_lines"] - len(account["ledger"])
    if n_rest:
        rest = account["equity"] - account["residual"] - before
        steps.append(Step(f"{n_rest:,} more links", before, rest))
    return Ledger(tuple(steps), account["equity"])


def _history(desk: Desk, url: str) -> list[dict[str, Any]]:
    """The page in the last scored snapshots, oldest first; null where it was not known."""
    found = []
    for manifest in desk.known.state().scored[:SNAPSHOTS][::-1]:
        web = desk.shelf.web(manifest.id)
        found.append({"id": manifest.id, "created_at": manifest.created_at, **_state(web, url)})
    return found


def _state(web: Linkshed, url: str) -> dict[str, Any]:
    try:
        rows = web.report("pages", url, mode="url", select=",".join(HISTORY), limit=1).to_dicts()
    except LinkshedError:
        rows = []
    return rows[0] if rows else dict.fromkeys(HISTORY)
