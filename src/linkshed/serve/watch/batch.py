"""What happened in a scope between two snapshots: events of several kinds, from reports."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from linkshed import api
from linkshed.serve.strangers import safe
from linkshed.serve.watch import chosen

if TYPE_CHECKING:
    from linkshed.serve.watch.definition import Watch

MAX_EVENTS = 10_000
"""Events of one kind that are told; all are counted."""
LINKS, PAGES = "newlost", "movers"
LINK_COLUMNS = (
    "source_url", "source_rating", "anchor", "placement", "is_followed", "was_followed",
    "target_url", "reason", "day", "equity_before", "equity_after",
)  # fmt: skip
PAGE_COLUMNS = (
    "url", "rating_gain", "rating_before", "rating_after", "status_before", "status_after",
    "resolution_after", "is_read_again", "n_backlinks", "n_refdomains",
)  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A kind of event: rows of ``report`` of which ``picked`` is true, strongest first."""

    meaning: str
    report: str
    picked: str
    order_by: str


KINDS = {
    "new": Kind("new links: their page was read both times", LINKS, "new", "equity_after:desc"),
    "lost": Kind("lost links: their page was read again", LINKS, "lost", "equity_before:desc"),
    "changed": Kind("changed links", LINKS, "changed", "equity_after:desc"),
    "found": Kind("links on pages not read before", LINKS, "found", "equity_after:desc"),
    "unseen": Kind(
        "links not seen: their page was not read again", LINKS, "unseen", "equity_before:desc"
    ),
    "falling": Kind("falling pages", PAGES, "falling", "rating_gain"),
    "rising": Kind("rising pages", PAGES, "rising", "rating_gain:desc"),
    "broken": Kind("pages that are dead now", PAGES, "dead", "n_refdomains:desc"),
}


@dataclass(frozen=True)
class Batch:
    """The events of a watch from the snapshot ``since`` to ``snapshot``.

    ``totals`` counts all events by kind, and links that were ``unseen``; ``causes`` says what moved
    the equity of the whole scope, ``coverage`` being what nobody had looked at before. A trial has
    no events and is only sent to see that it arrives; it names what was ``chosen``.
    """

    id: str
    watch: str
    scope: str
    since: str
    snapshot: str
    created_at: str
    totals: dict[str, int] = field(default_factory=dict)
    causes: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    is_trial: bool = False
    chosen: list[dict[str, str]] = field(default_factory=list)

    def to_json(self) -> str:
        """The batch as it is kept."""
        return json.dumps(asdict(self), ensure_ascii=False)


def batch_of(store: str, watch: Watch, since: str, snapshot: str) -> Batch:
    """Everything a watch has to tell. Raises what its reports raise."""
    web = api.open(store, snapshot)
    number = _digest(watch.name, watch.scope, since, snapshot)
    batch = Batch(number, watch.name, watch.scope, since, snapshot, web.manifest.created_at)
    for name in watch.kinds:
        result = _asked(web, watch, KINDS[name], since, MAX_EVENTS)
        batch.totals[name] = result.total
        batch.events.extend(_event(batch, name, row) for row in result.to_dicts())
    if {KINDS[name].report for name in watch.kinds} == {PAGES}:
        return batch
    batch.totals["unseen"] = _asked(web, watch, KINDS["unseen"], since, 0).total
    return batch


def trial_of(store: str, watch: Watch) -> Batch:
    """A batch without events, to see that it arrives; each has another id."""
    manifest = api.open(store).manifest
    number, created_at = secrets.token_hex(8), manifest.created_at
    return Batch(number, watch.name, watch.scope, manifest.id, manifest.id, created_at,
                 is_trial=True, chosen=[safe(row.given) for row in watch.chosen])  # fmt: skip


def with_causes(store: str, watch: Watch, batch: Batch) -> Batch:
    """The batch with the reasons why the scope's equity moved, when pages rose or fell."""
    if not {"rising", "falling"} & {event["kind"] for event in batch.events}:
        return batch
    web = api.open(store, batch.snapshot)
    found = web.report(
        "why", watch.scope, mode=watch.mode, since=batch.since, by="cause",
        select="cause,gain,points",
    )  # fmt: skip
    batch.causes.extend(safe(row) for row in found.to_dicts())
    return batch


def _asked(web: Any, watch: Watch, kind: Kind, since: str, limit: int) -> Any:
    common = {"mode": watch.mode, "since": since, "order_by": kind.order_by, "limit": limit}
    if kind.report == PAGES:
        only = [chosen.of_pages(watch.chosen)] if watch.chosen else []
        return web.report(
            PAGES, watch.scope, where=_all(watch.where_pages, *only), which=kind.picked,
            points=watch.points, select=",".join(PAGE_COLUMNS), **common,
        )  # fmt: skip
    only = [chosen.of_links(watch.chosen)] if watch.chosen else []
    where = _all(watch.where, *only, {"field": "event", "is": ["eq", kind.picked]})
    return web.report(LINKS, watch.scope, where=where, select=",".join(LINK_COLUMNS), **common)


def _all(where: str | None, *more: dict[str, Any]) -> str | None:
    """A filter that asks for more. Raises FilterError."""
    parts = [*([] if where is None else [api.filter_tree(where)]), *more]
    return json.dumps({"and": parts}) if parts else None


def _event(batch: Batch, kind: str, row: dict[str, Any]) -> dict[str, Any]:
    told = safe(row)
    number = _digest(batch.id, kind, json.dumps(told, sort_keys=True))
    return {
        "id": number,
        "watch": batch.watch,
        "kind": kind,
        "scope": batch.scope,
        "since": batch.since,
        "snapshot": batch.snapshot,
        "row": told,
    }


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:16]


def check(store: str, watch: Watch) -> None:
    """Raise what the scope or the filters of a watch would raise when it runs."""
    web = api.open(store)
    for name in watch.kinds:
        _asked(web, watch, KINDS[name], web.snapshot, 0)
