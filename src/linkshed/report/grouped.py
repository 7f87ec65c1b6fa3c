"""Frames with a row for each domain, or for each anchor, of some links."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.report.columns import need
from linkshed.report.followed import is_followed, is_told
from linkshed.report.frame import ALL, Frame, Maker, labels, of_table
from linkshed.report.scored import requested
from linkshed.report.shared import PAST_COLUMNS
from linkshed.schema import AnchorKind, Placement
from linkshed.snapshot.arrow import TYPES
from linkshed.snapshot.distinct import distinct_of
from linkshed.snapshot.tables import Snapshot

NEVER = np.iinfo(np.int64).min
_DOMAIN_COUNTS = (
    "n_refdomains", "n_followed_refdomains", "n_linked_domains", "n_followed_linked_domains",
)  # fmt: skip
_DOMAINS_AND_PAGES = {
    "source": ("refdomains", "refpages"),
    "target": ("linked_domains", "linking_pages"),
}


@dataclass(frozen=True)
class Linked:
    """Links by column. ``source`` and ``target`` are numbers of pages; equity of links that carry
    none is 0; times are seconds since 1970, NEVER where unknown. ``is_told``: an input tells
    whether it is followed.
    """

    source: NDArray[Any]
    target: NDArray[Any]
    is_followed: NDArray[np.bool_]
    is_told: NDArray[np.bool_]
    is_content: NDArray[np.bool_]
    equity: NDArray[np.float64]
    first_seen: NDArray[np.int64]
    last_seen: NDArray[np.int64]


def linked(snapshot: Snapshot, links: NDArray[Any]) -> Linked:
    """The columns of some links. Raises MissingScore."""
    need(snapshot, "links", "equity")
    source, target, placement = (
        np.asarray(snapshot.array("links", name)[links])
        for name in ("source", "target", "placement")
    )
    equity = np.nan_to_num(np.asarray(snapshot.array("links", "equity")[links], np.float64))
    first, last = (
        np.ma.filled(np.ma.asarray(snapshot.array("links", name)[links], np.int64), NEVER)
        for name in ("first_seen", "last_seen")
    )
    flags = is_followed(snapshot, links), is_told(snapshot, links), placement == Placement.CONTENT
    return Linked(source, target, *flags, equity, first, last)


def domain_frame(snapshot: Snapshot, links: NDArray[Any], end: str) -> Frame:
    """One row for each domain at one end ("source" or "target") of some links."""
    ids = snapshot.domain_of(snapshot.array("links", end)[links])
    domains, groups = np.unique(ids, return_inverse=True)
    found = domain_facts(snapshot, domains)
    sums = summed(linked(snapshot, links), groups, len(domains))
    columns = {name: found[name] for name in found.column_names} | sums
    return of_table(pa.table(columns), {"links": len(links)})


def domain_facts(snapshot: Snapshot, domains: NDArray[Any]) -> pa.Table:
    """What is known of domains besides their links. Raises MissingScore."""
    need(snapshot, "domains", "rating", *_DOMAIN_COUNTS)
    more = [*_DOMAIN_COUNTS, *(column.name for column in requested(snapshot, "domains"))]
    found = snapshot.take("domains", ["domain", "rating", *more], domains)
    return found.rename_columns(["domain", "domain_rating", *more])


def anchor_frame(snapshot: Snapshot, links: NDArray[Any], end: str = "source") -> Frame:
    """One row for each anchor of some links; their domains are those at one end."""
    need(snapshot, "domains", "rating")
    words = snapshot.take("links", ["anchor"], links)["anchor"].combine_chunks()
    coded = words.dictionary_encode()
    groups, n = coded.indices.to_numpy(), len(coded.dictionary)
    sums = summed(linked(snapshot, links), groups, n)
    domains = snapshot.domain_of(snapshot.array("links", end)[links])
    rating = np.asarray(snapshot.array("domains", "rating"))[domains]
    first = first_of(groups, n)
    kinds = snapshot.take("links", ["anchor_kind"], links[first])["anchor_kind"]
    columns = {
        "anchor": coded.dictionary,
        "anchor_kind": labels(kinds, AnchorKind),
        _DOMAINS_AND_PAGES[end][0]: pa.array(distinct(groups, domains, n)),
        _DOMAINS_AND_PAGES[end][1]: sums.pop("linking_pages"),
        "top_domain_rating": pa.array(largest(rating, groups, n)),
    }
    return of_table(pa.table(columns | sums), {"links": len(links)})


def summed(links: Linked, groups: NDArray[Any], n: int) -> dict[str, pa.Array]:
    """Counts, equity and dates of links by group; groups are numbered from 0 to ``n``."""

    def counted(rows: NDArray[np.bool_]) -> pa.Array:
        return pa.array(np.bincount(groups[rows], minlength=n).astype(np.uint32))

    equity = np.bincount(groups, weights=links.equity, minlength=n).astype(np.float64)
    return {
        "links": pa.array(np.bincount(groups, minlength=n).astype(np.uint32)),
        "followed_links": _followed(links, groups, n),
        "content_links": counted(links.is_content),
        "linking_pages": pa.array(distinct(groups, links.source, n)),
        "linked_pages": pa.array(distinct(groups, links.target, n)),
        "equity": pa.array(equity),
        "first_seen": moment(links.first_seen, groups, n, np.minimum),
        "last_seen": moment(links.last_seen, groups, n, np.maximum),
    }


def _followed(links: Linked, groups: NDArray[Any], n: int) -> pa.Array:
    """Links that are known to be followed; null for a group of which nothing is known."""
    told = np.bincount(groups[links.is_told], minlength=n)
    found = np.bincount(groups[links.is_told & links.is_followed], minlength=n)
    return pa.array(found.astype(np.uint32), mask=told == 0)


def first_of(groups: NDArray[Any], n: int) -> NDArray[np.int64]:
    """The first row of each group; 0 for a group without any."""
    first = np.zeros(n, np.int64)
    first[groups[::-1]] = np.arange(len(groups))[::-1]
    return first


def without_past(frame: Frame) -> Frame:
    """The frame with null for what only an earlier snapshot tells."""
    columns = {column.name: TYPES[column.type] for column in PAST_COLUMNS}

    def maker(kind: pa.DataType) -> Maker:
        return lambda rows: pa.nulls(frame.n if rows is ALL else len(rows), kind)

    return replace(frame, makers=dict(frame.makers) | {n: maker(k) for n, k in columns.items()})


def distinct(groups: NDArray[Any], values: NDArray[Any], n: int) -> NDArray[np.uint32]:
    """Number of distinct values in each group."""
    pairs = distinct_of((groups.astype(np.uint64) << np.uint64(32)) | values.astype(np.uint64))
    return np.bincount((pairs >> np.uint64(32)).astype(np.int64), minlength=n).astype(np.uint32)


def moment(times: NDArray[Any], groups: NDArray[Any], n: int, pick: Any) -> pa.Array:
    """The earliest or latest (``pick``) known time of each group; null when none is known."""
    known = times != NEVER
    absent = np.iinfo(np.int64).max if pick is np.minimum else np.iinfo(np.int64).min
    found = np.full(n, absent)
    pick.at(found, groups[known], times[known])
    return pa.array(found, pa.int64(), mask=found == absent).cast(pa.timestamp("s"))


def largest(values: NDArray[Any], groups: NDArray[Any], n: int) -> NDArray[Any]:
    """The largest value of each group."""
    found = np.zeros(n, np.float32)
    np.maximum.at(found, groups, values)
    return found
