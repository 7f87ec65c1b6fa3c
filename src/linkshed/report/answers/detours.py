"""The rows of a redirect report: pages that hand their links on, and what becomes of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.report.answers.finding import (
    CRITICAL,
    MAJOR,
    MINOR,
    NONE,
    fact,
    given,
    hops_told,
    severities,
    url,
    where,
    words,
)
from linkshed.report.answers.mended import most_at_stake, repaired
from linkshed.report.answers.onward import way
from linkshed.report.answers.site import F64, Ids, Links, Site, site_of, strongest
from linkshed.report.frame import Frame, Maker
from linkshed.schema import Canonical, Resolution
from linkshed.simulate.waste import BROKEN, REFUSED
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

KINDS = (
    "redirect", "refresh", "chain", "canonical", "loop", "too many hops", "dead end",
    "refused canonical",
)  # fmt: skip
REDIRECT, REFRESH, CHAIN, CANONICAL, LOOP, TOO_MANY, DEAD_END, CONFLICT = range(len(KINDS))
LOST = (LOOP, TOO_MANY, DEAD_END)
LOSSLESS = (REDIRECT, REFRESH, CHAIN, CANONICAL)
SEVERITIES = (MINOR, MINOR, MINOR, MINOR, CRITICAL, CRITICAL, CRITICAL, MAJOR)
WHY = (
    "each link to it costs readers and crawlers a detour, and breaks when the redirect goes",
    "a page that sends readers on is slower than a redirect, and some crawlers do not follow it",
    "crawlers give up after a few hops; every hop is a detour and one more thing that can break",
    "links to a page that names another as the one to keep: search engines may or may not merge",
    "the redirects come back after {hops}: what is linked here reaches no page",
    "{hops} in a row, more than ten: what is linked here reaches no page",
    "the redirect ends at a dead page: what is linked here is lost",
    "",
)
REPAIRS = (
    "link to the end of the redirect",
    "redirect with a status of 301, and link to the end",
    "redirect to the end at once, and link to it",
    "link to the canonical page",
    "let the page answer by itself",
    "redirect to the end at once",
    "bring the page back, or redirect to a living page",
    "name a living, indexable page of the same text, or redirect there",
)
CONFLICTS = {
    Canonical.TARGET_NOT_ALIVE: "the page it names as canonical is dead",
    Canonical.TARGET_NOT_INDEXABLE: "the page it names as canonical may not be indexed",
    Canonical.TARGET_CANONICALISED: "the page it names as canonical names yet another",
    Canonical.DISSIMILAR: "the page it names as canonical has another text",
    Canonical.TARGET_UNKNOWN: "the page it names as canonical was never read",
    Canonical.SEVERAL: "it names several different pages as canonical",
    Canonical.MALFORMED: "its canonical is no address",
}


def detours(snapshot: Snapshot, scope: Scope, each: int, *, into: bool) -> Frame:
    """A frame of pages that redirect or whose canonical counts or is refused; ``into``: of those
    anywhere that hand on to the scope.
    """
    site = site_of(snapshot, scope)
    pages, kind = _pages(site, _into(site) if into else site.pages)
    links = site.links(site.web.rows_to(pages))
    at = np.searchsorted(pages, links.target)
    is_near = snapshot.domain_of(links.source) == snapshot.domain_of(links.target)
    counts = [np.bincount(at[flags], minlength=len(pages)) for flags in (is_near, ~is_near)]
    stake = _stake(site, pages, kind, links, at)
    kept = (counts[0] + counts[1] > 0) | (kind == CONFLICT) | into
    best = strongest(at, links.taken, len(pages))[kept]
    pages, kind, stake, near, far = (v[kept] for v in (pages, kind, stake, *counts))
    shown = np.where(best == NONE, NONE, links.rows[best] if len(links.rows) else NONE)
    conflict = np.asarray(snapshot.array("resolution", "canonical")[pages])
    makers: dict[str, Maker] = {
        "severity": severities(SEVERITIES, kind),
        "kind": words(KINDS, kind),
        "url": url(snapshot, pages),
        "ends_at": url(snapshot, _ends(site, pages, kind)),
        "hops": fact(snapshot, "n_hops", pages, "resolution"),
        "chain": lambda rows: pa.array(_chains(snapshot, pages[rows]), pa.string()),
        "why": _why(snapshot, pages, np.where(kind == CONFLICT, len(WHY) + conflict, kind)),
        "repair": words(REPAIRS, kind),
        **given(
            n_links=near.astype(np.uint32),
            n_backlinks=far.astype(np.uint32),
            stake=stake,
            gain=_gains(site, scope, pages, kind, stake, each),
        ),
        **where(snapshot, shown),
    }
    return Frame(len(pages), makers, nbytes=pages.nbytes * 12)


def _why(snapshot: Snapshot, pages: Ids, number: Ids) -> Maker:
    texts, hops = (*WHY, *_conflicts()), snapshot.array("resolution", "n_hops")[pages]

    def make(rows: Any) -> pa.Array:
        told = zip(number[rows].tolist(), hops[rows].tolist(), strict=True)
        return pa.array([texts[n].format(hops=hops_told(hop)) for n, hop in told], pa.string())

    return make


def _conflicts() -> list[str]:
    return [CONFLICTS.get(Canonical(n), "") for n in range(max(Canonical) + 1)]


def _into(site: Site) -> Ids:
    """Pages anywhere whose links arrive at another page, which lies in the scope."""
    lands = site.web.nodes.lands
    return np.flatnonzero(site.is_inside[lands] & (lands != np.arange(len(lands))))


def _pages(site: Site, pages: Ids) -> tuple[Ids, Ids]:
    """Which of some pages hand on or fail to, and their kind."""
    of = site.snapshot.array
    names = ("resolution", "next", "n_hops", "canonical")
    how, onward, n_hops, canonical = (np.asarray(of("resolution", n)[pages]) for n in names)
    moves = np.isin(how, (Resolution.REDIRECT, Resolution.REFRESH))
    refused = np.isin(canonical, (*REFUSED, Canonical.SEVERAL, Canonical.MALFORMED))
    cases = {
        LOOP: how == Resolution.LOOP,
        TOO_MANY: how == Resolution.TOO_MANY_HOPS,
        DEAD_END: (how == Resolution.DEAD) & (onward != pages),
        CHAIN: moves & (n_hops > 1),
        REDIRECT: how == Resolution.REDIRECT,
        REFRESH: how == Resolution.REFRESH,
        CANONICAL: how == Resolution.CANONICAL,
        CONFLICT: refused & (how == Resolution.SELF),
    }
    kind = np.select(list(cases.values()), list(cases), NONE)
    return pages[kind != NONE], kind[kind != NONE]


def _stake(site: Site, pages: Ids, kind: Ids, links: Links, at: Ids) -> F64:
    """What goes through each page, what is lost there, or what it holds in spite of itself."""
    lost, carried = (
        np.bincount(at, weights=values, minlength=len(pages))
        for values in (site.lost(links), links.carried)
    )
    through = np.where(np.isin(kind, LOST), lost, carried)
    return np.where(kind == CONFLICT, site.web.equity[pages], through)


def _ends(site: Site, pages: Ids, kind: Ids) -> Ids:
    """The last page of each way; the page a refused canonical names; NONE when it is lost."""
    ends = site.web.nodes.lands[pages].astype(np.int64)
    ends = np.where(kind == CONFLICT, site.web.said.canonical_to[pages], ends)
    return np.where(np.isin(kind, LOST), NONE, ends)


def _chains(snapshot: Snapshot, pages: NDArray[Any]) -> list[str]:
    """Every way, hop by hop, up to its end or to where it comes back."""
    onward = snapshot.array("resolution", "next")
    found = [way(onward, int(page), lambda _: False) for page in pages]
    return [" -> ".join(snapshot.urls(pages_)) for pages_ in found]


def _gains(site: Site, scope: Scope, pages: Ids, kind: Ids, stake: F64, each: int) -> F64:
    """What the scope gains by each repair: nothing where the model hands on in full, computed for
    the ``each`` largest of the others.
    """
    is_lossless = np.isin(kind, LOSSLESS)
    lossy = most_at_stake(np.flatnonzero(~is_lossless), stake, each)
    gains = repaired(site, scope, (BROKEN, "canonical split"), pages, lossy)
    gains[is_lossless] = 0.0
    return gains
