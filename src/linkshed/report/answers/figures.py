"""Figures of one site, by what they are counted from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.errors import NotFoundError
from linkshed.report.answers.within import within
from linkshed.report.columns import incoming, outgoing, page_rows, redirecting, to_dead
from linkshed.report.followed import is_followed, is_told
from linkshed.report.frame import ALL
from linkshed.report.grouped import anchor_frame
from linkshed.report.order import n_distinct
from linkshed.schema import Placement
from linkshed.simulate.robust import Without, points
from linkshed.simulate.web import web_of
from linkshed.snapshot.distinct import distinct_of
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.domain import registrable_domain
from linkshed.urls.key import host_of_key
from linkshed.urls.scope import Interval, Scope

Figures = dict[str, Any]
LARGEST = 3


def _strength(snapshot: Snapshot, scope: Scope) -> Figures:
    pages = page_rows(snapshot, scope)
    rating, equity = (_floats(snapshot, "pages", name, pages) for name in ("rating", "equity"))
    is_held = ~np.isnan(equity)
    read = ~np.ma.getmaskarray(snapshot.array("pages", "status")[pages])
    return {
        "pages": len(pages),
        "read_pages": int(read.sum()),
        "best_page_rating": float(rating[is_held].max()) if is_held.any() else None,
        "equity": float(equity[is_held].sum()) if is_held.any() else None,
        **_of_name(snapshot, scope),
    }


def _of_name(snapshot: Snapshot, scope: Scope) -> Figures:
    """Of the domain and of the page that bear the site's name; of all pages: of none."""
    labels, _, tail = scope.intervals[0].lo.partition(")")
    key = f"{labels}){tail or '/'}"
    named = Scope(scope.text, "url", (Interval(key, key + "!", scope.intervals[0].scheme),))
    ratings = _floats(snapshot, "pages", "rating", page_rows(snapshot, named))
    known = ratings[~np.isnan(ratings)]
    found: Figures = {"page_rating": float(known.max()) if len(known) else None}
    domain = snapshot.domain_id(registrable_domain(host_of_key(labels))) if labels else None
    if domain is None:
        return found | {"domain_rating": None, "rank": None}
    row = snapshot.take("domains", ["rating", "rank"], np.array([domain])).to_pylist()[0]
    return found | {"domain_rating": row["rating"], "rank": row["rank"]}


def _links(snapshot: Snapshot, scope: Scope) -> Figures:
    rows = incoming(snapshot, scope)
    source, placement = (snapshot.array("links", n)[rows] for n in ("source", "placement"))
    domain, told = snapshot.domain_of(source), is_told(snapshot, rows)
    followed = told & is_followed(snapshot, rows)
    equity = np.nan_to_num(_floats(snapshot, "links", "equity", rows))
    n, n_told, n_followed = len(rows), int(told.sum()), int(followed.sum())
    n_domains, n_strong = n_distinct(domain[told]), n_distinct(domain[followed])
    by_domain = np.sort(np.bincount(domain, equity)) if n else np.zeros(1)
    whole = float(equity.sum())
    places = np.bincount(placement, minlength=len(Placement))
    order = np.argsort(-places, kind="stable")
    return {
        "backlinks": n,
        "followed_links": _known(n_followed, n_told, n),
        "unfollowed_links": _known(n_told - n_followed, n_told, n),
        "followed_share": _share(n_followed, n_told),
        "content_share": _share(int(places[Placement.CONTENT]), n),
        "placements": [f"{Placement(k).name.lower()} {places[k]}" for k in order if places[k]],
        "dead_links": int(to_dead(snapshot, rows).sum()),
        "refpages": len(distinct_of(source)),
        "refdomains": n_distinct(domain),
        "followed_refdomains": _known(n_strong, n_told, n),
        "unfollowed_refdomains": _known(n_domains - n_strong, n_told, n),
        "equity_from_outside": whole,
        "largest_share": _share(float(by_domain[-LARGEST:].sum()), whole),
    }


def _anchors(snapshot: Snapshot, scope: Scope) -> Figures:
    rows = incoming(snapshot, scope)
    found = anchor_frame(snapshot, rows)
    if not found.n:
        return {"anchors": 0, "top_anchor": None, "top_anchor_share": None}
    table = found.table(["anchor", "refdomains", "links"], ALL)
    counts = [np.asarray(table[name]).astype(np.int64) for name in ("refdomains", "links")]
    best = int(np.lexsort((-counts[1], -counts[0]))[0])
    share = _share(int(counts[1][best]), len(rows))
    return {
        "anchors": found.n,
        "top_anchor": table["anchor"][best].as_py(),
        "top_anchor_share": share,
    }


def _outgoing(snapshot: Snapshot, scope: Scope) -> Figures:
    rows = outgoing(snapshot, scope)
    domain = snapshot.domain_of(snapshot.array("links", "target")[rows])
    told = is_told(snapshot, rows)
    followed, n_told = told & is_followed(snapshot, rows), int(told.sum())
    return {
        "outgoing_links": len(rows),
        "followed_outgoing_links": _known(int(followed.sum()), n_told, len(rows)),
        "linked_domains": n_distinct(domain),
        "followed_linked_domains": _known(n_distinct(domain[followed]), n_told, len(rows)),
    }


def _known(count: int, n_told: int, n: int) -> int | None:
    """A count of followed links, or null where of ``n`` links an input tells of none."""
    return count if n_told or not n else None


def _inside(snapshot: Snapshot, scope: Scope) -> Figures:
    return {"internal_links": len(within(snapshot, scope, "in"))}


def _redirects(snapshot: Snapshot, scope: Scope) -> Figures:
    return {"redirects": len(redirecting(snapshot, scope))}


def _robust(snapshot: Snapshot, scope: Scope) -> Figures:
    try:
        without = Without(web_of(snapshot), scope)
        shed, loss = without.shed, without.largest(LARGEST)
    except NotFoundError:
        return {"site_rating": None, "robust_rating": None}
    left = shed.equity if loss is None else loss.equity
    return {"site_rating": float(points(shed.equity)), "robust_rating": float(points(left))}


def _floats(snapshot: Snapshot, table: str, name: str, rows: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(snapshot.array(table, name)[rows], np.float64)


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


GROUPS: dict[Callable[[Snapshot, Scope], Figures], tuple[str, ...]] = {
    _strength: ("pages", "read_pages", "best_page_rating", "equity", "page_rating",
                "domain_rating", "rank"),
    _links: ("backlinks", "followed_links", "unfollowed_links", "followed_share", "content_share",
             "placements", "dead_links", "refpages", "refdomains", "followed_refdomains",
             "unfollowed_refdomains", "equity_from_outside", "largest_share"),
    _anchors: ("anchors", "top_anchor", "top_anchor_share"),
    _outgoing: ("outgoing_links", "followed_outgoing_links", "linked_domains",
                "followed_linked_domains"),
    _inside: ("internal_links",),
    _redirects: ("redirects",),
    _robust: ("site_rating", "robust_rating"),
}  # fmt: skip
"""What makes figures, and which; each group is counted at once, when one of them is asked for."""
