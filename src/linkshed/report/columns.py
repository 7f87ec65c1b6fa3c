"""Columns that several reports share: of links, of their pages, of their domains."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from linkshed.errors import MissingScore
from linkshed.report.answers.onward import redirect_makers
from linkshed.report.followed import is_followed, rel_makers
from linkshed.report.frame import Frame, Maker, Rows, labels
from linkshed.report.order import n_distinct
from linkshed.report.scored import requested
from linkshed.schema import (
    STEPS,
    AnchorKind,
    Indexability,
    LinkKind,
    Liveness,
    Placement,
    Resolution,
)
from linkshed.snapshot.kinds import IS_CLICKABLE, is_clickable
from linkshed.snapshot.looks import liveness_of, was_looked_at
from linkshed.snapshot.sitepages import sites_of
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

_IS_REDIRECT = np.isin(np.arange(256), STEPS)


def need(snapshot: Snapshot, table: str, *names: str) -> None:
    """Raise MissingScore when a score column is absent."""
    missing = [name for name in names if not snapshot.has(table, name)]
    if missing:
        raise MissingScore(
            f"snapshot {snapshot.id} has no {table}.{missing[0]}", repair="linkshed score"
        )


def incoming(snapshot: Snapshot, scope: Scope) -> NDArray[Any]:
    """Rows of clickable links to the pages of a scope from domains that hold none of them."""
    return _arriving(snapshot, scope, IS_CLICKABLE)


def redirecting(snapshot: Snapshot, scope: Scope) -> NDArray[Any]:
    """Rows of redirects to the pages of a scope, by status or instant refresh, from domains that
    hold none of them.
    """
    return _arriving(snapshot, scope, _IS_REDIRECT)


def _arriving(snapshot: Snapshot, scope: Scope, kinds: NDArray[np.bool_]) -> NDArray[Any]:
    ranges = snapshot.pages_of(scope)
    sites = sites_of(snapshot, ranges)
    source, kind = (snapshot.array("links", name) for name in ("source", "kind"))
    parts = [np.empty(0, np.int64)]
    for lo, hi in (snapshot.in_links(*pages) for pages in ranges):
        rows = np.flatnonzero(_outside(source[lo:hi], sites))
        rows += lo
        is_wanted = kinds.take(kind.take(rows))
        parts.append(rows if is_wanted.all() else rows[is_wanted])
    return parts[1] if len(parts) == 2 else np.concatenate(parts)


def outgoing(snapshot: Snapshot, scope: Scope) -> NDArray[Any]:
    """Rows of clickable links from the pages of a scope to domains that hold none of them."""
    ranges = snapshot.pages_of(scope)
    offsets = snapshot.array("out_offsets", "out_offset")
    order = snapshot.array("out_order", "link")
    parts = [order[int(offsets[lo]) : int(offsets[hi])] for lo, hi in ranges]
    rows = np.sort(np.concatenate([np.empty(0, np.int64), *parts])).astype(np.int64)
    target, kind = (snapshot.array("links", name)[rows] for name in ("target", "kind"))
    return rows[_outside(target, sites_of(snapshot, ranges)) & is_clickable(kind)]


def page_rows(snapshot: Snapshot, scope: Scope) -> NDArray[Any]:
    """All pages of a scope."""
    return _ranges_to_rows(snapshot.pages_of(scope))


def _ranges_to_rows(ranges: Iterable[tuple[int, int]]) -> NDArray[Any]:
    parts = [np.arange(lo, hi) for lo, hi in ranges]
    return np.concatenate([np.empty(0, np.int64), *parts]).astype(np.int64)


def _outside(pages: NDArray[Any], ranges: list[tuple[int, int]]) -> NDArray[np.bool_]:
    """Whether pages are in none of some ranges, which are sorted and disjoint."""
    if len(ranges) == 1:
        ((lo, hi),) = ranges
        return np.asarray((pages < lo) | (pages >= hi))
    borders = np.array(ranges, np.int64).ravel()
    return np.asarray(np.searchsorted(borders, pages, side="right") % 2 == 0)


def link_makers(snapshot: Snapshot, links: NDArray[Any]) -> dict[str, Maker]:
    """How to make each of LINK_COLUMNS for rows of a frame over ``links``."""
    columns = _Links(snapshot, links)
    makers: dict[str, Maker] = {
        "source_url": lambda r: snapshot.url_array(columns.numbers(r, "source")),
        "target_url": lambda r: snapshot.url_array(columns.numbers(r, "target")),
        "source_host": lambda r: columns.host(r, "source"),
        "target_host": lambda r: columns.host(r, "target"),
        "source_host_is_domain": lambda r: columns.is_domain(r, "source"),
        "target_host_is_domain": lambda r: columns.is_domain(r, "target"),
        "source_domain": lambda r: columns.domain(r, "source", "domain"),
        "target_domain": lambda r: columns.domain(r, "target", "domain"),
        **{
            f"{end}_domain_{name}": columns.of_domain(end, name)
            for end in ("source", "target")
            for name in ("rating", "n_refdomains", "n_linked_domains")
        },
        "target_resolution": columns.resolution,
        "receiver_url": columns.receiver,
        "n_hops": lambda r: columns.of_page(r, "target", "n_hops", "resolution"),
        "target_status": lambda r: columns.of_page(r, "target", "status"),
        "target_title": lambda r: columns.of_page(r, "target", "title"),
        "target_rating": lambda r: columns.of_page(r, "target", "rating"),
        "target_liveness": lambda r: liveness(snapshot, columns.numbers(r, "target")),
        "kind": lambda r: labels(columns.numbers(r, "kind"), LinkKind),
        "placement": lambda r: labels(columns.numbers(r, "placement"), Placement),
        "anchor_kind": columns.anchor_kind,
        "is_content": columns.is_content,
        **rel_makers(snapshot, links),
    }
    for name in ("outcome", "looked_at", "n_vain_looks", "vain_since"):
        makers[f"target_{name}"] = columns.target(name)
    for name in (
        "anchor",
        "is_scripted",
        "position",
        "n_block",
        "first_seen",
        "last_seen",
        "last_verified",
    ):
        makers[name] = columns.plain(name)
    for name in ("equity", "weight"):
        makers[name] = columns.score(name)
    for name in ("alt", "context_left", "context_right", "path"):
        makers[name] = columns.context(name)
    for name, column in (("source_title", "title"), ("source_status", "status"),
                         ("source_language", "language"), ("source_author", "author"),
                         ("source_published_at", "published_at"), ("source_rating", "rating"),
                         ("source_equity", "equity"), ("source_is_noindex", "is_noindex"),
                         ("source_encoding", "encoding"), ("source_size_bytes", "size_bytes"),
                         ("source_first_seen", "first_seen"),
                         ("source_n_refdomains", "n_refdomains"),
                         ("source_n_linked_domains", "n_linked_domains"),
                         ("n_external_links", "n_external_links"),
                         ("n_internal_links", "n_internal_links")):  # fmt: skip
        makers[name] = columns.source(column)
    for name in (column.name for column in requested(snapshot, "pages")):
        makers[f"source_{name}"] = columns.source(name)
    return makers | redirect_makers(snapshot, links)


def liveness(snapshot: Snapshot, pages: NDArray[Any]) -> Any:
    """Whether pages are alive, in words."""
    return labels(liveness_of(snapshot)[pages], Liveness)


class _Links:
    def __init__(self, snapshot: Snapshot, links: NDArray[Any]) -> None:
        self.snapshot, self.links = snapshot, links

    def numbers(self, rows: Rows, name: str) -> NDArray[Any]:
        return np.asarray(self.snapshot.array("links", name).take(self.links[rows]))

    def of_link(self, rows: Rows, name: str) -> Any:
        return self.snapshot.take("links", [name], self.links[rows])[name]

    def of_page(self, rows: Rows, end: str, name: str, table: str = "pages") -> Any:
        need(self.snapshot, table, name)
        return self.snapshot.pick(table, name, self.numbers(rows, end))

    def domain(self, rows: Rows, end: str, name: str) -> Any:
        need(self.snapshot, "domains", name)
        ids = self.snapshot.domain_of(self.numbers(rows, end))
        return self.snapshot.pick("domains", name, ids)

    def host(self, rows: Rows, end: str) -> Any:
        ids = self.snapshot.host_of(self.numbers(rows, end))
        return self.snapshot.pick("hosts", "host", ids)

    def is_domain(self, rows: Rows, end: str) -> Any:
        return pc.equal(self.host(rows, end), self.domain(rows, end, "domain"))

    def of_domain(self, end: str, name: str) -> Maker:
        return lambda rows: self.domain(rows, end, name)

    def plain(self, name: str) -> Maker:
        return lambda rows: self.of_link(rows, name)

    def score(self, name: str) -> Maker:
        def make(rows: Rows) -> Any:
            need(self.snapshot, "links", name)
            return self.snapshot.pick("links", name, self.links[rows])

        return make

    def context(self, name: str) -> Maker:
        return lambda rows: self.snapshot.take("contexts", [name], self.links[rows])[name]

    def source(self, name: str) -> Maker:
        return lambda rows: self.of_page(rows, "source", name)

    def target(self, name: str) -> Maker:
        return lambda rows: self.of_page(rows, "target", name)

    def is_content(self, rows: Rows) -> Any:
        placement = self.numbers(rows, "placement")
        return pa.array(placement == Placement.CONTENT, mask=placement == Placement.UNKNOWN)

    def anchor_kind(self, rows: Rows) -> Any:
        return labels(self.of_link(rows, "anchor_kind"), AnchorKind)

    def resolution(self, rows: Rows) -> Any:
        return labels(self.of_page(rows, "target", "resolution", "resolution"), Resolution)

    def receiver(self, rows: Rows) -> Any:
        ids = self.numbers(rows, "target")
        urls = self.snapshot.urls(self.snapshot.array("resolution", "receiver")[ids])
        is_lost = self.snapshot.array("resolution", "resolution")[ids] >= Resolution.DEAD
        return pa.array(urls, pa.string(), mask=is_lost)


def link_frame(
    snapshot: Snapshot, links: NDArray[Any], grouping: str, end: str = "source"
) -> Frame:
    """A frame over links, grouped as the option of backlinks says. ``links`` rise; domains are
    counted, and grouped, at the ``end`` named.
    """
    source, target, placement = (
        snapshot.array("links", name).take(links) for name in ("source", "target", "placement")
    )
    source = snapshot.domain_of(source)
    domains = source if end == "source" else snapshot.domain_of(target)
    notes = {"links": len(links), "domains": n_distinct(domains)}
    groups: NDArray[Any] | None = None
    if grouping == "domain":
        groups = domains
    elif grouping == "similar":
        groups = _similar(target, source, placement)
    n_bytes = links.nbytes + (0 if groups is None else groups.nbytes)
    return Frame(len(links), link_makers(snapshot, links), groups, notes, nbytes=n_bytes)


def _similar(
    target: NDArray[Any], source: NDArray[Any], placement: NDArray[Any]
) -> NDArray[np.int64]:
    """A number for each (target, domain of the source, placement).

    Links are sorted by target, then source, and a domain's pages are neighbours: links of the same
    target and domain are neighbours, too.
    """
    is_new = np.ones(len(target), np.bool_)
    is_new[1:] = target[1:] != target[:-1]
    is_new[1:] |= source[1:] != source[:-1]
    groups = np.cumsum(is_new, dtype=np.int64)
    groups *= int(placement.max(initial=0)) + 1
    groups += placement
    return groups


def best_of(snapshot: Snapshot, links: NDArray[Any]) -> NDArray[Any]:
    """Followed links in the main content of pages that are alive and indexable."""
    source, placement = (snapshot.array("links", name)[links] for name in ("source", "placement"))
    final = snapshot.array("resolution", "final_indexability")[source]
    is_good = np.isin(final, (Indexability.INDEXABLE, Indexability.UNKNOWN))
    is_good &= placement == Placement.CONTENT
    return links[is_good & is_followed(snapshot, links)]


def to_dead(snapshot: Snapshot, links: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether links lead to a page that is dead, or by redirects to none."""
    how = snapshot.array("resolution", "resolution")[snapshot.array("links", "target")[links]]
    return np.asarray(how >= Resolution.DEAD)


def by_liveness(snapshot: Snapshot, links: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Links to pages, or by redirects to such, that are ``dead``, ``blocked`` or ``failing``."""
    target = snapshot.array("links", "target")[links]
    is_dead = to_dead(snapshot, links)
    end = snapshot.array("resolution", "receiver")[target]
    alive = liveness_of(snapshot)[end]
    is_failing = (alive == Liveness.UNKNOWN) & was_looked_at(snapshot)[end]
    return {
        "dead": links[is_dead],
        "blocked": links[~is_dead & (alive == Liveness.BLOCKED)],
        "failing": links[~is_dead & is_failing],
    }
