"""Markers of what stands on the pages of referring domains, and of where equity comes from.

Spam mass m = 1 - p'/p (Gyöngyi et al. 2006): p is the equity of a page, p' the equity it would have
if only the good core made any, as much as a share gamma of all n pages that make equity. The core
of ``linkshed score trust`` stands in for theirs: with T its trust and E its equity of m pages,
p' = gamma T n / m. It speaks of the strongest page, where that has 10 times the least equity.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.schema import Placement
from linkshed.score.nodes import read_nodes
from linkshed.simulate.risk.markers import DOMAIN, F64, SCOPE, Marker
from linkshed.simulate.risk.subject import (
    NONE,
    Bools,
    Evidence,
    Ids,
    Measured,
    Profile,
    marker,
    pieces,
    unknown,
)

GAMMA = 0.85
LEAST_EQUITY = 10 * 0.15
LEAST_PAGES, LEAST_WORDS, THIN_WORDS = 5, 1000, 150
TEMPLATES = (Placement.FOOTER, Placement.SIDEBAR)
NO_CORE = "no good core: linkshed score trust --good"
TOO_LITTLE = "no page holds 10 times the least equity"
FEW_READ = f"fewer than {LEAST_PAGES} of its pages were read, or their words are not known"


def mass_of_scope(profile: Profile) -> Measured:
    """Spam mass of the strongest page of the scope."""

    def evidence() -> Evidence:
        trust = np.nan_to_num(np.asarray(profile.snapshot.array("domains", "trust"), np.float64))
        which = profile.peers[trust[profile.peers] == 0]
        return pieces(len(which), domain=which, link=profile.first_links(which))

    return _mass(profile, marker("spam_mass", SCOPE), [profile.ranges], evidence)


def masses(profile: Profile) -> Measured:
    """Spam mass of the strongest page of each referring domain."""
    of = profile.snapshot.array
    lo, hi = (of("domains", name)[profile.domains].tolist() for name in ("page_lo", "page_hi"))
    ranges = [[ends] for ends in zip(lo, hi, strict=True)]
    return _mass(profile, marker("spam_mass", DOMAIN), ranges, profile.with_links)


def _mass(
    profile: Profile,
    found: Marker,
    subjects: Sequence[Sequence[tuple[int, int]]],
    evidence: Callable[[], Evidence],
) -> Measured:
    snapshot = profile.snapshot
    core = snapshot.manifest.scores.get("trust", {}).get("good", {}).get("pages", 0)
    if not core or not snapshot.has("pages", "trust"):
        return unknown(found, NO_CORE, len(subjects))
    equity = np.nan_to_num(np.asarray(snapshot.array("pages", "equity"), np.float64))
    trust = np.nan_to_num(np.asarray(snapshot.array("pages", "trust"), np.float64))
    best = np.array([_strongest(equity, ranges) for ranges in subjects], np.int64)
    scale = GAMMA * float(read_nodes(snapshot).base.sum()) / core
    values = np.full(len(best), np.nan)
    held = np.where(best == NONE, 0.0, equity[best])
    known = held >= LEAST_EQUITY
    values[known] = np.clip(1 - scale * trust[best[known]] / held[known], 0.0, 1.0)
    return Measured(found, values, evidence, (TOO_LITTLE,))


def _strongest(equity: F64, ranges: Sequence[tuple[int, int]]) -> int:
    found = [lo + int(np.argmax(equity[lo:hi])) for lo, hi in ranges if lo < hi]
    return max(found, key=lambda page: equity[page], default=NONE)


def sitewide(profile: Profile) -> Measured:
    """Share of each domain's read pages that bear the same link in a footer or sidebar."""
    found, n = marker("sitewide_template", DOMAIN), len(profile.domains)
    pages, at = _pages_of(profile)
    is_read = ~np.ma.getmaskarray(profile.snapshot.array("pages", "status")[pages])
    read = np.bincount(at[is_read], minlength=n)
    is_known = profile.is_told & (profile.placement != Placement.UNKNOWN)
    placed = np.bincount(profile.at[is_known], minlength=n)
    is_template = np.isin(profile.placement, TEMPLATES)
    chosen = np.flatnonzero(is_known & profile.followed & is_template)
    pairs = np.stack([profile.at[chosen], profile.target[chosen], profile.source[chosen]])
    same, of_same = np.unique(np.unique(pairs, axis=1)[:2], axis=1, return_inverse=True)
    share = np.zeros(n)
    np.maximum.at(
        share, same[0].astype(np.int64), np.bincount(of_same.ravel(), minlength=same.shape[1])
    )
    values = np.minimum(share / np.maximum(read, 1), 1.0)
    values[(read < LEAST_PAGES) | (placed == 0)] = np.nan
    reasons = (
        f"fewer than {LEAST_PAGES} of its pages were read",
        "where its links stand is not known",
    )

    reason = (read >= LEAST_PAGES).astype(np.int64)
    return Measured(found, values, lambda: profile.with_links(chosen), reasons, reason)


def density(profile: Profile) -> Measured:
    """Followed linked domains of each domain, per 1,000 words."""
    pages, at = _pages_of(profile)
    n_words = np.ma.filled(np.ma.asarray(profile.snapshot.array("pages", "n_words")[pages]), 0)
    words = np.bincount(at, weights=n_words, minlength=len(profile.domains))
    stored = profile.snapshot.array("domains", "n_followed_linked_domains")[profile.domains]
    linked = np.ma.filled(np.ma.asarray(stored).astype(np.float64), np.nan)
    values = np.where(words >= LEAST_WORDS, 1000 * linked / np.maximum(words, 1), np.nan)
    reason = f"fewer than {LEAST_WORDS:,} words of it are known"
    found = marker("outlink_density", DOMAIN)
    return Measured(found, values, profile.with_links, (reason,))


def thin(profile: Profile) -> Measured:
    """Share of each domain's read pages with few words and a link elsewhere."""
    found, n = marker("thin_host", DOMAIN), len(profile.domains)
    pages, at = _pages_of(profile)
    is_known, is_thin = _thin(profile, pages)
    known = np.bincount(at[is_known], minlength=n)
    values = np.bincount(at[is_thin], minlength=n) / np.maximum(known, 1)
    values[known < LEAST_PAGES] = np.nan

    def evidence() -> Evidence:
        return profile.with_links(np.flatnonzero(_thin(profile, profile.source)[1]))

    return Measured(found, values, evidence, (FEW_READ,))


def _thin(profile: Profile, pages: NDArray[Any]) -> tuple[Bools, Bools]:
    """Of pages, whether it is known how many words they have, and whether they are thin."""
    n_words = np.ma.asarray(profile.snapshot.array("pages", "n_words")[pages])
    is_known = ~np.ma.getmaskarray(n_words)
    is_thin = is_known & (np.ma.filled(n_words, 0) < THIN_WORDS)
    links = profile.snapshot.array("pages", "n_external_links")[pages]
    return is_known, is_thin & (np.asarray(links) > 0)


def _pages_of(profile: Profile) -> tuple[Ids, Any]:
    """All pages of the referring domains, and the number of the domain of each."""
    of = profile.snapshot.array
    lo, hi = (
        np.asarray(of("domains", name)[profile.domains], np.int64)
        for name in ("page_lo", "page_hi")
    )
    at = np.repeat(np.arange(len(lo)), hi - lo)
    starts = np.cumsum(hi - lo) - (hi - lo)
    return np.arange(len(at)) - starts[at] + lo[at], at
