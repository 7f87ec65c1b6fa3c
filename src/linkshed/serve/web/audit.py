"""The audit: issues by severity and equity, and for each where it stands and what to do."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from linkshed import api
from linkshed.api import Linkshed
from linkshed.errors import NotFoundError
from linkshed.serve.web import tries
from linkshed.serve.web.cells import BADGES
from linkshed.serve.web.desk import Desk
from linkshed.serve.web.menu import TABLES, Entry
from linkshed.serve.web.patience import patient
from linkshed.serve.web.target import Target, read

PATH = "/audit"
ENTRIES = (Entry("All issues", PATH, "Audit", "audit"),)
FINDINGS = 10
STAKES = ("stake", "loss")
CHARTS = ("sections", "depth")
TOLD = ("severity", "url", "title", "kind", "cause", "verdict", "reason", "domain", "source_url",
        "anchor", "placement", "path", "way", "why", "repair", "gain", "ends_at", "from_url",
        "outcome", "vain_since", "n_links")  # fmt: skip
"""What a finding may tell."""


def routes(desk: Desk) -> list[Route]:
    """The audit, and the findings of one of its issues."""

    async def audit(request: Request) -> Response:
        target = read(request)
        if not target.scope:
            return RedirectResponse(target.address("/", to=request.url.path), 303)
        make = partial(_audit, desk)
        part = partial(_begun, desk)
        return await patient(desk, request, make, "The audit", "audit.html", part)

    async def findings(request: Request) -> Response:
        return await desk.shelf.workers.run(partial(_findings, desk, request))

    return [Route(PATH, audit), Route(f"{PATH}/{{name}}", findings)]


def _audit(desk: Desk, request: Request) -> Response:
    target = read(request)
    web = desk.web(target)
    result = web.report("audit", target.scope, mode=target.mode, select="*")
    drawings = {name: web.chart(name, target.scope, target.mode) for name in CHARTS}
    held = sum(line[1] for line in drawings["sections"].lines)
    issues = [_issue(row, held, target) for row in result.to_dicts()]
    return desk.page(
        request, "audit.html", issues=issues, tally=_tally(issues), passed=_passed(issues, target),
        held=held, drawings=drawings,
        severe=web.declared("findings").column("severity"), remarks=result.remarks,
        manifest=web.manifest,
    )  # fmt: skip


def _begun(desk: Desk, request: Request) -> str:
    """The kinds of issue that are found so far."""
    target = read(request)
    found = desk.web(target).report("audit", target.scope, mode=target.mode, select="*")
    issues = [_issue(row, 0, target) for row in found.to_dicts()]
    return desk.text(request, "audit_begun.html", issues=issues)


def _issue(row: dict[str, Any], held: float, target: Target) -> dict[str, Any]:
    """A line of the summary with its severity and the addresses of its findings."""
    name, share = row["report"], row["stake"] / held if held else None
    return {
        **row, "share": share, "badge": BADGES.get(row["severity"], ""),
        "heading": api.REPORTS.load(name).REPORT.heading,
        "inside": target.address(f"{PATH}/{name}"), "table": target.address(TABLES + name),
    }  # fmt: skip


def _tally(issues: list[dict[str, Any]]) -> dict[str, int]:
    """How many kinds of issue there are of each severity, worst first."""
    return Counter(issue["severity"] or "not certain" for issue in issues)


def _passed(issues: list[dict[str, Any]], target: Target) -> list[dict[str, str]]:
    """The audits that found nothing."""
    found = {issue["report"] for issue in issues}
    return [
        {"heading": report.heading, "table": target.address(TABLES + report.name)}
        for report in (api.REPORTS.load(name).REPORT for name in api.REPORTS)
        if report.name not in found and _is_audit(report)
    ]


def _is_audit(report: Any) -> bool:
    """Whether a report lists findings of its own; "report" tells those of others."""
    names = {column.name for column in report.columns}
    return "severity" in names and "report" not in names


def _findings(desk: Desk, request: Request) -> Response:
    """The worst findings of one issue, as a part of a page."""
    target, name = read(request), request.path_params["name"]
    web = desk.web(target)
    stake = _stake_of(web, name)
    result = web.report(name, target.scope, mode=target.mode, select="*", limit=FINDINGS)
    found = [_finding(name, row, stake, target) for row in result.to_dicts()]
    return desk.page(
        request, "findings.html", findings=found, total=result.total,
        heading=web.declared(name).heading, table=target.address(TABLES + name),
    )  # fmt: skip


def _stake_of(web: Linkshed, name: str) -> str:
    """The column that says what a finding is about. Raises UnknownName, NotFoundError."""
    names = {column.name for column in web.declared(name).columns}
    for stake in STAKES:
        if stake in names and "url" in names:
            return stake
    raise NotFoundError(f"report {name!r} lists no findings", allowed="reports of the audit")


def _finding(name: str, row: dict[str, Any], stake: str, target: Target) -> dict[str, Any]:
    """A finding with empty places for what its report does not tell."""
    known = dict.fromkeys(TOLD)
    return {
        **known, **row, "stake": row[stake], "badge": BADGES.get(row["severity"], ""),
        "try": tries.address_of(name, row, target),
    }  # fmt: skip
