"""Sites side by side: their figures, the best of each marked."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from linkshed import api
from linkshed.api import Linkshed
from linkshed.errors import LinkshedError, ParameterError
from linkshed.serve.web.desk import Desk
from linkshed.serve.web.menu import TABLES, Entry
from linkshed.serve.web.patience import patient
from linkshed.serve.web.target import Target, read

PATH = "/compare"
ENTRIES = (Entry("Compare", PATH, "Tools", "compare" if "compare" in api.REPORTS else ""),)
MOST = 8
SUGGESTED = 6
SECTIONS = ("strength", "links", "coverage", "referring domains by rating",
            "backlinks by placement")  # fmt: skip
RANK = re.compile(r"rank among .* domains")
LOW = (re.compile("rank"), re.compile("dead"))
"""Names of figures of which the least is best."""
UNRATED = ("coverage", "outgoing links", "linked domains")
"""Sections and figures in which nothing is better than anything else."""
RIVALS = "rivals"
"""The option by which reports on several sites are told of the others."""


def routes(desk: Desk) -> list[Route]:
    """The comparison."""

    async def compare(request: Request) -> Response:
        target = read(request)
        if not target.scope:
            return RedirectResponse(target.address("/", to=request.url.path), 303)
        return await patient(desk, request, partial(_compare, desk), "The comparison",
                             "compare.html")  # fmt: skip

    return [Route(PATH, compare)]


def rivals_of(request: Request) -> list[str]:
    """The other sites in an address: on lines, between commas, or each for itself.

    Raises ParameterError.
    """
    texts = request.query_params.getlist("with")
    parts = (part.strip() for text in texts for part in re.split(r"[\s,]+", text))
    found = list(dict.fromkeys(part for part in parts if part))
    if len(found) > MOST:
        raise ParameterError(f"{len(found)} sites to compare with", allowed=f"{MOST} at most")
    return found


def _compare(desk: Desk, request: Request) -> Response:
    target, rivals = read(request), rivals_of(request)
    web = desk.web(target)
    sites = [_Site(web, target.scope, target.mode), *(_Site(web, r, None) for r in rivals)]
    rows = list(dict.fromkeys(key for site in sites for key in site.figures))
    sections = {name: [_line(key, sites) for key in rows if key[0] == name] for name in SECTIONS}
    listed = ",".join(rivals)
    beside = [
        (report, target.address(TABLES + report.name, rivals=listed))
        for report in map(web.declared, api.REPORTS)
        if rivals and any(option.name == RIVALS for option in report.options)
    ]
    without = {r: target.address(PATH, **{"with": ",".join(o for o in rivals if o != r)})
               for r in rivals}  # fmt: skip
    return desk.page(
        request, "compare.html", sites=sites, rivals=rivals, without=without, most=MOST,
        sections={name: lines for name, lines in sections.items() if lines}, beside=beside,
        begun=lambda text: target.address(PATH, **{"with": text}),
        suggested=[] if rivals else competitors_of(web, target),
    )  # fmt: skip


def competitors_of(web: Linkshed, target: Target) -> list[str]:
    """Sites that the same domains link to, the most alike first."""
    try:
        found = web.report("competitors", target.scope, mode=target.mode, select="domain",
                           limit=SUGGESTED)  # fmt: skip
    except LinkshedError:
        return []
    return [row["domain"] for row in found.to_dicts()]


class _Site:
    """A site and its figures by section and name; ``wrong`` says why there are none."""

    def __init__(self, web: Linkshed, scope: str, mode: str | None) -> None:
        self.scope, self.wrong = scope, ""
        self.address = Target(scope, mode).address("/overview")
        self.figures: dict[tuple[str, str], float | None] = {}
        try:
            rows = web.report("overview", scope, mode=mode).to_dicts()
        except LinkshedError as error:
            self.wrong = str(error)
            return
        wanted = (row for row in rows if row["section"] in SECTIONS)
        self.figures = {(row["section"], _name(row["name"])): row["value"] for row in wanted}


def _name(text: str) -> str:
    return "rank" if RANK.fullmatch(text) else text


def _line(key: tuple[str, str], sites: list[_Site]) -> dict[str, Any]:
    """A figure of every site, and which of them is best; none where all are equal."""
    section, name = key
    values = [site.figures.get(key) for site in sites]
    if section not in ("strength", "coverage"):
        values = [0 if value is None and not site.wrong else value
                  for value, site in zip(values, sites, strict=True)]  # fmt: skip
    known = [value for value in values if value is not None]
    is_rated = not {section, name} & {*UNRATED} and len(set(known)) > 1
    choose = min if any(pattern.search(name) for pattern in LOW) else max
    return {"name": name, "values": values, "best": choose(known) if is_rated else None}
