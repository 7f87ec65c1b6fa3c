"""What markers look at, and what they give back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.schema import Rel
from linkshed.simulate.risk.markers import F64, MARKERS, Marker
from linkshed.snapshot.distinct import distinct_of
from linkshed.snapshot.kinds import is_clickable
from linkshed.snapshot.sitelinks import SiteLinks
from linkshed.snapshot.sitepages import sites_of
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

Ids = NDArray[np.int64]
Bools = NDArray[np.bool_]
NONE = -1
NO_LINKS = np.empty(0, np.int64)
LEAST_DOMAINS = 10
FEW_DOMAINS = f"fewer than {LEAST_DOMAINS} domains with followed links"


@dataclass(frozen=True)
class Evidence:
    """What a marker rests on, one entry for each piece: the ``subject`` it is about (its number),
    the referring ``domain``, the ``other`` domain and the ``link`` (row of links); NONE where a
    piece has none.
    """

    subject: Ids
    domain: Ids
    other: Ids
    link: Ids


def pieces(n: int, **columns: Any) -> Evidence:
    """Evidence of ``n`` pieces; columns not named are NONE, ``subject`` 0."""
    empty = {name: np.full(n, NONE) for name in ("domain", "other", "link")}
    found = {"subject": np.zeros(n)} | empty | columns
    return Evidence(**{name: np.asarray(v, np.int64) for name, v in found.items()})


@dataclass(frozen=True)
class Measured:
    """What a marker found: a value for each subject, NaN where it is not known; ``reasons`` and for
    each subject the number of the reason that holds where it is not. ``evidence`` is that of all
    subjects, made when asked for; of subjects on which the marker does not fire it may lack.
    ``note`` says what was left out.
    """

    marker: Marker
    values: F64
    evidence: Callable[[], Evidence]
    reasons: tuple[str, ...] = ("",)
    reason: Ids = field(default_factory=lambda: np.zeros(1, np.int64))
    note: str = ""

    @cached_property
    def parts(self) -> F64:
        """The risk each subject has by this marker alone; NaN where it is not known."""
        return self.marker.part(self.values)

    def why(self, subject: int) -> str | None:
        """Why a value is not known; None where it is."""
        if not np.isnan(self.values[subject]):
            return None
        return self.reasons[int(self.reason[subject if len(self.reason) > 1 else 0])]


class Profile:
    """The followed and other links to a scope, and the domains they come from.

    ``rows`` are clickable links from other domains, rising, and ``followed`` says which are. ``at``
    numbers the domain of each link among ``domains``, which rise; ``peers`` are those with a
    followed link. ``is_told``: the input says whether the link has rel tokens; where it does not,
    the link counts as followed in shares of the whole, and is no event.
    """

    def __init__(self, snapshot: Snapshot, scope: Scope, rows: Ids, followed: Bools) -> None:
        self.snapshot, self.rows, self.followed = snapshot, rows, followed
        self.ranges = snapshot.pages_of(scope)
        self.source, self.target, self.placement = (
            np.asarray(snapshot.array("links", name)[rows])
            for name in ("source", "target", "placement")
        )
        rel = np.asarray(snapshot.array("links", "rel")[rows])
        self.is_told = rel & Rel.UNKNOWN == 0
        domains, at = np.unique(snapshot.domain_of(self.source), return_inverse=True)
        self.domains, self.at = domains.astype(np.int64), at.astype(np.int64)

    @cached_property
    def peers(self) -> Ids:
        """Domains with a followed link."""
        return np.asarray(self.domains[distinct_of(self.at[self.followed])])

    @cached_property
    def own(self) -> Ids:
        """Domains that the scope has pages of."""
        ends = [self.snapshot.domain_of(np.array([lo, hi - 1])) for lo, hi in self.sites]
        parts = [np.arange(lo, hi + 1) for lo, hi in ends]
        return np.concatenate([np.empty(0, np.int64), *parts]).astype(np.int64)

    @cached_property
    def sites(self) -> list[tuple[int, int]]:
        """The pages of these domains."""
        return sites_of(self.snapshot, self.ranges)

    @cached_property
    def site_links(self) -> SiteLinks:
        """Which domain links to which."""
        return SiteLinks(self.snapshot)

    @cached_property
    def degrees(self) -> tuple[F64, F64]:
        """How many domains link to each domain of the snapshot, and how many it links to."""
        names = ("n_refdomains", "n_linked_domains")
        into, out = (np.asarray(self.snapshot.array("domains", n), np.float64) for n in names)
        return into, out

    @cached_property
    def is_thin_sample(self) -> bool:
        """Whether too few domains have followed links for shares of them."""
        return len(self.peers) < LEAST_DOMAINS

    def is_clickable(self, rows: Ids) -> Bools:
        """Whether links can be clicked."""
        return is_clickable(self.snapshot.array("links", "kind")[rows])

    def with_links(self, chosen: Ids = NO_LINKS) -> Evidence:
        """Each referring domain with those of its links that are chosen (by their place among
        ``rows``), or with its first one.
        """
        every, first = np.unique(self.at, return_index=True)
        others = first[~np.isin(every, self.at[chosen])]
        links = np.concatenate([chosen, others])
        who = self.at[links]
        return pieces(len(links), subject=who, domain=self.domains[who], link=self.rows[links])

    def first_links(self, domains: Ids) -> Ids:
        """A followed link of each of some domains that have one, their first."""
        rows, of = self.rows[self.followed], self.domains[self.at[self.followed]]
        found, first = np.unique(of, return_index=True)
        return rows[first[np.searchsorted(found, domains)]]


def marker(name: str, about: str) -> Marker:
    """The declaration of a name."""
    return next(m for m in MARKERS if (m.name, m.about) == (name, about))


def one(
    found: Marker,
    value: float,
    evidence: Callable[[], Evidence] = lambda: pieces(0),
) -> Measured:
    """What a marker of the scope found."""
    return Measured(found, np.array([value]), evidence)


def unknown(found: Marker, reason: str, n: int = 1) -> Measured:
    """A marker without evidence, for ``n`` subjects."""
    return Measured(found, np.full(n, np.nan), lambda: pieces(0), (reason,))
