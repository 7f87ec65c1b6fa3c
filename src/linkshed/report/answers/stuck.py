"""The rows of a report on links no crawler can follow: dead ends on pages, and forbidden pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.report.answers.finding import (
    CRITICAL,
    MAJOR,
    MINOR,
    NONE,
    given,
    severities,
    url,
    way,
    where,
    words,
)
from linkshed.report.answers.site import F64, Ids, Site, site_of, strongest
from linkshed.report.frame import Frame, Maker, labels
from linkshed.schema import DeadEnd, Placement
from linkshed.simulate.tally import distinct
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

KINDS = (
    "javascript", "no address", "script only", "fragment to nowhere", "unknown scheme",
    "malformed address", "address too long", "forbidden by robots.txt",
)  # fmt: skip
ROBOTS = len(DeadEnd)
_NO_LINKS = np.empty(0, np.int64)
SEVERITIES = (MAJOR, MAJOR, MAJOR, MINOR, CRITICAL, CRITICAL, MAJOR, MAJOR)
WHY = (
    "a crawler runs no script to find an address: what it leads to gets nothing by it",
    "it looks like a link and has no address: nobody gets anywhere",
    "it leads on by a script alone: what it leads to gets nothing by it",
    "the place it names is not on the page: readers stay where they are, and a route that only a"
    " script knows is no page to a crawler",
    "no crawler follows this scheme, and few browsers do",
    "it is no address: readers get an error, crawlers leave it out",
    "crawlers cut or refuse addresses of this length",
    "what links hand to the page ends there, as no search engine may read it",
)
REPAIRS = (
    "give it a real address in href, and let the script act on that",
    "give it an address, or make it a button",
    "put it into an a element with the address in href",
    "give the place on the page this id, or link to a page of its own",
    "link to an https address",
    "correct the address",
    "shorten the address",
    "allow the page in robots.txt, or take the links to it away",
)


@dataclass(frozen=True)
class _Stuck:
    """Dead ends on pages of the scope, and for each the finding it belongs to."""

    page: Ids
    finding: Ids
    table: pa.Table
    n: int


def uncrawlable(snapshot: Snapshot, scope: Scope) -> Frame:
    """A frame of dead ends, one row for all that look alike, and of pages robots.txt forbids."""
    site = site_of(snapshot, scope)
    stuck = _stuck(site)
    n_on = np.bincount(site.standing.source, minlength=snapshot.n_pages) if stuck.n else _NO_LINKS
    would = _would_carry(site, n_on, stuck.page)
    best = strongest(stuck.finding, would, stuck.n)
    forbidden = _forbidden(site)
    links = site.to(forbidden)
    first = stuck.table.take(pa.array(best))
    kind = np.append(_numbers(first["reason"]), np.full(len(forbidden), ROBOTS)).astype(np.int64)
    rows = site.strongest_to(forbidden, links)
    source = np.append(stuck.page[best], _sources(site, rows)).astype(np.int64)
    n_linking = max(int(np.count_nonzero(n_on)), 1)
    n_pages = np.append(
        distinct(stuck.finding, stuck.page, stuck.n),
        distinct(np.searchsorted(forbidden, links.target), links.source, len(forbidden)),
    )
    places = np.bincount(stuck.finding, minlength=stuck.n)
    of_links = site.of_target(forbidden, links, np.ones(len(links.rows)))
    carried = site.of_target(forbidden, links, links.taken)
    there = where(snapshot, rows)
    makers: dict[str, Maker] = {
        "severity": severities(SEVERITIES, kind),
        "kind": words(KINDS, kind),
        "url": url(snapshot, np.append(np.full(stuck.n, NONE), forbidden)),
        "why": words(WHY, kind),
        "repair": words(REPAIRS, kind),
        "source_url": url(snapshot, source),
        "way": way(snapshot, lambda chosen: source[chosen]),
        **given(
            n_places=np.append(places, of_links).astype(np.uint32),
            n_pages=n_pages.astype(np.uint32),
            reach=n_pages / n_linking,
            stake=np.append(np.bincount(stuck.finding, would, stuck.n), carried),
        ),
        "href": _both(first["href"], pa.nulls(len(forbidden), pa.string())),
        "anchor": _both(first["anchor"], there["anchor"](slice(None))),
        "placement": _both(labels(first["placement"], Placement), there["placement"](slice(None))),
        "path": _both(first["path"], there["path"](slice(None))),
    }
    return Frame(len(kind), makers, remarks=_remarks(site), nbytes=kind.nbytes * 20)


def _stuck(site: Site) -> _Stuck:
    """Dead ends of the scope; those of one reason, address and words are one finding."""
    names = ["page", "reason", "href", "anchor", "placement", "path"]
    if not site.snapshot.has("dead_ends", "page"):
        kinds = (pa.uint32(), pa.uint8(), pa.string(), pa.string(), pa.uint8(), pa.string())
        table = pa.table({n: pa.array([], k) for n, k in zip(names, kinds, strict=True)})
        return _Stuck(np.empty(0, np.int64), np.empty(0, np.int64), table, 0)
    all_pages = np.asarray(site.snapshot.array("dead_ends", "page"), np.int64)
    rows = np.flatnonzero((site.is_inside & site.web.is_shown)[all_pages])
    table = site.snapshot.take("dead_ends", names, rows).combine_chunks()
    said = (_codes(table[name]) for name in ("reason", "href", "anchor"))
    reason, href, anchor = said
    alike = (reason * (href.max(initial=0) + 1) + href) * (anchor.max(initial=0) + 1) + anchor
    found, finding = np.unique(alike, return_inverse=True)
    return _Stuck(all_pages[rows], finding, table, len(found))


def _codes(column: pa.ChunkedArray) -> Ids:
    whole = column.combine_chunks().dictionary_encode(null_encoding="encode")
    return np.asarray(whole.indices.to_numpy(zero_copy_only=False), np.int64)


def _numbers(column: pa.ChunkedArray) -> NDArray[Any]:
    return np.asarray(column.combine_chunks().to_numpy(zero_copy_only=False), np.int64)


def _both(first: Any, second: Any) -> Maker:
    parts = [part.combine_chunks() if isinstance(part, pa.ChunkedArray) else part
             for part in (first, second)]  # fmt: skip
    whole = pa.concat_arrays([part.cast(pa.string()) for part in parts])
    return lambda rows: whole[rows] if isinstance(rows, slice) else whole.take(pa.array(rows))


def _would_carry(site: Site, n_links: Ids, pages: Ids) -> F64:
    """What one more link on each of some pages would get, if all links of the page got the same."""
    if not len(pages):
        return np.empty(0)
    return np.asarray(site.web.damping * site.web.equity[pages] / (n_links[pages] + 1))


def _forbidden(site: Site) -> Ids:
    """Pages of the scope that robots.txt kept a crawl from reading, and that links lead to."""
    pages = site.pages[site.is_forbidden]
    rows = site.web.clicks(site.web.rows_to(pages))
    return np.asarray(pages[np.isin(pages, site.web.column("target", rows))])


def _sources(site: Site, rows: Ids) -> Ids:
    if not len(rows):
        return rows
    found = np.asarray(site.snapshot.array("links", "source")[np.maximum(rows, 0)], np.int64)
    return np.where(rows == NONE, NONE, found)


def _remarks(site: Site) -> tuple[str, ...]:
    if site.snapshot.has("dead_ends", "page"):
        return ()
    return ("The snapshot keeps no places that lead nowhere: read its pages again to see them.",)
