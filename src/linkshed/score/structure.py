"""Click depth and degrees of pages and domains.

Depth: 0 for home pages (path ``/``) of every host of a domain; else the least number of steps from
any of them without leaving the domain. A step is a link one can click, nofollow or not, or a
redirect or instant refresh: a page behind one redirect is one level deeper. Null where no path
leads. Degrees count link rows that can be clicked, as they stand on the pages (targets before
redirects): a *backlink* comes from another domain; *followed* means neither the link nor its page
says nofollow, ugc or sponsored; refpages, refdomains and linked domains are distinct.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from linkshed.graph import degrees
from linkshed.graph.distance import UNREACHED, depths
from linkshed.graph.levels import sum_by_group
from linkshed.schema import Column, LinkKind
from linkshed.score.factors import is_clickable, is_followed
from linkshed.score.nodes import read_nodes
from linkshed.score.score import ScoreColumn, ScoreResult

if TYPE_CHECKING:
    from linkshed.snapshot.tables import Snapshot

TITLE = "click depth and degrees"
NEEDS: tuple[str, ...] = ()
PAGE_MEANINGS = {
    "n_inlinks": "links to it, from anywhere",
    "n_backlinks": "links to it from other domains",
    "n_followed_backlinks": "followed links to it from other domains",
    "n_refpages": "pages of other domains that link to it",
    "n_refdomains": "other domains that link to it",
    "n_followed_refdomains": "other domains with a followed link to it",
    "n_outlinks": "links on it",
    "n_internal_links": "links on it to pages of its own domain",
    "n_external_links": "links on it to other domains",
    "n_linked_domains": "other domains it links to",
}
DOMAIN_MEANINGS = {
    "n_pages": "pages read or linked to",
    "n_backlinks": "links to it from other domains",
    "n_followed_backlinks": "followed links to it from other domains",
    "n_refpages": "pages of other domains that link to it",
    "n_refdomains": "other domains that link to it",
    "n_followed_refdomains": "other domains with a followed link to it",
    "n_linked_domains": "other domains it links to",
    "n_followed_linked_domains": "other domains it has a followed link to",
}
COLUMNS = (
    ScoreColumn("pages", Column("depth", "u16", "steps from a home page", "no path leads there")),
    *(ScoreColumn("pages", Column(n, "u32", m)) for n, m in PAGE_MEANINGS.items()),
    *(ScoreColumn("domains", Column(n, "u32", m)) for n, m in DOMAIN_MEANINGS.items()),
)
STEPS = (LinkKind.REDIRECT, LinkKind.REFRESH)
HOME = r"\)(:\d+)?/$"


def compute(snapshot: Snapshot, params: Mapping[str, Any]) -> ScoreResult:
    """Count; no parameters."""
    domain = snapshot.domain_of(np.arange(snapshot.n_pages))
    flags, is_step = _flags(snapshot)
    columns = {("pages", "depth"): _depth(snapshot, is_step, domain)}
    columns |= _page_degrees(snapshot, flags, domain)
    columns |= _domain_degrees(snapshot, flags, domain, columns)
    return ScoreResult(columns, {"n_counted_links": int(np.count_nonzero(flags))})


def _flags(snapshot: Snapshot) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    kind, rel = snapshot.array("links", "kind"), snapshot.array("links", "rel")
    counts = is_clickable(kind)
    followed = counts & is_followed(rel, snapshot.array("links", "source"), read_nodes(snapshot))
    flags = counts * np.uint8(degrees.COUNTS) + followed * np.uint8(degrees.FOLLOWED)
    return flags, counts | np.isin(kind, STEPS)


def _depth(snapshot: Snapshot, is_step: NDArray[np.bool_], domain: NDArray[Any]) -> Any:
    keys = snapshot.columns("pages", ["key"])["key"]
    homes = np.flatnonzero(pc.match_substring_regex(keys, HOME).to_numpy())
    found = depths(*_out(snapshot), is_step, domain, homes)
    return np.ma.array(found, mask=found == UNREACHED)


def _out(snapshot: Snapshot) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    return (
        snapshot.array("out_offsets", "out_offset"),
        snapshot.array("out_order", "link"),
        snapshot.array("links", "target"),
    )


def _page_degrees(snapshot: Snapshot, flags: NDArray[Any], domain: NDArray[Any]) -> dict[Any, Any]:
    offsets, source = snapshot.array("in_offsets", "in_offset"), snapshot.array("links", "source")
    found = degrees.page_in_degrees(offsets, source, flags, domain)
    found |= degrees.page_out_degrees(*_out(snapshot), flags, domain)
    return {("pages", name): column for name, column in found.items()}


def _domain_degrees(
    snapshot: Snapshot, flags: NDArray[Any], domain: NDArray[Any], pages: Mapping[Any, Any]
) -> dict[Any, Any]:
    lo, hi = snapshot.array("domains", "page_lo"), snapshot.array("domains", "page_hi")
    offsets, source = snapshot.array("in_offsets", "in_offset"), snapshot.array("links", "source")
    found = {"n_pages": (hi - lo).astype(np.uint32)}
    for name in ("n_backlinks", "n_followed_backlinks"):
        found[name] = sum_by_group(pages["pages", name], lo, hi)
    found |= degrees.group_in_degrees(offsets, source, flags, domain)
    found |= degrees.group_out_degrees(*_out(snapshot), flags, domain)
    return {("domains", name): column for name, column in found.items()}
