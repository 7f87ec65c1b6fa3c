"""The rows of an orphan report: pages no way of clicks leads to, and what is known of them."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.report.answers.finding import MAJOR, NONE, fact, given, severities, url, where, words
from linkshed.report.answers.site import F64, Bools, Ids, Site, site_of, strongest
from linkshed.report.answers.slow import with_slow
from linkshed.report.answers.supports import supports
from linkshed.report.columns import need
from linkshed.report.frame import Frame, Maker, labels
from linkshed.schema import STEPS, Indexability, KnownFrom, LinkKind
from linkshed.snapshot.distinct import places
from linkshed.snapshot.kinds import is_clickable
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

ORPHAN = "orphan"
VERDICTS = (ORPHAN, "inconclusive")
CAUSES = ("no internal link", "links from orphans only", "nofollow links only")
SEVERITIES = (MAJOR, MAJOR, MAJOR)
WHY = (
    "no page of its domain links to it: readers and search engines find it by chance only",
    "every page of its domain that links to it is out of reach from the home page itself",
    "every internal link to it says nofollow: nothing of the site's equity reaches it",
)
REPAIRS = (
    "link to it in the text of a strong page, or redirect or delete it",
    "link to one page of its group from a page within reach",
    "follow a link to it",
)
HIDDEN = (LinkKind.CANONICAL, LinkKind.ALTERNATE, LinkKind.HREFLANG, LinkKind.FEED,
          LinkKind.NEXT, LinkKind.PREV, LinkKind.FRAME, LinkKind.FORM)  # fmt: skip


LISTS = {
    KnownFrom.SITEMAP: "sitemap",
    KnownFrom.SEARCH: "search console",
    KnownFrom.ANALYTICS: "analytics",
    KnownFrom.LOG: "server log",
    KnownFrom.LIST: "list of pages",
}


def lonely(snapshot: Snapshot, scope: Scope, enough: float, each: int) -> Frame:
    """A frame of orphans; the verdict needs the share ``enough`` of the domain to be read."""
    need(snapshot, "pages", "depth")
    site = site_of(snapshot, scope)
    pages, cause, n_links = _found(site)
    coverage, reason = evidence(site, pages, enough)
    is_orphan = np.array([text is None for text in reason], np.bool_)
    held = site.web.equity[pages]
    order = np.lexsort((-held, ~is_orphan))
    links, known_by = _known_by(site, pages)
    makers: dict[str, Maker] = {
        "url": url(snapshot, pages),
        "title": fact(snapshot, "title", pages),
        "verdict": words(VERDICTS, (~is_orphan).astype(int)),
        "severity": severities(SEVERITIES, cause, ~is_orphan),
        "cause": words(CAUSES, cause),
        "known_by": lambda rows: known_by(rows),
        "indexability": lambda rows: labels(
            snapshot.pick("resolution", "final_indexability", pages[rows]), Indexability
        ),
        "n_backlinks": fact(snapshot, "n_backlinks", pages),
        "why": words(WHY, cause),
        "repair": words(REPAIRS, cause),
        **given(stake=held, n_links=n_links, coverage=coverage, reason=reason),
        **where(snapshot, links),
    }
    n_sure = int(is_orphan.sum())
    notes = {"orphan": n_sure, "inconclusive": len(pages) - n_sure}
    frame = Frame(len(pages), makers, notes=notes, nbytes=pages.nbytes * 16)
    return with_slow(frame, partial(supports, site, pages, order), each)


def _found(site: Site) -> tuple[Ids, Ids, NDArray[np.uint32]]:
    """Living pages that are no home pages and that no followed way leads to, each with its cause
    and its number of internal links.
    """
    links, pages, depth = site.inner, site.alive, site.depth(site.alive)
    at = places(pages, links.lands)
    flags = at >= 0, site.depth(links.source) >= 0, site.followed(links)
    n_links, from_reached, followed = (np.bincount(at[f], minlength=len(pages)) for f in flags)
    conditions = [n_links == 0, (depth < 0) & (from_reached == 0), followed == 0]
    cause = np.select(conditions, [0, 1, 2], NONE)
    kept = (cause != NONE) & (depth != 0)
    return pages[kept], cause[kept], n_links[kept].astype(np.uint32)


def evidence(site: Site, pages: Ids, enough: float) -> tuple[F64, NDArray[Any]]:
    """The share of the known pages of its domain that were read, and why that is not enough to
    call it an orphan, None where it is.
    """
    domains, at = np.unique(site.snapshot.domain_of(pages), return_inverse=True)
    read, known, is_home_read = (
        np.array(v) for v in zip(*(_read(site, d) for d in domains.tolist()), strict=True)
    ) if len(domains) else (np.empty(0), np.empty(0), np.empty(0, np.bool_))  # fmt: skip
    share = read / np.maximum(known, 1)
    reason = np.full(len(domains), None, object)
    for k in np.flatnonzero(share < enough).tolist():
        reason[k] = f"{known[k] - read[k]:,} of {known[k]:,} known pages of its domain not read"
    reason[~is_home_read.astype(bool)] = "no home page of its domain was read"
    reasons = reason[at]
    unread = np.flatnonzero(~site.is_read[pages])
    for row, why in zip(unread.tolist(), site.unseen(pages[unread]), strict=True):
        reasons[row] = f"the page itself was never read{f': {why}' if why else ''}"
    return share[at], reasons


def _read(site: Site, domain: int) -> tuple[int, int, bool]:
    lo, hi = (int(site.snapshot.array("domains", n)[domain]) for n in ("page_lo", "page_hi"))
    pages, read = np.arange(lo, hi), site.is_read[lo:hi]
    return int(read.sum()), hi - lo, bool(read[site.depth(pages) == 0].any())


def _known_by(site: Site, pages: Ids) -> tuple[Ids, Maker]:
    """The strongest link to each page, and what tells of the page, in words."""
    rows = site.web.rows_to(pages)
    at = np.searchsorted(pages, site.web.column("target", rows))
    kind = site.web.column("kind", rows)
    is_far = _is_far(site, rows)
    links = site.links(rows)
    best = strongest(np.searchsorted(pages, links.target), links.carried, len(pages))
    is_click = np.isin(rows, links.rows, assume_unique=True)
    is_on_error = is_clickable(kind) & ~is_click
    facts = {
        "read": site.is_read[pages],
        "backlink": _any(at, is_click & is_far, len(pages)),
        "internal link": _any(at, is_click & ~is_far, len(pages)),
        "redirect": _any(at, np.isin(kind, STEPS), len(pages)),
        "head of a page": _any(at, np.isin(kind, HIDDEN), len(pages)),
        "link on an error page": _any(at, is_on_error, len(pages)),
        **{name: site.known_from[pages] & flag > 0 for flag, name in LISTS.items()},
    }
    code = sum(flags.astype(np.int64) << n for n, flags in enumerate(facts.values()))
    texts = [
        ", ".join(name for n, name in enumerate(facts) if number >> n & 1) or "another list"
        for number in range(1 << len(facts))
    ]
    chosen = np.where(best == NONE, NONE, links.rows[best] if len(links.rows) else NONE)
    return chosen, words(texts, np.asarray(code))


def _is_far(site: Site, rows: Ids) -> Bools:
    ends = (site.web.column(name, rows) for name in ("source", "target"))
    source, target = (site.snapshot.domain_of(end) for end in ends)
    return np.asarray(source != target)


def _any(at: Ids, flags: Bools, n: int) -> Bools:
    found = np.zeros(n, np.bool_)
    found[at[flags]] = True
    return found
