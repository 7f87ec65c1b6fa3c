"""All markers of a scope, of its referring domains and of the links themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from linkshed.simulate.risk import hosts, neighbours, pace, wording
from linkshed.simulate.risk.markers import F64, noisy_or
from linkshed.simulate.risk.subject import NONE, Bools, Ids, Measured, Profile


@dataclass(frozen=True)
class Assessment:
    """What is found of the whole scope, of each of ``profile.domains`` and of each of
    ``profile.rows``.
    """

    profile: Profile
    scope: Sequence[Measured]
    domains: Sequence[Measured]
    links: Sequence[Measured]

    @cached_property
    def scope_risk(self) -> float:
        """Risk of the whole; NaN when no marker is known."""
        return float(noisy_or(found.parts for found in self.scope)[0])

    @cached_property
    def link_risk(self) -> F64:
        """Risk of each link by the markers of links."""
        return noisy_or(found.parts for found in self.links)

    @cached_property
    def domain_risk(self) -> F64:
        """Risk of each domain, by its markers and the strongest of each marker of its links."""
        own = [found.parts for found in self.domains]
        return noisy_or([*own, *(self.strongest(found)[0] for found in self.links)])

    def strongest(self, found: Measured) -> tuple[F64, Ids]:
        """Of each domain, the largest part of a marker of links, NaN where not known of any, and
        the number of the first link that has it, NONE where none.
        """
        at, n = self.profile.at, len(self.profile.domains)
        best = np.full(n, np.nan)
        np.fmax.at(best, at, found.parts)
        is_best: Bools = found.parts == best[at]
        which = np.full(n, NONE, np.int64)
        rows = np.flatnonzero(is_best)[::-1]
        which[at[rows]] = rows
        return best, which

    @property
    def nbytes(self) -> int:
        """Memory it keeps."""
        each = len(self.links) * 2 + 6
        return 8 * (each * len(self.profile.rows) + 12 * len(self.profile.domains))


def assess(profile: Profile) -> Assessment:
    """Measure all markers. Raises MissingScore through columns that are not there."""
    words, ring = wording.Words(profile), neighbours.ring_of(profile)
    of_scope = (
        hosts.mass_of_scope(profile),
        neighbours.interlinking(profile, ring),
        neighbours.reciprocity(profile),
        neighbours.triangles(profile),
        wording.concentration(profile, words),
        pace.burst(profile),
        neighbours.weak(profile),
    )
    of_domains = (
        hosts.masses(profile),
        neighbours.captives(profile, ring),
        neighbours.clones(profile),
        hosts.sitewide(profile),
        hosts.density(profile),
        hosts.thin(profile),
    )
    of_links = (
        wording.comments(profile, words),
        wording.paid(profile),
        wording.widgets(profile, words),
    )
    return Assessment(profile, of_scope, of_domains, of_links)
