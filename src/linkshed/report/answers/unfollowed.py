"""The rows of a report on internal links that hand nothing on: nofollow, or on noindex pages."""

from __future__ import annotations

from functools import partial

import numpy as np

from linkshed.report.answers.finding import MAJOR, MINOR, NONE, given, severities, url, where, words
from linkshed.report.answers.site import F64, Bools, Ids, Links, Site, site_of, strongest
from linkshed.report.answers.slow import with_slow
from linkshed.report.followed import UNFOLLOWED
from linkshed.report.frame import Frame, Maker
from linkshed.schema import Indexability
from linkshed.simulate.abreast import abreast
from linkshed.simulate.plan import Plan
from linkshed.simulate.whatif import gain_of
from linkshed.snapshot.distinct import places
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

MOST_LINKS = 10_000  # of one page, of which a gain is computed
KINDS = ("nofollow links only", "nofollow and followed links", "links from noindex pages only")
ALL_NOFOLLOW, SOME_NOFOLLOW, NOINDEX = range(len(KINDS))
SEVERITIES = (MAJOR, MINOR, MAJOR)
WHY = (
    "no internal link hands it anything: a page the site itself does not vouch for",
    "the site vouches for it on some pages and not on others; the nofollow links hand nothing on",
    "only pages that may not be indexed link to it: search engines read those ever less",
)
REPAIRS = (
    "follow the links, or take them away",
    "follow the nofollow links, too",
    "link to it on a page that may be indexed",
)
KEPT = (Indexability.INDEXABLE, Indexability.UNKNOWN)


def unfollowed(snapshot: Snapshot, scope: Scope, each: int) -> Frame:
    """A frame of living pages by what is wrong with the internal links to them."""
    site = site_of(snapshot, scope)
    links = site.inner
    at = places(site.alive, links.lands)
    follows = site.followed(links)
    is_good = follows & np.isin(site.final(links.source), KEPT)
    n, n_followed, n_good = (_count(site, at, flags) for flags in (at >= 0, follows, is_good))
    conditions = [(n > 0) & (n_followed == 0), (n_followed > 0) & (n_good == 0), n_followed < n]
    kind = np.select(conditions, [ALL_NOFOLLOW, NOINDEX, SOME_NOFOLLOW], NONE)
    is_bad = np.where(kind[at] == NOINDEX, ~is_good, ~follows)
    kept = kind != NONE
    number = np.cumsum(kept) - 1
    chosen = kept[at] & is_bad
    of, bad = number[at[chosen]], links.where(chosen)
    lost: F64 = np.bincount(of, bad.taken - bad.carried, int(kept.sum())).astype(np.float64)
    best = strongest(of, bad.taken, int(kept.sum()))
    pages, kind = site.alive[kept], kind[kept]
    makers: dict[str, Maker] = {
        "severity": severities(SEVERITIES, kind),
        "kind": words(KINDS, kind),
        "url": url(snapshot, pages),
        "why": words(WHY, kind),
        "repair": words(REPAIRS, kind),
        **given(
            n_links=n[kept].astype(np.uint32),
            n_bad=np.bincount(of, minlength=len(pages)).astype(np.uint32),
            equity=site.web.equity[pages],
            stake=lost,
        ),
        **where(snapshot, np.where(best == NONE, NONE, bad.rows[best]) if len(pages) else pages),
    }
    frame = Frame(len(pages), makers, nbytes=pages.nbytes * 12)
    gains = partial(_gains, site, pages, kind, of, bad, lost)
    return with_slow(frame, lambda each: given(gain=gains(each)), each)


def _count(site: Site, at: Ids, flags: Bools) -> Ids:
    return np.bincount(at[flags], minlength=len(site.alive))


def _gains(
    site: Site, pages: Ids, kind: Ids, of: Ids, bad: Links, lost: F64, each: int
) -> F64:  # fmt: skip
    """What a page gains once its links are followed, for the ``each`` that lose most."""
    gains = np.full(len(pages), np.nan)
    tried = np.flatnonzero(kind != NOINDEX)
    first = tried[np.argsort(-lost[tried], kind="stable")][:each]
    gains[first] = abreast(
        lambda row: _followed(site, bad.rows[of == row], int(pages[row])), first.tolist()
    )
    return gains


def _followed(site: Site, rows: Ids, page: int) -> float:
    if len(rows) > MOST_LINKS:
        return np.nan
    rel = site.web.column("rel", rows).astype(np.int64) & ~UNFOLLOWED
    values: dict[int, dict[str, int | float]] = {
        row: {"rel": said} for row, said in zip(rows.tolist(), rel.tolist(), strict=True)
    }
    return gain_of(site.web, Plan(site.web.nodes, set=values), page)
