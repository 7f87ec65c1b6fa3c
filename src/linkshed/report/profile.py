"""The figures of an overview."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.report import columns
from linkshed.report.followed import is_followed, is_told
from linkshed.report.grouped import anchor_frame
from linkshed.schema import Indexability, Placement
from linkshed.snapshot.distinct import distinct_of
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

N_TOP = 10
UNTOLD = "backlinks, rel unknown"
_BUCKETS = (0, 1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 101)
Line = tuple[str, str, float | None, float | None]


def profile(snapshot: Snapshot, scope: Scope) -> pa.Table:
    """Lines of (section, name, value, share of the section)."""
    columns.need(snapshot, "pages", "rating", "equity", "depth")
    columns.need(snapshot, "domains", "rating", "rank")
    columns.need(snapshot, "links", "equity")
    pages = columns.page_rows(snapshot, scope)
    links = columns.incoming(snapshot, scope)
    lines = [
        *_strength(snapshot, scope, pages),
        *_totals(snapshot, scope, links),
        *_coverage(snapshot, pages),
        *_domain_ratings(snapshot, links),
        *_placements(snapshot, links),
        *_top_anchors(snapshot, links),
        *_indexability(snapshot, pages),
        *_depths(snapshot, pages),
        *_top_pages(snapshot, pages),
    ]
    kinds = (pa.string(), pa.string(), pa.float64(), pa.float64())
    arrays = [pa.array(c, k) for c, k in zip(zip(*lines, strict=True), kinds, strict=True)]
    return pa.table(arrays, names=["section", "name", "value", "share"])


def strongest_domains(snapshot: Snapshot, n: int) -> list[dict[str, Any]]:
    """The domains of the highest rating: domain, rating, n_refdomains, n_pages."""
    columns.need(snapshot, "domains", "rating", "n_refdomains")
    rating = np.asarray(snapshot.array("domains", "rating"))
    best = np.argsort(-rating, kind="stable")[:n]
    names = ["domain", "rating", "n_refdomains", "page_lo", "page_hi"]
    rows: list[dict[str, Any]] = snapshot.take("domains", names, best).to_pylist()
    return [row | {"n_pages": row.pop("page_hi") - row.pop("page_lo")} for row in rows]


def _strength(snapshot: Snapshot, scope: Scope, pages: NDArray[Any]) -> list[Line]:
    domains = snapshot.domain_of(pages[:1]) if scope.mode == "domain" else pages[:0]
    lines: list[Line] = []
    for row in snapshot.take("domains", ["rating", "rank"], domains).to_pylist():
        rank = f"rank among {snapshot.n_domains:,} domains"
        lines.append(("strength", "domain rating", row["rating"], None))
        lines.append(("strength", rank, row["rank"], None))
    rating, equity = (_values(snapshot, name, pages) for name in ("rating", "equity"))
    is_held = ~np.isnan(equity)
    best = float(rating[is_held].max()) if is_held.any() else None
    held = float(equity[is_held].sum()) if is_held.any() else None
    lines.append(("strength", "best page rating", best, None))
    lines.append(("strength", "equity of all pages", held, None))
    return lines


def _values(snapshot: Snapshot, name: str, pages: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(snapshot.array("pages", name)[pages], np.float64)


def _totals(snapshot: Snapshot, scope: Scope, links: NDArray[Any]) -> list[Line]:
    n = len(links)
    source = snapshot.array("links", "source")[links]
    domain = snapshot.domain_of(source)
    told = is_told(snapshot, links)
    followed = told & is_followed(snapshot, links)
    n_told = int(told.sum())
    known = bool(n_told) or not n
    out = columns.outgoing(snapshot, scope)
    linked = snapshot.domain_of(snapshot.array("links", "target")[out])
    equity = float(np.nansum(np.asarray(snapshot.array("links", "equity")[links], np.float64)))
    return [
        ("links", "backlinks", n, None),
        ("links", "followed backlinks", int(followed.sum()) if known else None,
         _share(followed.sum(), n_told)),
        *[("links", UNTOLD, n - n_told, _share(n - n_told, n))] * (n_told < n),
        ("links", "backlinks to dead pages", *_part(columns.to_dead(snapshot, links))),
        ("links", "referring pages", len(distinct_of(source)), None),
        ("links", "referring domains", len(distinct_of(domain)), None),
        ("links", "referring domains, followed",
         len(distinct_of(domain[followed])) if known else None, None),
        ("links", "equity from outside", equity, None),
        ("links", "outgoing links", len(out), None),
        ("links", "linked domains", len(distinct_of(linked)), None),
    ]  # fmt: skip


def _share(part: Any, whole: int) -> float | None:
    return float(part) / whole if whole else None


def _part(flags: NDArray[np.bool_]) -> tuple[int, float | None]:
    return int(flags.sum()), _share(flags.sum(), len(flags))


def _coverage(snapshot: Snapshot, pages: NDArray[Any]) -> list[Line]:
    status = snapshot.array("pages", "status")[pages]
    read = ~np.ma.getmaskarray(status)
    return [
        ("coverage", "pages known", len(pages), None),
        ("coverage", "pages read", *_part(read)),
    ]


def _domain_ratings(snapshot: Snapshot, links: NDArray[Any]) -> list[Line]:
    ids = distinct_of(snapshot.domain_of(snapshot.array("links", "source")[links]))
    ratings = np.asarray(snapshot.array("domains", "rating"))[ids]
    counts, _ = np.histogram(ratings, _BUCKETS)
    names = [f"{lo} to under {hi}" for lo, hi in pairwise(_BUCKETS)]
    names[-1] = "90 to 100"
    return [
        ("referring domains by rating", name, int(n), _share(n, len(ids)))
        for name, n in zip(names[::-1], counts[::-1], strict=True)
        if n
    ]


def _placements(snapshot: Snapshot, links: NDArray[Any]) -> list[Line]:
    counts = np.bincount(snapshot.array("links", "placement")[links], minlength=len(Placement))
    return [
        ("backlinks by placement", Placement(i).name.lower(), int(counts[i]),
         _share(counts[i], len(links)))
        for i in np.argsort(-counts, kind="stable")
        if counts[i]
    ]  # fmt: skip


def _top_anchors(snapshot: Snapshot, links: NDArray[Any]) -> list[Line]:
    found = anchor_frame(snapshot, links)
    table = found.table(["anchor", "refdomains", "links"], np.arange(found.n))
    top = table.sort_by(
        [("links", "descending"), ("refdomains", "descending"), ("anchor", "ascending")]
    ).slice(0, N_TOP)
    return [
        ("top anchors, by links", row["anchor"] or "(no words)", row["links"],
         _share(row["links"], len(links)))
        for row in top.to_pylist()
    ]  # fmt: skip


def _indexability(snapshot: Snapshot, pages: NDArray[Any]) -> list[Line]:
    final = snapshot.array("resolution", "final_indexability")[pages]
    counts = np.bincount(final, minlength=len(Indexability))
    return [
        ("pages by indexability", Indexability(i).name.lower(), int(counts[i]),
         _share(counts[i], len(pages)))
        for i in np.argsort(-counts, kind="stable")
        if counts[i]
    ]  # fmt: skip


def _depths(snapshot: Snapshot, pages: NDArray[Any]) -> list[Line]:
    depth = snapshot.array("pages", "depth")[pages]
    known = ~np.ma.getmaskarray(depth)
    counts = np.bincount(np.ma.getdata(depth)[known])
    lines: list[Line] = [
        ("pages by depth", "1 click" if i == 1 else f"{i} clicks", int(n), _share(n, len(pages)))
        for i, n in enumerate(counts)
        if n
    ]
    n_unreached = int((~known).sum())
    if n_unreached:
        share = _share(n_unreached, len(pages))
        lines.append(("pages by depth", "not reached", n_unreached, share))
    return lines


def _top_pages(snapshot: Snapshot, pages: NDArray[Any]) -> list[Line]:
    equity = _values(snapshot, "equity", pages)
    order = np.argsort(np.where(np.isnan(equity), np.inf, -equity), kind="stable")[:N_TOP]
    order = order[~np.isnan(equity[order])]
    whole = float(np.nansum(equity))
    return [
        ("top pages, by equity", url, float(value), value / whole if whole else None)
        for url, value in zip(snapshot.urls(pages[order]), equity[order], strict=True)
    ]
