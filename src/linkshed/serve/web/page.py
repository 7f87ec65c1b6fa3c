"""The page about one URL: what it is, where its equity comes from and goes, and its history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from linkshed.api import Linkshed
from linkshed.errors import LinkshedError, ParameterError
from linkshed.serve.web.desk import Desk
from linkshed.serve.web.menu import TABLES
from linkshed.serve.web.patience import patient
from linkshed.serve.web.target import Target, read

PATH = "/page"
LINES = (20, 60, 150)
"""Lines of the accounts at first, and when more are asked for."""
EXACT = 1e-9
"""Parts of the equity below this are what rounding leaves."""
SNAPSHOTS = 12
HISTORY = ("equity", "rating", "n_backlinks", "n_refdomains", "status")


def routes(desk: Desk) -> list[Route]:
    """The page about one URL."""

    async def page(request: Request) -> Response:
        if not request.query_params.get("url"):
            return RedirectResponse(read(request).address("/"), 303)
        return await patient(
            desk, request, lambda asked: _page(desk, asked), "The page", "page.html"
        )

    return [Route(PATH, page)]


def _page(desk: Desk, request: Request) -> Response:
    target, url = read(request), request.query_params["url"].strip()
    n_lines = _lines(request)
    web = desk.web(target)
    account = web.explain(url, n_lines)
    known = account["url"]
    found = web.report("pages", known, mode="url", select="*", limit=1).to_dicts()
    own = Target(known, "url", target.snapshot)
    return desk.page(
        request, "page.html", url=known, account=account, facts=found[0] if found else None,
        ledger=ledger_of(account), goes=goes_of(account),
        links=_links(web, own), redirects=own.address(f"{TABLES}redirects", into=True),
        domains=own.address(f"{TABLES}refdomains"),
        history=_history(desk, known), now=web.snapshot, longer=_longer(account, n_lines),
        target=target if target.scope else own,
    )  # fmt: skip


def _lines(request: Request) -> int:
    """How many lines of the accounts are asked for. Raises ParameterError."""
    text = request.query_params.get("lines") or str(LINES[0])
    if text not in map(str, LINES):
        raise ParameterError(f"lines {text[:100]!r}", allowed=", ".join(map(str, LINES)))
    return int(text)


def _longer(account: dict[str, Any], n_lines: int) -> int | None:
    """How many lines to ask for to see more of them; None when all that a page holds are shown."""
    goes = goes_of(account)
    is_cut = account["n_lines"] > n_lines or (goes is not None and goes["rest"] > 0)
    return next((n for n in LINES if n > n_lines), None) if is_cut else None


@dataclass(frozen=True)
class Links:
    """Links to a page or on it: how many there are, and where all of them are listed."""

    n: int
    address: str


def _links(web: Linkshed, page: Target) -> dict[str, Links]:
    """The links to a page and on it, from and to other domains and its own."""
    asked: dict[str, tuple[str, dict[str, Any]]] = {
        "from others": ("backlinks", {}), "from its own": ("internal", {"way": "in"}),
        "to others": ("outgoing", {}), "to its own": ("internal", {"way": "out"}),
    }  # fmt: skip
    return {
        name: Links(
            web.report(report, page.scope, mode="url", grouping="all", limit=0, **more).total,
            page.address(TABLES + report, grouping="all", **more),
        )
        for name, (report, more) in asked.items()
    }


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


def goes_of(account: dict[str, Any]) -> dict[str, Any] | None:
    """Where the equity of a page goes: the largest targets, and as "rest" what the others get."""
    out = account["outgoing"]
    if not out:
        return None
    rest = out["passed"] - sum(line["equity"] for line in out["targets"])
    return {**out, "rest": rest if rest > EXACT * account["equity"] else 0.0}


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
