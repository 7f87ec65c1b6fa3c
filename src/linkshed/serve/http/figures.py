"""Single figures of a target: from the overview, the linked domains and the pages of a snapshot."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from linkshed import api
from linkshed.api import Linkshed
from linkshed.errors import ParameterError
from linkshed.serve.http.shelf import Shelf
from linkshed.serve.http.singles import FIGURES, OWN_OF_BATCH
from linkshed.serve.http.targets import MODES, BatchTarget, HistoryQuestion, scoped
from linkshed.serve.scores import is_scored

POINTS = 120
_PERIODS = {"daily": "%Y-%m-%d", "weekly": "%G-%V", "monthly": "%Y-%m"}
Row = dict[str, Any]


def overview(web: Linkshed, target: str, mode: str) -> dict[str, Any]:
    """The figures on strength and links by name."""
    found = web.report("overview", target, mode=mode, where="section in (strength, links)")
    return {row["name"]: row["value"] for row in found.to_dicts()}


def counted(value: float | None) -> int | None:
    """A figure that counts, as a whole number."""
    return None if value is None else int(value)


def backlinks_stats(web: Linkshed, target: str, mode: str) -> Row:
    """How many links and domains point here, or did in a snapshot that is kept."""
    found, ever = overview(web, target, mode), web.ever(target, mode) or {}
    return {
        "live": counted(found["backlinks"]),
        "all_time": ever.get("links"),
        "live_refdomains": counted(found["referring domains"]),
        "all_time_refdomains": ever.get("domains"),
    }


def outlinks_stats(web: Linkshed, target: str, mode: str) -> Row:
    """How many links lead away, and to how many domains."""
    found = web.report("linkeddomains", target, mode=mode, select="links,followed_links")
    rows = found.to_dicts()
    followed = [n for row in rows if (n := row["followed_links"]) is not None]
    return {
        "outgoing_links": sum(row["links"] for row in rows),
        "outgoing_links_dofollow": sum(followed) if followed or not rows else None,
        "linked_domains": len(rows),
        "linked_domains_dofollow": sum(n > 0 for n in followed) if followed or not rows else None,
    }


def domain_rating(web: Linkshed, target: str, mode: str) -> Row:
    """The rating of the target's domain, and its rank; null when the domain is not known."""
    return of_one(web, target, "domain", ("domain_rating", "rank"))


def of_one(web: Linkshed, target: str, mode: str, names: Iterable[str]) -> Row:
    """Figures of a target, as the report batch names them. Raises ParameterError when it is
    several.
    """
    found = web.report("batch", target, mode=mode, select=",".join(names) or "target")
    if found.total != 1:
        raise ParameterError(f"target {target[:200]!r}", allowed="one domain or URL")
    (row,) = found.to_dicts()
    return dict(row)


def metrics(web: Linkshed, target: str, mode: str) -> Row:
    """Visits and searches: not known."""
    overview(web, target, mode)
    return dict.fromkeys(FIGURES["metrics"])


def url_rating(web: Linkshed, target: str, mode: str) -> Row:
    """The rating of one page, of the stronger one when both schemes have it."""
    return {"url_rating": of_one(web, target, "url", ("page_rating",))["page_rating"]}


def refdomains(web: Linkshed, target: str, mode: str) -> Row:
    """How many domains link here."""
    return {"refdomains": counted(overview(web, target, mode)["referring domains"])}


OBJECTS = {
    "backlinks-stats": backlinks_stats,
    "outlinks-stats": outlinks_stats,
    "domain-rating": domain_rating,
    "metrics": metrics,
}
SERIES = {
    "url-rating-history": url_rating,
    "domain-rating-history": domain_rating,
    "refdomains-history": refdomains,
}


def history(shelf: Shelf, path: str, figure: str, asked: HistoryQuestion) -> list[Row]:
    """The figure in the last scored snapshot of each period, oldest first.

    Raises ParameterError when there are too many.
    """
    periods: dict[str, Any] = {}
    for manifest in shelf.manifests():
        day = manifest.created_at[:10]
        is_wanted = str(asked.date_from or "") <= day <= str(asked.date_to or "9999")
        if is_wanted and is_scored(manifest):
            periods[_period(day, asked.history_grouping)] = manifest
    if len(periods) > POINTS:
        raise ParameterError(
            f"{len(periods)} snapshots", allowed=f"up to {POINTS}",
            repair="ask for fewer days, or for weeks or months",
        )  # fmt: skip
    target = scoped(asked.target, asked.mode, asked.protocol)
    found = []
    for manifest in periods.values():
        web = api.open(shelf.store, manifest.id)
        value = SERIES[path](web, target, MODES[asked.mode])[figure]
        found.append({"date": manifest.created_at[:10], figure: value})
    return found


def _period(day: str, grouping: str) -> str:
    return date.fromisoformat(day).strftime(_PERIODS[grouping])


def batch_row(web: Linkshed, index: int, asked: BatchTarget, names: Iterable[str]) -> Row:
    """Members of one target; null where they cannot be known. Raises ParameterError when it is
    several.
    """
    own = {name: OWN_OF_BATCH[name] for name in names if name in OWN_OF_BATCH}
    target = scoped(asked.url, asked.mode, asked.protocol)
    found = of_one(web, target, MODES[asked.mode], dict.fromkeys(own.values()))
    told = {name: found[column] for name, column in own.items()}
    return dict.fromkeys(names) | told | {"index": index} | asked.model_dump()
