"""Rows about how equity runs through a site: weak pages, hubs, depth."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.report.answers.finding import MINOR, NONE, fact, given, url, where
from linkshed.report.answers.site import F64, Bools, Ids, Links, Site, site_of, strongest
from linkshed.report.answers.slow import with_slow
from linkshed.report.answers.supports import supports
from linkshed.report.columns import need
from linkshed.report.frame import Frame, Maker, of_table
from linkshed.simulate.tally import distinct
from linkshed.snapshot.distinct import places
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

WEAK_REPAIR = "link to it in the text of a strong page"


def weak(snapshot: Snapshot, scope: Scope, below: float, each: int) -> Frame:
    """A frame of indexable pages that internal links bring less than ``below`` times the median
    of their domain.
    """
    need(snapshot, "pages", "depth")
    site = site_of(snapshot, scope)
    links = site.inner.where(site.followed(site.inner))
    kept = (site.depth(site.alive) > 0) & (site.web.nodes.base[site.alive] > 0)
    kept &= site.is_read[site.alive]
    n_links, brought = _count(site, links)[kept], _sum(site, links, links.carried)[kept]
    pages = site.alive[kept]
    median = medians(snapshot.domain_of(pages), brought)
    is_weak = (brought < below * median) & (n_links > 0)
    pages, n_links = pages[is_weak], n_links[is_weak]
    brought, median = brought[is_weak], median[is_weak]
    stake, depth = median - brought, site.depth(pages)
    order = np.lexsort((-depth, -stake))
    makers: dict[str, Maker] = {
        "url": url(snapshot, pages),
        "title": fact(snapshot, "title", pages),
        "equity": fact(snapshot, "equity", pages),
        "depth": fact(snapshot, "depth", pages),
        "n_backlinks": fact(snapshot, "n_backlinks", pages),
        "why": lambda r: pa.array(_why(n_links[r], depth[r], brought[r] / median[r]), pa.string()),
        "severity": lambda rows: pa.array([MINOR] * len(pages[rows]), pa.string()),
        "repair": lambda rows: pa.array([WEAK_REPAIR] * len(pages[rows]), pa.string()),
        **given(
            n_links=n_links.astype(np.uint32), brought=brought, of_median=brought / median,
            stake=stake,
        ),
        **where(snapshot, _strongest_to(site, links, pages)),
    }  # fmt: skip
    frame = Frame(len(pages), makers, nbytes=pages.nbytes * 12)
    return with_slow(frame, partial(supports, site, pages, order), each)


def medians(groups: NDArray[Any], values: F64) -> F64:
    """For each value the median of its group."""
    order = np.lexsort((values, groups))
    _, at, counts = np.unique(groups, return_inverse=True, return_counts=True)
    starts = np.cumsum(counts) - counts
    ranked = values[order]
    low, high = ranked[starts + (counts - 1) // 2], ranked[starts + counts // 2]
    return np.asarray(((low + high) / 2)[at])


def _why(n_links: F64, depth: Ids, share: F64) -> list[str]:
    return [
        f"{'1 followed internal link' if n == 1 else f'{n:,.0f} followed internal links'},"
        f" {'1 click' if clicks == 1 else f'{clicks} clicks'} from a home page:"
        f" {part:.0%} of the median page's support"
        for n, clicks, part in zip(n_links.tolist(), depth.tolist(), share.tolist(), strict=True)
    ]


def hubs(snapshot: Snapshot, scope: Scope) -> Frame:
    """A frame of living pages with what they get and give."""
    site = site_of(snapshot, scope)
    pages, web = site.alive, site.web
    links = site.standing.where(web.nodes.is_node[site.standing.source])
    at, n = places(pages, links.source), len(pages)
    is_alive = web.nodes.is_node[links.lands]
    is_near = is_alive & (snapshot.domain_of(links.lands) == snapshot.domain_of(links.source))
    is_near &= links.lands != links.source
    sums = [np.bincount(at[f], links.carried[f], n) for f in (is_near, is_alive & ~is_near)]
    held = web.equity[pages]
    total = held.sum()
    makers: dict[str, Maker] = {
        "url": url(snapshot, pages),
        **{name: fact(snapshot, name, pages) for name in ("title", "rating", "depth",
                                                          "n_backlinks")},
        **given(
            equity=held,
            share=held / total if total else held,
            brought=_sum(site, site.inner, site.inner.carried),
            from_outside=_from_outside(site),
            gives=sums[0],
            leaves=sums[1],
            lost=np.bincount(at, links.taken - links.carried, n),
            n_links=np.bincount(at[is_near], minlength=n).astype(np.uint32),
            n_fed=distinct(at[is_near], links.lands[is_near], n),
        ),
    }  # fmt: skip
    remark = (
        f"{n:,} living pages hold {total:.6g} page-equivalents and hand"
        f" {sums[0].sum():.6g} to other pages of their domain."
    )
    return Frame(n, makers, remarks=(remark,) if n else (), nbytes=pages.nbytes * 10)


def _from_outside(site: Site) -> F64:
    web = site.web
    links = site.links(web.rows_to(np.flatnonzero(site.is_inside[web.nodes.lands])))
    is_far = site.snapshot.domain_of(links.source) != site.snapshot.domain_of(links.lands)
    links = links.where(is_far & web.nodes.is_node[links.lands])
    return _sum(site, links, links.carried)


def by_depth(snapshot: Snapshot, scope: Scope) -> Frame:
    """A frame of one row for each number of clicks; pages out of reach last."""
    need(snapshot, "pages", "depth", "n_backlinks")
    site = site_of(snapshot, scope)
    pages = site.alive
    depth = site.depth(pages)
    levels, at = np.unique(np.where(depth < 0, np.iinfo(np.int64).max, depth), return_inverse=True)
    columns: dict[str, Any] = {
        "depth": pa.array(levels % (1 << 16), pa.uint16(), mask=levels >= 1 << 16),
        **grouped(site, at, len(levels)),
    }
    return of_table(pa.table(columns))


def grouped(site: Site, at: Ids, n: int) -> dict[str, Any]:
    """Columns on living pages of a scope by their group ``at``, one of ``n``."""
    snapshot, pages = site.snapshot, site.alive
    held = site.web.equity[pages]

    def total(values: NDArray[Any]) -> F64:
        return np.asarray(np.bincount(at, values, n), np.float64)

    counts, sums = np.bincount(at, minlength=n), total(held)
    return {
        "pages": pa.array(counts, pa.uint32()),
        "n_read": _whole(total(site.is_read[pages])),
        "n_indexable": _whole(total(site.web.nodes.base[pages] * site.is_read[pages])),
        "equity": pa.array(sums),
        "share": pa.array(sums / max(held.sum(), np.finfo(float).tiny)),
        "mean_equity": pa.array(sums / counts),
        "n_links": _whole(total(_count(site, site.inner))),
        "n_backlinks": _whole(total(np.asarray(snapshot.array("pages", "n_backlinks")[pages]))),
        "url": snapshot.url_array(pages[strongest(at, held, n)]),
    }


def _whole(values: F64) -> pa.Array:
    return pa.array(values.astype(np.uint32), pa.uint32())


def _count(site: Site, links: Links) -> F64:
    return _sum(site, links, np.ones(len(links.rows)))


def _sum(site: Site, links: Links, values: F64) -> F64:
    """What links bring each living page of the scope."""
    at = places(site.alive, links.lands)
    return np.asarray(np.bincount(at, values, len(site.alive)), np.float64)


def _strongest_to(site: Site, links: Links, pages: Ids) -> Ids:
    """The row of the strongest of some links to each page."""
    wanted: Bools = np.zeros(site.snapshot.n_pages, np.bool_)
    wanted[pages] = True
    links = links.where(wanted[links.lands])
    best = strongest(places(pages, links.lands), links.carried, len(pages))
    return np.where(best == NONE, NONE, links.rows[best] if len(links.rows) else NONE)
