"""The linkshed of pages: every base and every backlink whose equity drains into them.

For targets T within their own site S (the domains they lie on):

    h    = 1_T + d P_SS h                 visits to T that one reader at a page of S still makes
    E_T  = sum over k in S of (1-d) b_k h_k + sum over backlinks l into k in S of c_l h_k

``c_l`` is what a link from outside S carries. With every path inside the site in h, the split is
exact and complete; ``residual`` is E_T minus its sum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linkshed.errors import NotFoundError
from linkshed.graph.border import entering, inner_rows
from linkshed.graph.csr import F64, InLinks
from linkshed.graph.walk import solve
from linkshed.simulate.web import Ids, Web
from linkshed.snapshot.distinct import distinct_of
from linkshed.urls.scope import Scope

TOLERANCE = 1e-13


@dataclass(frozen=True)
class Shed:
    """``site`` are the pages of S that hold equity; ``reach`` is h and ``base`` (1-d) b h of each.

    ``rows`` are the backlinks that carry something: what each ``carried``, the page it ``enters``
    and what of it is ``paid`` to the targets. ``equity`` is E_T.
    """

    targets: Ids
    site: Ids
    reach: F64
    base: F64
    rows: Ids
    enters: Ids
    carried: F64
    paid: F64
    equity: float

    @property
    def residual(self) -> float:
        """What the split leaves unexplained."""
        return self.equity - float(self.base.sum()) - float(self.paid.sum())


def shed_of(web: Web, scope: Scope) -> Shed:
    """The linkshed of all pages of a scope together. Raises NotFoundError when none has equity."""
    targets = pages_with_equity(web, scope)
    site = site_of(web, targets)
    reach = _reach(web, site, targets)
    rows, enters, carried = _entering(web, site)
    return Shed(
        targets=targets,
        site=site,
        reach=reach,
        base=(1 - web.damping) * web.nodes.base[site] * reach,
        rows=rows,
        enters=enters,
        carried=carried,
        paid=carried * reach[np.searchsorted(site, enters)],
        equity=float(web.equity[targets].sum()),
    )


def pages_with_equity(web: Web, scope: Scope) -> Ids:
    """The pages of a scope that hold equity of their own. Raises NotFoundError without any."""
    ranges = web.snapshot.pages_of(scope)
    pages = np.concatenate([np.empty(0, np.int64), *(np.arange(lo, hi) for lo, hi in ranges)])
    found = pages[web.nodes.is_node[pages]]
    if not len(found):
        fault = "no page is known" if not len(pages) else "none of its pages holds equity"
        raise NotFoundError(
            f"scope {scope.text!r}: {fault}",
            allowed="a scope with a living page",
            repair=f"see what is known: linkshed pages '{scope.text}'",
        )
    return np.asarray(found, np.int64)


def site_of(web: Web, pages: Ids) -> Ids:
    """All pages that hold equity on the domains of some pages."""
    snapshot = web.snapshot
    domains = distinct_of(snapshot.domain_of(pages))
    bounds = (snapshot.array("domains", name)[domains].tolist() for name in ("page_lo", "page_hi"))
    site = np.concatenate([np.arange(lo, hi) for lo, hi in zip(*bounds, strict=True)])
    return np.asarray(site[web.nodes.is_node[site]], np.int64)


def inner_links(web: Web, site: Ids) -> InLinks:
    """d P_SS by source: row i holds the shares page ``site[i]`` hands to pages of the site."""
    out = web.out_links
    return inner_rows(out.offsets, out.targets, out.amounts, site, web.scale)


def _reach(web: Web, site: Ids, targets: Ids) -> F64:
    goal = np.zeros(len(site))
    goal[np.searchsorted(site, targets)] = 1.0
    found = solve(
        inner_links(web, site),
        goal,
        np.ones(len(site)),
        damping=web.damping,
        tolerance=TOLERANCE,
        page_tolerance=TOLERANCE,
    )
    return found.values


def _entering(web: Web, site: Ids) -> tuple[Ids, Ids, F64]:
    """Links from outside that carry something into the site: rows, entered pages, amounts."""
    is_site = np.zeros(web.n_pages, np.bool_)
    is_site[site] = True
    pages = np.flatnonzero(is_site[web.nodes.lands] & ~web.nodes.is_dead)
    of = web.snapshot.array
    links = of("links", "source"), of("links", "weight"), of("links", "passes")
    held = web.equity, web.scale
    rows, ends, carried = entering(of("in_offsets", "in_offset"), *links, held, is_site, pages)
    return rows, web.nodes.lands[ends].astype(np.int64), carried
