"""What each tool answers. Everything is asked of ``api``; nothing is written."""

from __future__ import annotations

from typing import Any

from linkshed import api
from linkshed.api import Linkshed, Result
from linkshed.schema import defined
from linkshed.serve.http.cursors import Cursor, digest, read_cursor
from linkshed.serve.http.shelf import Shelf
from linkshed.serve.mcp.loose import plain_options
from linkshed.serve.mcp.marked import MAX_CHARACTERS, fitting, size, untrusted
from linkshed.serve.mcp.tools import MAX_ROWS, PAGE_ROWS
from linkshed.serve.pieces import batches
from linkshed.serve.scores import snapshot_row

FREE = ("cursor", "limit")
"""Arguments that may differ from page to page."""
WIN_ROWS = 10
SCALES = (1, 2, 5, 10, 20, 50, 100, 200)
Told = dict[str, Any]


class Answers:
    """The tools by name, over one store; each takes its arguments and gives an object.

    Raises what ``api`` raises.
    """

    def __init__(self, store: str) -> None:
        self._shelf = Shelf(store)

    def list_reports(self) -> Told:
        """Every report and its question."""
        reports = (api.REPORTS.load(name).REPORT for name in api.REPORTS)
        return {"reports": [{"name": r.name, "question": r.question} for r in reports]}

    def describe_report(self, report: str, snapshot: str = "latest") -> Told:
        """What a report declares, with the columns of scores on request that are there."""
        found = api.REPORTS.load(report).REPORT
        columns = {c.name: defined(c.meaning, c.unit, c.null) for c in found.columns}
        return {
            "report": found.name,
            "question": found.question,
            "row": found.unit,
            "order_by": found.order_by,
            "select": list(found.select),
            "options": {option.name: _option(option) for option in found.options},
            "columns": columns | self._requested(found, snapshot),
        }

    def run_report(self, report: str, scope: str, **given: Any) -> Told:
        """A page of rows; the definitions of its columns come with the first."""
        declared = api.REPORTS.load(report).REPORT
        options = plain_options(given.pop("options", {}), declared.options)
        declared.checked(options)
        return self._page(report, scope, options, given)

    def overview(self, scope: str, snapshot: str = "latest") -> Told:
        """The figures of a scope."""
        return self._page("overview", scope, {}, {"snapshot": snapshot, "limit": MAX_ROWS})

    def suggest_links(self, scope: str, sources: str | None = None, **given: Any) -> Told:
        """Links that could be written."""
        return self._page("suggest", scope, {"sources": sources}, given)

    def optimise_links(
        self, scope: str, links: int = 5, snapshot: str = "latest", **options: Any
    ) -> Told:
        """The links to write, in the order in which they were chosen."""
        given = {"snapshot": snapshot, "limit": links}
        return self._page("optimise", scope, {"links": links} | options, given)

    def what_if(
        self, scope: str, edits: str, limit: int = WIN_ROWS, snapshot: str = "latest"
    ) -> Told:
        """The pages that win most and those that lose most."""
        web = self._web(snapshot)

        def moving(where: str, order: str) -> Result:
            return web.report(
                "whatif", scope, edits=edits, where=where, order_by=order, limit=limit
            )

        winners, losers = moving("gain > 0", "gain:desc"), moving("gain < 0", "gain:asc")
        room = MAX_CHARACTERS // 2
        return {
            **_head(winners),
            "total": {"winners": winners.total, "losers": losers.total},
            "columns": _definitions(winners),
            **untrusted(
                winners=fitting(_rows(winners), room),
                losers=fitting(_rows(losers), room),
                remarks=winners.remarks,
            ),
        }

    def explain_page(self, url: str, limit: int = PAGE_ROWS, snapshot: str = "latest") -> Told:
        """The account of a page, cut to the largest lines that fit."""
        web = self._web(snapshot)
        account = web.explain(url)
        for n in sorted({limit, *(n for n in SCALES if n < limit)}, reverse=True):
            told = {"snapshot": web.snapshot} | untrusted(account=_cut(account, n))
            if size(told) <= MAX_CHARACTERS:
                break
        return told

    def list_snapshots(self, limit: int = 10, offset: int = 0) -> Told:
        """What there is to ask, newest first."""
        found = self._shelf.manifests()[::-1]
        rows = [snapshot_row(manifest) for manifest in found[offset : offset + limit]]
        return {"latest": self._shelf.id_of(), "total": len(found), "snapshots": rows}

    def _web(self, snapshot: str) -> Linkshed:
        return self._shelf.web(self._shelf.id_of(snapshot))

    def _page(self, report: str, scope: str, options: Told, given: Told) -> Told:
        question = digest(report, scope, options, {n: given[n] for n in given if n not in FREE})
        cursor, limit = given.pop("cursor", None), given.pop("limit", PAGE_ROWS)
        snapshot = given.pop("snapshot", "latest")
        at = read_cursor(cursor, question) if cursor else None
        at = at or Cursor(self._shelf.id_of(snapshot), 0, question)
        web = self._shelf.web(at.snapshot)
        result = web.report(report, scope, limit=limit, offset=at.offset, **given, **options)
        columns = {} if cursor else {"columns": _definitions(result)}
        rows = fitting(_rows(result), MAX_CHARACTERS - size(columns))
        end = at.offset + len(rows)
        has_more = bool(rows) and end < result.total
        return {
            **_head(result),
            "total": result.total,
            "counts": result.notes,
            **columns,
            "from": at.offset,
            "next_cursor": str(Cursor(at.snapshot, end, question)) if has_more else None,
            **untrusted(rows=rows, remarks=result.remarks),
        }

    def _requested(self, report: Any, snapshot: str) -> dict[str, str]:
        if not report.shows:
            return {}
        records = self._web(snapshot).manifest.scores.values()
        return {
            prefix + column["name"]: defined(column["meaning"], column["unit"], column["null"])
            for table, prefix in report.shows
            for record in records
            for column in record.get("columns", ())
            if column["table"] == table
        }


def _head(result: Result) -> Told:
    return {"report": result.report, "snapshot": result.snapshot, "row": result.unit}


def _rows(result: Result) -> list[Told]:
    names = [column.name for column in result.columns]
    return [
        dict(zip(names, row, strict=True))
        for columns in batches(result)
        for row in zip(*columns, strict=True)
    ]


def _definitions(result: Result) -> dict[str, str]:
    return {c.name: defined(c.meaning, c.unit, c.null) for c in result.columns}


def _option(option: Any) -> Told:
    told = {"meaning": option.meaning, "default": option.default}
    if option.choices:
        return told | {"choices": list(option.choices)}
    low, high = option.within
    most = None if high == float("inf") else high
    return told | ({"least": low, "most": most} if option.kind in ("count", "number") else {})


def _cut(account: Told, limit: int) -> Told:
    """An account with its largest lines, and what the others bring."""
    if account["equity"] is None:
        return account
    shown = account["ledger"][:limit]
    rest = account["equity"] - account["base"] - account["residual"]
    rest -= sum(line["equity"] for line in shown)
    targets = account["outgoing"]["targets"]
    outgoing = account["outgoing"] | {"targets": targets[:limit], "n_targets": len(targets)}
    more = {"n_lines": account["n_lines"] - len(shown), "equity": rest}
    return account | {"ledger": shown, "more_lines": more, "outgoing": outgoing}
