"""Rows about the sections of a site: what each holds, and what flows between them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkshed.report.answers.site import Ids, Site, site_of
from linkshed.report.answers.structure import grouped
from linkshed.report.columns import need
from linkshed.report.frame import Frame, of_table
from linkshed.snapshot.distinct import numbered
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

OUTSIDE = "outside"


def sections(snapshot: Snapshot, scope: Scope, folders: int) -> Frame:
    """A frame of one row for each section with a living page."""
    need(snapshot, "pages", "n_backlinks")
    site = site_of(snapshot, scope)
    names, at = _sections(site, folders)
    columns = {"section": pa.array(names, pa.string()), **grouped(site, at, len(names))}
    return of_table(pa.table(columns))


def flows(snapshot: Snapshot, scope: Scope, folders: int) -> Frame:
    """A frame of one row for each pair of sections with a link that carries equity; the rest of
    the web is one section.
    """
    site = site_of(snapshot, scope)
    names, at = _sections(site, folders)
    n = len(names) + 1
    of_page = np.full(snapshot.n_pages, len(names), np.int64)
    of_page[site.alive] = at
    links = site.links(_touching(site))
    pairs = of_page[links.source] * n + of_page[links.lands]
    carries = (links.carried > 0) & (pairs != n * n - 1) & (links.source != links.lands)
    found, group = numbered(pairs[carries])
    told = np.array([*names, OUTSIDE], object)
    whole = max(float(links.carried[carries].sum()), np.finfo(float).tiny)
    sums = np.bincount(group, links.carried[carries], len(found))
    columns = {
        "from_section": pa.array(told[found // n], pa.string()),
        "to_section": pa.array(told[found % n], pa.string()),
        "links": pa.array(np.bincount(group, minlength=len(found)), pa.uint32()),
        "equity": pa.array(sums, pa.float64()),
        "share": pa.array(sums / whole, pa.float64()),
    }
    return of_table(pa.table(columns))


def _sections(site: Site, folders: int) -> tuple[list[str], Ids]:
    """The names of sections, in their order, and the section of each living page."""
    found = section_of(site.snapshot.url_array(site.alive), folders).dictionary_encode()
    known = found.dictionary.to_pylist()
    names = sorted(known)
    place = {name: n for n, name in enumerate(names)}
    return names, np.array([place[name] for name in known], np.int64)[found.indices.to_numpy()]


def section_of(urls: pa.StringArray, folders: int) -> pa.StringArray:
    """The host and the first folders of each address."""
    pattern = f"^[^:]*://(?P<section>[^/?]*/(?:[^/?]*/){{0,{folders}}})"
    return pc.struct_field(pc.extract_regex(urls, pattern), 0)


def _touching(site: Site) -> Ids:
    """Rows of links from or to living pages of the scope, or to such as hand on to these."""
    web = site.web
    is_end = (site.is_inside & web.nodes.is_node)[web.nodes.lands]
    into, onward = web.rows_to(np.flatnonzero(is_end)), web.rows_from(site.alive)
    others = onward[~is_end[web.column("target", onward)]]
    return np.sort(np.concatenate([into, others]), kind="stable")
