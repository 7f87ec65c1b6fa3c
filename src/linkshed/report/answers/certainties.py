"""The rows of a certainty report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from linkshed.errors import NotFoundError
from linkshed.report.frame import Frame, of_table
from linkshed.simulate.abreast import abreast
from linkshed.simulate.certainty import NOT_A_PROMISE, at_most, unread_pages, verdicts
from linkshed.simulate.robust import points
from linkshed.simulate.shed import pages_with_equity, site_of
from linkshed.simulate.web import Ids, Web, web_of
from linkshed.snapshot.haste import begun
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

_KINDS = {
    "url": pa.string(), "profile": pa.string(), "equity": pa.float64(), "rating": pa.float64(),
    "rank": pa.uint32(), "rank_in_domain": pa.uint32(), "at_most_site": pa.float64(),
    "at_most": pa.float64(), "published": pa.bool_(),
}  # fmt: skip
Line = tuple[Any, ...]


def certainties(snapshot: Snapshot, scope: Scope, most: int) -> Frame:
    """A frame of verdicts: page by page, the published profile first."""
    web = web_of(snapshot)
    try:
        pages = pages_with_equity(web, scope)
    except NotFoundError as error:
        return of_table(_table([]), remarks=(str(error),))
    pages = pages[np.argsort(-web.equity[pages], kind="stable")][:most]
    unread = unread_pages(web)
    begun(lambda: _frame(web, pages))
    found = abreast(lambda page: _bounds(web, page, unread), pages.tolist())
    bounds = dict(zip(pages.tolist(), found, strict=True))
    frame = _frame(web, pages, bounds)
    read = 1 - len(unread) / max(int(web.nodes.is_node.sum()), 1)
    coverage = (
        f"{len(unread):,} known pages were never read ({read:.0%} were); published equity counts"
        " none of their links, so it is the least a page holds."
    )
    return replace(frame, remarks=(coverage, NOT_A_PROMISE))


def _frame(web: Web, pages: Ids, bounds: Mapping[int, list[float]] | None = None) -> Frame:
    """A line for each page and profile; without bounds for the published profile alone."""
    urls = dict(zip(pages.tolist(), web.snapshot.urls(pages), strict=True))
    lines: list[Line] = []
    for verdict in verdicts(web, pages, published_alone=bounds is None):
        is_published = verdict.profile == web.profile.name
        ends = bounds[verdict.page] if bounds and is_published else (None, None)
        facts = (verdict.equity, verdict.rating, verdict.rank, verdict.rank_in_domain)
        lines.append((urls[verdict.page], verdict.profile, *facts, *ends, is_published))
    place = {urls[page]: n for n, page in enumerate(pages.tolist())}
    lines.sort(key=lambda line: (place[line[0]], not line[-1]))
    return of_table(_table(lines))


def _bounds(web: Web, page: int, unread: Ids) -> list[float]:
    """The rating at most, by unread pages of its domain and by all."""
    others = unread[unread != page]
    site = others[np.isin(others, site_of(web, np.array([page])))]
    return [float(points(held)) for held in at_most(web, page, site, others)]


def _table(lines: list[Line]) -> pa.Table:
    columns = list(zip(*lines, strict=True)) or [()] * len(_KINDS)
    arrays = [pa.array(c, kind) for c, kind in zip(columns, _KINDS.values(), strict=True)]
    return pa.table(arrays, names=list(_KINDS))
