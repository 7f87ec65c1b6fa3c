"""The rows of a report on sitemaps: what they declare, against what the pages are."""

from __future__ import annotations

import numpy as np

from linkshed.report.answers.finding import (
    CRITICAL,
    MAJOR,
    MINOR,
    fact,
    given,
    severities,
    url,
    verdicts,
    where,
    words,
)
from linkshed.report.answers.lonely import evidence
from linkshed.report.answers.mended import most_at_stake, named
from linkshed.report.answers.site import F64, Bools, Ids, Site, site_of
from linkshed.report.columns import need
from linkshed.report.frame import Frame, Maker
from linkshed.report.shared import ENOUGH_READ
from linkshed.schema import Indexability, KnownFrom, Liveness, Resolution
from linkshed.snapshot.looks import liveness_of
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

KINDS = (
    "dead", "redirects", "server error", "noindex", "canonicalised elsewhere", "no way leads there",
    "forbidden by robots.txt", "not read", "missing from the sitemap",
)  # fmt: skip
DEAD, MOVED, ERROR, NOINDEX, CANONICAL, ORPHAN, FORBIDDEN, UNREAD, MISSING = range(len(KINDS))
SEVERITIES = (CRITICAL, MINOR, MAJOR, MAJOR, MINOR, MAJOR, MAJOR, MINOR, MINOR)
WHY = (
    "the sitemap sends search engines to a page that is gone: they come to trust it less",
    "the sitemap names an address that hands on: search engines ask twice for every look",
    "the sitemap names a page that failed when it was read",
    "the sitemap asks to index what the page asks not to",
    "the sitemap names a page that says another one is to be kept",
    "search engines learn of it by the sitemap alone: no links bring it readers or equity",
    "the sitemap asks to index what robots.txt forbids to read",
    "nobody looked at it: what it is cannot be said",
    "it may be indexed and links lead to it, but the sitemap of its host does not name it",
)
REPAIRS = (
    "take it out of the sitemap, or bring the page back",
    "name the page it hands on to",
    "mend the page",
    "take it out of the sitemap, or let it be indexed",
    "name the page that is to be kept",
    "link to it in the text of a strong page",
    "allow it in robots.txt, or take it out of the sitemap",
    "crawl it",
    "add it to the sitemap, or say noindex",
)
FAILED = (Indexability.CLIENT_ERROR, Indexability.SERVER_ERROR)
UNWANTED = (Indexability.NOINDEX_META, Indexability.NOINDEX_HEADER)
LOST = (Resolution.DEAD, Resolution.LOOP, Resolution.TOO_MANY_HOPS)


def declared(snapshot: Snapshot, scope: Scope, each: int) -> Frame:
    """A frame of pages of which sitemap and reality tell differently."""
    need(snapshot, "pages", "depth")
    site = site_of(snapshot, scope)
    in_sitemap = site.known_from & KnownFrom.SITEMAP > 0
    kind = np.where(in_sitemap[site.pages], _of_named(site), _of_unnamed(site, in_sitemap))
    pages, kind = site.pages[kind >= 0], kind[kind >= 0]
    links = site.to(pages)
    sent = site.of_target(pages, links, links.taken)
    doubts = _doubts(site, pages, kind)
    is_open = np.array([doubt is not None for doubt in doubts], np.bool_)
    stake = np.where(site.web.nodes.is_node[pages], site.web.equity[pages], sent)
    makers: dict[str, Maker] = {
        "severity": severities(SEVERITIES, kind, is_open),
        "kind": words(KINDS, kind),
        "url": url(snapshot, pages),
        "status": fact(snapshot, "status", pages),
        "why": words(WHY, kind),
        "repair": words(REPAIRS, kind),
        **verdicts(is_open, doubts),
        **given(
            n_links=site.of_target(pages, links, np.ones(len(links.rows))).astype(np.uint32),
            stake=stake,
            gain=_gains(site, scope, pages, kind, stake, each),
        ),
        **where(snapshot, site.strongest_to(pages, links)),
    }
    return Frame(len(pages), makers, remarks=_remarks(site, in_sitemap), nbytes=pages.nbytes * 12)


def _gains(site: Site, scope: Scope, pages: Ids, kind: Ids, stake: F64, each: int) -> F64:
    """0 where the repair is of the sitemap alone; computed for ``each`` of the others."""
    rows = most_at_stake(np.flatnonzero(np.isin(kind, (DEAD, NOINDEX, ORPHAN))), stake, each)
    found = named(site, scope, pages, rows, kind == ORPHAN)
    found[np.isin(kind, (MOVED, CANONICAL, MISSING))] = 0.0
    return found


def _of_named(site: Site) -> Ids:
    """What is wrong with each page, were it in a sitemap; -1 for nothing."""
    final = site.final(site.pages)
    how = np.asarray(site.snapshot.array("resolution", "resolution")[site.pages])
    is_unread = np.ma.getmaskarray(
        np.ma.asarray(site.snapshot.array("pages", "status")[site.pages])
    ) | (final == Indexability.UNKNOWN)
    is_unread |= _is_blocked(site, site.pages)
    is_dead = np.isin(how, LOST)
    is_unread &= ~is_dead
    moves = np.isin(final, (Indexability.REDIRECTED, Indexability.REFRESHED))
    is_alone = (site.depth(site.pages) < 0) & site.web.nodes.is_node[site.pages]
    conditions = [
        site.is_forbidden, is_unread, is_dead, moves,
        np.isin(final, FAILED), np.isin(final, UNWANTED),
        final == Indexability.CANONICALISED, is_alone,
    ]  # fmt: skip
    kinds = [FORBIDDEN, UNREAD, DEAD, MOVED, ERROR, NOINDEX, CANONICAL, ORPHAN]
    return np.select(conditions, kinds, -1)


def _is_blocked(site: Site, pages: Ids) -> Bools:
    return np.asarray(liveness_of(site.snapshot)[pages] == Liveness.BLOCKED)


def _doubts(site: Site, pages: Ids, kind: Ids) -> list[str | None]:
    """Why each finding is not certain, None where it is."""
    doubts = np.full(len(pages), None, object)
    alone, unread = np.flatnonzero(kind == ORPHAN), np.flatnonzero(kind == UNREAD)
    doubts[alone] = evidence(site, pages[alone], ENOUGH_READ)[1]
    causes = zip(site.unseen(pages[unread]), _is_blocked(site, pages[unread]), strict=True)
    doubts[unread] = [_unread(*cause) for cause in causes]
    return list(doubts)


def _unread(why: str | None, is_blocked: bool) -> str:
    if is_blocked:
        return "the page turns robots away"
    return f"the page was never read{f': {why}' if why else ''}"


def _of_unnamed(site: Site, in_sitemap: Bools) -> Ids:
    """MISSING for indexable pages of hosts with a sitemap, -1 for others."""
    hosts = site.snapshot.host_of(site.pages)
    has_sitemap = np.zeros(site.snapshot.n_hosts, np.bool_)
    has_sitemap[site.snapshot.host_of(np.flatnonzero(in_sitemap))] = True
    is_wanted = site.final(site.pages) == Indexability.INDEXABLE
    is_wanted &= site.is_read[site.pages] & site.web.nodes.is_node[site.pages]
    return np.where(is_wanted & has_sitemap[hosts], MISSING, -1)


def _remarks(site: Site, in_sitemap: Bools) -> tuple[str, ...]:
    n = int(in_sitemap[site.pages].sum())
    if n:
        return (f"Sitemaps name {n:,} of the {len(site.pages):,} known pages.",)
    return ("No sitemap is known: crawl the site, or read one with: linkshed ingest sitemap FILE",)
