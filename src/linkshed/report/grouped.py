"""Frames with a row for each domain, or for each anchor, of some links."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.report.columns import is_followed, need
from linkshed.report.frame import Frame, labels, of_table
from linkshed.report.scored import requested
from linkshed.schema import AnchorKind, Placement
from linkshed.snapshot.tables import Snapshot

_DOMAINS_AND_PAGES = {
    "source": ("refdomains", "refpages"),
    "target": ("linked_domains", "linking_pages"),
}


def domain_frame(snapshot: Snapshot, links: NDArray[Any], end: str) -> Frame:
    """One row for each domain at one end ("source" or "target") of some links."""
    need(snapshot, "domains", "rating", "n_refdomains", "n_linked_domains")
    ids = snapshot.domain_of(snapshot.array("links", end)[links])
    domains, groups = np.unique(ids, return_inverse=True)
    more = [column.name for column in requested(snapshot, "domains")]
    scores = ["domain", "rating", "n_refdomains", "n_linked_domains", *more]
    found = snapshot.take("domains", scores, domains).rename_columns(
        ["domain", "domain_rating", "n_refdomains", "n_linked_domains", *more]
    )
    sums = summed(snapshot, links, groups, len(domains))
    columns = {name: found[name] for name in found.column_names} | sums
    return of_table(pa.table(columns), {"links": len(links)})


def anchor_frame(snapshot: Snapshot, links: NDArray[Any], end: str = "source") -> Frame:
    """One row for each anchor of some links; their domains are those at one end."""
    need(snapshot, "domains", "rating")
    words = snapshot.take("links", ["anchor"], links)["anchor"].combine_chunks()
    coded = words.dictionary_encode()
    groups, n = coded.indices.to_numpy(), len(coded.dictionary)
    sums = summed(snapshot, links, groups, n)
    domains = snapshot.domain_of(snapshot.array("links", end)[links])
    rating = np.asarray(snapshot.array("domains", "rating"))[domains]
    first = np.zeros(n, np.int64)
    first[groups[::-1]] = np.arange(len(links))[::-1]
    kinds = snapshot.take("links", ["anchor_kind"], links[first])["anchor_kind"]
    columns = {
        "anchor": coded.dictionary,
        "anchor_kind": labels(kinds, AnchorKind),
        _DOMAINS_AND_PAGES[end][0]: pa.array(distinct(groups, domains, n)),
        _DOMAINS_AND_PAGES[end][1]: sums.pop("linking_pages"),
        "top_domain_rating": pa.array(_largest(rating, groups, n)),
    }
    return of_table(pa.table(columns | sums), {"links": len(links)})


def summed(
    snapshot: Snapshot, links: NDArray[Any], groups: NDArray[Any], n: int
) -> dict[str, pa.Array]:
    """Counts, equity and dates of links by group; groups are numbered from 0 to ``n``."""
    need(snapshot, "links", "equity")
    source, target, placement = (
        np.asarray(snapshot.array("links", name)[links])
        for name in ("source", "target", "placement")
    )
    equity = np.nan_to_num(np.asarray(snapshot.array("links", "equity")[links], np.float64))

    def counted(rows: NDArray[np.bool_]) -> pa.Array:
        return pa.array(np.bincount(groups[rows], minlength=n).astype(np.uint32))

    return {
        "links": pa.array(np.bincount(groups, minlength=n).astype(np.uint32)),
        "followed_links": counted(is_followed(snapshot, links)),
        "content_links": counted(placement == Placement.CONTENT),
        "linking_pages": pa.array(distinct(groups, source, n)),
        "linked_pages": pa.array(distinct(groups, target, n)),
        "equity": pa.array(np.bincount(groups, weights=equity, minlength=n).astype(np.float64)),
        "first_seen": _date(snapshot, links, groups, n, "first_seen", np.minimum),
        "last_seen": _date(snapshot, links, groups, n, "last_seen", np.maximum),
    }


def distinct(groups: NDArray[Any], values: NDArray[Any], n: int) -> NDArray[np.uint32]:
    """Number of distinct values in each group."""
    pairs = different((groups.astype(np.uint64) << np.uint64(32)) | values.astype(np.uint64))
    return np.bincount((pairs >> np.uint64(32)).astype(np.int64), minlength=n).astype(np.uint32)


def different(numbers: NDArray[Any]) -> NDArray[Any]:
    """The different ones of many numbers, ascending: sorting millions takes less than hashing."""
    ranked = np.sort(numbers)
    is_new = np.ones(len(ranked), np.bool_)
    np.not_equal(ranked[1:], ranked[:-1], out=is_new[1:])
    return np.asarray(ranked[is_new])


def _date(
    snapshot: Snapshot, links: NDArray[Any], groups: NDArray[Any], n: int, name: str, pick: Any
) -> pa.Array:
    values = snapshot.array("links", name)[links]
    known = ~np.ma.getmaskarray(values)
    absent = np.iinfo(np.int64).max if pick is np.minimum else np.iinfo(np.int64).min
    found = np.full(n, absent)
    pick.at(found, groups[known], np.ma.getdata(values)[known])
    return pa.array(found, pa.int64(), mask=found == absent).cast(pa.timestamp("s"))


def _largest(values: NDArray[Any], groups: NDArray[Any], n: int) -> NDArray[Any]:
    found = np.zeros(n, np.float32)
    np.maximum.at(found, groups, values)
    return found
