"""The overview of a target: its figures, and how its links and pages are spread."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from linkshed.api import Linkshed
from linkshed.errors import LinkshedError, NothingEarlier
from linkshed.serve.web.desk import Desk
from linkshed.serve.web.menu import TABLES, Entry
from linkshed.serve.web.patience import patient
from linkshed.serve.web.target import Target, read

PATH = "/overview"
ENTRIES = (Entry("Overview", PATH, "Overview", "overview"),)
SNAPSHOTS = 8
EVENTS = ("new", "found", "changed", "lost", "unseen")
CHARTS = ("refdomains_by_rating", "placements", "followed")
"""Drawn of the figures themselves."""
SPREAD = {
    "referring domains by rating": "refdomains",
    "backlinks by placement": "backlinks",
    "top anchors, by links": "backlinks",
    "pages by indexability": "pages",
    "pages by depth": "pages",
}
"""Sections that are shown as bars, and the report in which a bar opens."""
Figures = dict[str, dict[str, dict[str, Any]]]


def routes(desk: Desk) -> list[Route]:
    """The overview."""

    async def overview(request: Request) -> Response:
        target = read(request)
        if not target.scope:
            return RedirectResponse(target.address("/", to=request.url.path), 303)
        return await patient(
            desk, request, lambda asked: _overview(desk, asked), "The overview",
            "overview.html",
        )  # fmt: skip

    return [Route(PATH, overview)]


def _overview(desk: Desk, request: Request) -> Response:
    target = read(request)
    web = desk.web(target)
    result = web.report("overview", target.scope, mode=target.mode)
    figures = _by_section(result.to_dicts())
    drawn = {name: result.chart(name) for name in CHARTS}
    ratings = _ratings((line[0] for line in drawn["refdomains_by_rating"].lines), target)
    return desk.page(
        request, "overview.html", figures=figures, spread=_spread(figures, target),
        rank=_rank(figures), growth=web.chart("refdomains_growth", target.scope, target.mode),
        drawn=drawn, ratings=ratings, followed=_followed(figures, target),
        history=_history(desk, target), moved=_moved(web, target), now=web.manifest,
        links=TABLES + "backlinks", moves=target.address(TABLES + "newlost"),
        domains=TABLES + "refdomains", best=TABLES + "pages", linked=TABLES + "linkeddomains",
        broken=TABLES + "broken", remarks=result.remarks, has_jobs=desk.jobs is not None,
    )  # fmt: skip


def _by_section(rows: list[dict[str, Any]]) -> Figures:
    """The figures by section and name."""
    found: Figures = {}
    for row in rows:
        found.setdefault(row["section"], {})[row["name"]] = row
    return found


def _rank(figures: Figures) -> str:
    """The rank of the domain, and among how many; empty where there is none."""
    ranks = [row for name, row in figures["strength"].items() if name.startswith("rank among")]
    return f"{ranks[0]['value']:,.0f} of {ranks[0]['name'].split()[2]}" if ranks else ""


def _spread(figures: Figures, target: Target) -> dict[str, list[dict[str, Any]]]:
    """The bars of each section, with the address that each opens."""
    return {
        section: [row | {"opens": _opened(target, report, section, row["name"])}
                  for row in figures.get(section, {}).values()]
        for section, report in SPREAD.items()
    }  # fmt: skip


def _opened(target: Target, report: str, section: str, name: str) -> str | None:
    where = _where(section, name)
    grouping = "all" if report == "backlinks" else None
    return target.address(TABLES + report, where=where, grouping=grouping) if where else None


def _where(section: str, name: str) -> str | None:
    """The filter that finds what a bar counts."""
    numbers = re.findall(r"\d+", name)
    if section == "referring domains by rating":
        low, high = numbers
        to = f" and domain_rating < {high}" if int(high) < 100 else ""
        return f"domain_rating >= {low}{to}"
    if section == "backlinks by placement":
        return f"placement = {name}"
    if section == "pages by indexability":
        return f"indexability = {name}"
    if section == "pages by depth":
        return f"depth = {numbers[0]}" if numbers else "depth is null"
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return "anchor is empty" if name == "(no words)" else f'anchor = "{escaped}"'


def _followed(figures: Figures, target: Target) -> list[dict[str, Any]]:
    """The bars of followed backlinks, of the others, and of those of which nobody knows."""
    links, path = figures["links"], TABLES + "backlinks"
    whole, followed, unknown = (
        links.get(name, {}).get("value") or 0
        for name in ("backlinks", "followed backlinks", "backlinks, rel unknown")
    )
    return [
        {"name": name, "value": n, "share": n / whole if whole else None,
         "opens": target.address(path, grouping="all", where=where) if n else None}
        for name, n, where in (("followed", followed, "is_followed"),
                               ("not followed", whole - followed - unknown,
                                "is_followed = false"),
                               *[("unknown", unknown, "is_followed is null")] * bool(unknown))
    ]  # fmt: skip


def _ratings(names: Iterable[str], target: Target) -> dict[str, str | None]:
    """Where each bar of the chart of ratings opens."""
    section = "referring domains by rating"
    return {name: _opened(target, SPREAD[section], section, name) for name in names}


@dataclass(frozen=True)
class Moved:
    """What happened to links since the snapshot before: a chart, and counts by event."""

    drawing: Any
    counts: list[dict[str, Any]]


def _moved(web: Linkshed, target: Target) -> Moved | None:
    """What is new, lost and so on; None without an older snapshot."""
    names = ",".join(f"{event}_links" for event in EVENTS)
    try:
        found = web.report("newlost", target.scope, mode=target.mode, by="day",
                           select=f"day,{names}")  # fmt: skip
    except NothingEarlier:
        return None
    rows, path = found.to_dicts(), TABLES + "newlost"
    counts = {event: sum(row[f"{event}_links"] for row in rows) for event in EVENTS}
    total = sum(counts.values())
    return Moved(found.chart("new_and_lost"), [
        {"name": event, "value": n, "share": n / total if total else None,
         "opens": target.address(path, where=f"event = {event}") if n else None}
        for event, n in counts.items()
    ])  # fmt: skip


def _history(desk: Desk, target: Target) -> list[dict[str, Any]]:
    """How many links and domains point here in the last scored snapshots, oldest first."""
    found = []
    for manifest in desk.known.state().scored[:SNAPSHOTS][::-1]:
        counts = _counts(desk.shelf.web(manifest.id), target)
        found.append({"id": manifest.id, "created_at": manifest.created_at, **counts})
    return found


def _counts(web: Linkshed, target: Target) -> dict[str, int | None]:
    try:
        found = web.report("refdomains", target.scope, mode=target.mode, limit=0)
    except LinkshedError:
        return {"domains": None, "links": None}
    return {"domains": found.total, "links": found.notes["links"]}
