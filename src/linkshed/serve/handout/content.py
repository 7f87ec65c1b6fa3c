"""What a handout says: the answers of reports, put into words and drawings."""

from __future__ import annotations

from typing import Any

from linkshed.api import REPORTS, Linkshed
from linkshed.serve.handout import drawings

SECTIONS = 12
ABOUT = ("severity", "kind", "state", "cause", "href", "ends_at", "kept_url", "other_url", "code",
         "domain", "differs_by", "known_by", "outcome", "template", "verdict",
         "reason")  # fmt: skip
WHERE = ("source_url", "anchor", "placement", "path", "way")
FIGURES = ("n_links", "links", "n_pages", "n_targets")
CHANGES = ("added", "new", "removed", "missing", "unchanged")


def content(
    web: Linkshed, scope: str, mode: str | None, against: str | None, rows: int
) -> dict[str, Any]:
    """Everything the template shows."""
    summary = web.report("audit", scope, mode=mode, select="*", against=against)
    audits = summary.to_dicts()
    depth = web.report("depth", scope, mode=mode, select="*").to_dicts()
    sections = web.report("sections", scope, mode=mode, limit=SECTIONS)
    flows = web.report("flow", scope, mode=mode, select="*").to_dicts()
    for audit in audits:
        audit["title"] = REPORTS.load(audit["report"]).REPORT.heading
        audit["rows"] = _rows(web, audit["report"], scope, mode, rows)
        audit["advice"] = _advice(audit["rows"])
    n_pages, n_read = (sum(row[name] or 0 for row in depth) for name in ("pages", "n_read"))
    return {
        "scope": summary.scope,
        "snapshot": web.snapshot,
        "read_at": web.manifest.created_at,
        "against": against,
        "changes": CHANGES if against else (),
        "audits": [audit for audit in audits if audit["findings"] or audit["inconclusive"]],
        "all_audits": audits,
        "n_pages": n_pages,
        "n_read": n_read,
        "equity": sum(row["equity"] for row in depth),
        "crawls": _crawls(web),
        "depth": drawings.columns(depth),
        "sections": drawings.bars(sections.to_dicts()),
        "n_sections": sections.total,
        "flow": drawings.bands(flows),
    }


def _crawls(web: Linkshed) -> list[dict[str, Any]]:
    """What each crawl in the snapshot says of its own completeness, the last one first."""
    found = [record for entry in web.manifest.inputs for record in entry.get("completeness") or ()]
    return [
        {
            "started_at": record.get("started_at"),
            "pages": record.get("pages"),
            "is_complete": record.get("is_complete"),
            "unseen": sorted(record.get("unseen", {}).items(), key=lambda item: -item[1]),
        }
        for record in reversed(found)
        if isinstance(record, dict)
    ]


def _rows(
    web: Linkshed, name: str, scope: str, mode: str | None, most: int
) -> list[dict[str, Any]]:  # fmt: skip
    """The largest findings of an audit; each with what it is about, where it stands and figures."""
    result = web.report(name, scope, mode=mode, select="*", limit=most)
    return [_finding(row) for row in result.to_dicts()]


def _finding(row: dict[str, Any]) -> dict[str, Any]:
    about = {name: row[name] for name in ABOUT if row.get(name) not in (None, "", "certain")}
    if "outcome" in about:
        about["outcome"] = about["outcome"].replace("_", " ")
    return {
        "url": row.get("url"),
        "about": about,
        "where": {name: row.get(name) for name in WHERE},
        "figures": {name: row[name] for name in FIGURES if row.get(name) is not None},
        "stake": row.get("stake", row.get("loss")),
        "gain": row.get("gain"),
        "why": row.get("why"),
        "repair": row.get("repair"),
    }


def _advice(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Why it matters and how to mend it, each pair once, in the order of the findings."""
    return list(dict.fromkeys((row["why"], row["repair"]) for row in rows if row["repair"]))[:8]
