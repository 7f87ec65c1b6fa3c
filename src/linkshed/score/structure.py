"""Click depth and degrees of pages and domains.

Depth: 0 for home pages (path ``/``) of every host of a domain; else the least number of steps from
any of them without leaving the domain. A step is a link one can click, nofollow or not, or a
redirect or instant refresh: a page behind one redirect is one level deeper. Null where no path
leads. Degrees count link rows that can be clicked, as they stand on the pages (targets before
redirects): a *backlink* comes from another domain; *followed* means neither the link nor its page
says nofollow, ugc or sponsored; refpages, refdomains and linked domains are distinct. Of links
whose rel no input tells, nobody knows whether they are followed: a count of followed ones leaves
them out, and is null where there are no others.
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
from linkshed.schema import STEPS, Column
from linkshed.score.factors import is_followed, is_told
from linkshed.score.nodes import read_nodes
from linkshed.score.score import ScoreColumn, ScoreResult
from linkshed.snapshot.kinds import is_clickable

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
WHOLE = {
    "n_followed_backlinks": "n_backlinks",
    "n_followed_refdomains": "n_refdomains",
    "n_followed_linked_domains": "n_linked_domains",
}
UNTOLD = "of none of them an input tells"
COLUMNS = (
    ScoreColumn("pages", Column("depth", "u16", "steps from a home page", "no path leads there")),
    *(
        ScoreColumn(table, Column(name, "u32", meaning, UNTOLD if name in WHOLE else ""))
        for table, meanings in (("pages", PAGE_MEANINGS), ("domains", DOMAIN_MEANINGS))
        for name, meaning in meanings.items()
    ),
)
HOME = r"\)(:\d+)?/$"


def compute(snapshot: Snapshot, params: Mapping[str, Any]) -> ScoreResult:
    """Count; no parameters."""
    domain = snapshot.domain_of(np.arange(snapshot.n_pages))
    kind, rel = snapshot.array("links", "kind"), snapshot.array("links", "rel")
    source, nodes = snapshot.array("links", "source"), read_nodes(snapshot)
    counts, told = is_clickable(kind), is_told(rel, source, nodes)
    columns = _degrees(snapshot, counts, is_followed(rel, source, nodes) & told, domain)
    n_untold = int(np.count_nonzero(counts & ~told))
    if n_untold:
        columns = _masked(columns, _degrees(snapshot, counts, told, domain))
    is_step = counts | np.isin(kind, STEPS)
    columns["pages", "depth"] = _depth(snapshot, is_step, domain)
    record = {"n_counted_links": int(np.count_nonzero(counts)), "n_untold_links": n_untold}
    return ScoreResult(columns, record)


def _degrees(
    snapshot: Snapshot, counts: NDArray[Any], followed: NDArray[Any], domain: NDArray[Any]
) -> dict[Any, Any]:
    flags = counts * np.uint8(degrees.COUNTS) + (counts & followed) * np.uint8(degrees.FOLLOWED)
    pages = _page_degrees(snapshot, flags, domain)
    return pages | _domain_degrees(snapshot, flags, domain, pages)


def _masked(columns: dict[Any, Any], told: Mapping[Any, Any]) -> dict[Any, Any]:
    """Counts of followed links, null where there are links and an input tells of none."""
    found = dict(columns)
    for (table, name), values in columns.items():
        if name in WHOLE:
            is_untold = (columns[table, WHOLE[name]] > 0) & (told[table, name] == 0)
            found[table, name] = np.ma.array(values, mask=is_untold)
    return found


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
