"""Markers of which domain links to which.

Domains of one topic link to each other more than chance has it, and honestly. What sets a ring
apart is that nobody else links to its sites: a referring domain is *captive* when at least nine
tenths of the domains that link to it are referring domains of the scope, or the scope itself. With
q the share of all links between domains that come from these, chance makes a domain with n
referring domains captive with a probability of at most ``exp(-n KL(0.9 | q))`` (Chernoff). Where
q exceeds one half, nobody knows who else links to them: too few others were read.

The chance that k outgoing links reach a domain with l of all m links between domains is
``1 - exp(-k l / m)``, ends being drawn anew while every domain keeps its numbers (Chung and Lu).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.overlap import most_alike
from linkshed.score.scale import rating
from linkshed.simulate.risk.markers import DOMAIN, F64, SCOPE
from linkshed.simulate.risk.subject import (
    FEW_DOMAINS,
    LEAST_DOMAINS,
    NONE,
    Bools,
    Evidence,
    Ids,
    Measured,
    Profile,
    marker,
    one,
    pieces,
    unknown,
)
from linkshed.snapshot.distinct import distinct_of
from linkshed.snapshot.sitelinks import first, second

LEAST_SET = 10
CAPTIVE = 0.9
MOST_INSIDE = 0.5
HALF_OF_ALL = "they make over half of all links known: who else links to them is not known"
N_COMMON, COMMON_FROM = 1000, 1000
MOST_WORK = 2_000_000_000
WEAK_EQUITY = 3 * 0.15


@dataclass(frozen=True)
class Ring:
    """Links among the referring domains to captive ones: who links (``source``), to which of
    ``peers`` (``at``); there may be millions, which evidence finds again rather than keeps.
    ``into`` counts the referring domains of each of these, ``by_chance`` is how likely chance makes
    it captive, at most; ``inside`` is the share of all links that they make.
    """

    source: Ids
    at: Ids
    into: F64
    by_chance: F64
    inside: float

    @property
    def unknown(self) -> str | None:
        """Why nothing is known of rings; None where it is."""
        if len(self.into) < LEAST_DOMAINS:
            return FEW_DOMAINS
        return HALF_OF_ALL if self.inside > MOST_INSIDE else None


def ring_of(profile: Profile) -> Ring:
    """The links to captive referring domains."""
    peers = profile.peers
    near = distinct_of(np.concatenate([peers, profile.own]))
    pairs = profile.site_links.of_sources(near)
    source, target = first(pairs), second(pairs)
    kept = np.isin(target, peers)
    source, at = source[kept], np.searchsorted(peers, target[kept])
    into = profile.degrees[0][peers]
    is_captive = np.bincount(at, minlength=len(peers)) >= np.ceil(CAPTIVE * into)
    inner = is_captive[at] & ~np.isin(source, profile.own)
    every, out = profile.degrees
    inside = float(out[near].sum() / max(every.sum(), 1.0))
    return Ring(source[inner], at[inner], into, _captive_by_chance(into, inside), inside)


def interlinking(profile: Profile, ring: Ring) -> Measured:
    """Links among the referring domains to such of them as hardly anybody else links to."""
    found = marker("referrer_interlinking", SCOPE)
    if ring.unknown:
        return unknown(found, ring.unknown)
    peers = profile.peers
    beyond = max(len(ring.source) - float((ring.into * ring.by_chance).sum()), 0.0)

    def evidence() -> Evidence:
        again = ring_of(profile)
        return pieces(len(again.at), domain=again.source, other=peers[again.at])

    return one(found, beyond / len(peers), evidence)


def captives(profile: Profile, ring: Ring) -> Measured:
    """Of each referring domain, the others that link to it, when hardly anybody else does, and
    when chance would not have made one of so many so.
    """
    found, n = marker("referrer_interlinking", DOMAIN), len(profile.domains)
    if ring.unknown:
        return unknown(found, ring.unknown, n)
    place = np.searchsorted(profile.domains, profile.peers)
    values = np.zeros(n)
    linked = np.bincount(ring.at, minlength=len(profile.peers))
    values[place] = linked * np.maximum(1 - len(place) * ring.by_chance, 0.0)

    def evidence() -> Evidence:
        again = ring_of(profile)
        at = place[again.at]
        return pieces(len(at), subject=at, domain=profile.domains[at], other=again.source)

    return Measured(found, values, evidence)


def _captive_by_chance(into: F64, inside: float) -> F64:
    """How likely, at most (Chernoff), chance makes domains with so many referring domains captive
    when the share ``inside`` of all links comes from those that count.
    """
    n = np.maximum(into, 1.0)
    share = np.ceil(CAPTIVE * n) / n
    with np.errstate(divide="ignore", invalid="ignore"):
        outside = np.where(share < 1, (1 - share) * np.log((1 - share) / (1 - inside)), 0.0)
        distance = share * np.log(share / inside) + outside
    return np.asarray(np.where(share > inside, np.exp(-n * distance), 1.0))


def reciprocity(profile: Profile) -> Measured:
    """Referring domains that the scope links back to."""
    found = marker("reciprocity", SCOPE)
    if profile.is_thin_sample:
        return unknown(found, FEW_DOMAINS)
    linked = _linked(profile)
    back = np.intersect1d(profile.peers, linked, assume_unique=True)
    share = len(back) / len(profile.peers)
    return one(
        found,
        max(share - _expected_share(profile, float(len(linked))), 0.0),
        lambda: pieces(len(back), domain=back, link=_links_back(profile, back)),
    )


def _linked(profile: Profile) -> Ids:
    """Other domains that the scope links to, followed or not."""
    found = distinct_of(profile.snapshot.domain_of(_target(profile, _outgoing(profile))))
    return np.setdiff1d(found.astype(np.int64), profile.own, assume_unique=True)


def _outgoing(profile: Profile) -> Ids:
    """Rows of links from pages of the scope that may lead elsewhere."""
    of = profile.snapshot.array
    offsets, order = of("out_offsets", "out_offset"), of("out_order", "link")
    parts = [order[int(offsets[lo]) : int(offsets[hi])] for lo, hi in profile.ranges]
    rows = np.sort(np.concatenate([np.empty(0, np.int64), *parts])).astype(np.int64)
    return rows[profile.is_clickable(rows)]


def _target(profile: Profile, rows: Ids) -> NDArray[Any]:
    return np.asarray(profile.snapshot.array("links", "target")[rows])


def _links_back(profile: Profile, domains: Ids) -> Ids:
    rows = _outgoing(profile)
    to, at = np.unique(profile.snapshot.domain_of(_target(profile, rows)), return_index=True)
    return rows[at[np.searchsorted(to, domains)]]


def triangles(profile: Profile) -> Measured:
    """Referring domains that a site linked from the scope links to, beyond chance."""
    found = marker("triangle_exchange", SCOPE)
    if profile.is_thin_sample:
        return unknown(found, FEW_DOMAINS)
    linked, peers = _linked(profile), profile.peers
    _, back = _through(profile, linked)
    share = len(distinct_of(back)) / len(peers)
    n_links = float(profile.degrees[1][linked].sum())

    def evidence() -> Evidence:
        over, back = _through(profile, linked)
        links = profile.first_links(back)
        return pieces(len(back), domain=back, other=over, link=links)

    return one(found, max(share - _expected_share(profile, n_links), 0.0), evidence)


def _through(profile: Profile, linked: Ids) -> tuple[Ids, Ids]:
    """Which linked sites link to which referring domains; there may be millions, as in ``Ring``."""
    pairs = profile.site_links.of_sources(linked)
    kept = np.isin(second(pairs), profile.peers)
    return first(pairs)[kept], second(pairs)[kept]


def _expected_share(profile: Profile, n_links: float) -> float:
    """Share of the referring domains that so many links between domains reach by chance."""
    into = profile.degrees[0]
    return float(np.mean(1 - np.exp(-n_links / max(into.sum(), 1.0) * into[profile.peers])))


def weak(profile: Profile) -> Measured:
    """Referring domains that hardly anybody links to."""
    found = marker("weak_referrers", SCOPE)
    if profile.is_thin_sample:
        return unknown(found, FEW_DOMAINS)
    ratings = np.asarray(profile.snapshot.array("domains", "rating"))[profile.peers]
    is_weak = ratings < float(rating(WEAK_EQUITY))
    which = profile.peers[is_weak]
    return one(
        found,
        float(is_weak.mean()),
        lambda: pieces(len(which), domain=which, link=profile.first_links(which)),
    )


def clones(profile: Profile) -> Measured:
    """Of each referring domain, how much of what it links to another one links to as well."""
    found, n = marker("outlink_clone", DOMAIN), len(profile.domains)
    pairs = profile.site_links.of_sources(profile.domains)
    owner = np.searchsorted(profile.domains, first(pairs))
    target = second(pairs)
    kept = ~np.isin(target, np.concatenate([profile.own, _commonest(profile)]))
    owner, target = owner[kept], target[kept]
    _, items, holders = np.unique(target, return_inverse=True, return_counts=True)
    is_compared = _affordable(holders)
    kept = is_compared[items]
    owner, items = owner[kept], items[kept]
    sizes = np.bincount(owner, minlength=n)
    kept = (sizes >= LEAST_SET)[owner]
    offsets = np.concatenate([[0], np.cumsum(np.where(sizes >= LEAST_SET, sizes, 0))])
    share, other = most_alike(offsets.astype(np.int64), items[kept].astype(np.int64), len(holders))
    share[sizes < LEAST_SET] = np.nan

    def evidence() -> Evidence:
        which = np.flatnonzero(other != NONE)
        domains = profile.domains
        return pieces(len(which), subject=which, domain=domains[which], other=domains[other[which]])

    reason = f"fewer than {LEAST_SET} other linked domains are known"
    n_left = int(np.count_nonzero(~is_compared))
    note = f"{n_left:,} of the commonest linked domains were not compared" if n_left else ""
    return Measured(found, share, evidence, (reason,), note=note)


def _commonest(profile: Profile) -> Ids:
    """Domains that so many link to that linking to them says nothing."""
    into = profile.degrees[0]
    often = np.flatnonzero(into >= COMMON_FROM)
    return often[np.argsort(-into[often], kind="stable")[:N_COMMON]].astype(np.int64)


def _affordable(holders: Ids) -> Bools:
    """Items that can be compared in bounded time; those most sets hold are left out first."""
    order = np.argsort(holders, kind="stable")
    steps = np.cumsum(holders[order].astype(np.float64) ** 2)
    kept = np.zeros(len(holders), np.bool_)
    kept[order[steps <= MOST_WORK]] = True
    return kept
