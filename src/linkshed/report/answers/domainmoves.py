"""What a what-if says of domains: their ratings beside the pages that move, and in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.report.frame import bound
from linkshed.simulate.domainif import DomainOutcome
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

MOST_NAMED = 3


class DomainMoves:
    """The domains that move by more than the error; ``n_unknown`` links come from pages whose
    domain nobody knows.
    """

    def __init__(
        self, snapshot: Snapshot, scope: Scope, found: DomainOutcome, *, n_unknown: int
    ) -> None:
        self.snapshot, self.found, self.n_unknown = snapshot, found, n_unknown
        self.before = np.asarray(snapshot.array("domains", "rating"), np.float64)
        self.after = self.before.copy()
        sure = np.flatnonzero(found.is_sure)
        self.after[found.domains[sure]] = found.rating_after[sure]
        self._moved, self._errors = found.domains[sure], found.rating_error[sure]
        self._is_mine = _domains_of(snapshot, scope)[self._moved]

    def columns(self, pages: NDArray[Any]) -> dict[str, Any]:
        """The domain of each page, and its rating before and after."""
        domain = self.snapshot.domain_of(pages)
        return {
            "domain": pa.array(self._names(domain), pa.string()),
            "domain_rating_before": pa.array(self.before[domain], pa.float64()),
            "domain_rating_after": pa.array(self.after[domain], pa.float64()),
        }

    def remarks(self) -> Iterator[str]:
        """How the domains of the scope move, the first by name; and what is not counted."""
        yield self._sentence()
        if self.n_unknown:
            yield (
                "The rating of a domain does not count links from pages whose domain is not known"
                f" ({self.n_unknown:,} here)."
            )

    def _sentence(self) -> str:
        mine = np.flatnonzero(self._is_mine)
        n_others = len(self._moved) - len(mine)
        others = f"; {n_others:,} other domains move" * bool(n_others)
        if not len(mine):
            return f"No domain rating of the scope changes{others}."
        size = np.abs(self.after - self.before)[self._moved[mine]]
        first = mine[np.argsort(-size, kind="stable")][:MOST_NAMED]
        named = "; ".join(map(self._in_words, first.tolist()))
        more = f"; {len(mine) - len(first):,} more of the scope" * (len(mine) > len(first))
        error = bound(float(self._errors[mine].max()))
        return f"Domain ratings: {named}{more}, right within {error} points{others}."

    def _in_words(self, at: int) -> str:
        domain = self._moved[at]
        before, after = self.before[domain], self.after[domain]
        return (
            f"{self._names([domain])[0]} {before:.1f} to {after:.1f} ({after - before:+.2g})"
            f"{self._referring(domain)}"
        )

    def _referring(self, domain: int) -> str:
        """How many domains link to it, when that changes."""
        at = np.flatnonzero(self.found.pointed == domain)
        one, other = (n[at] for n in self.found.n_referring)
        if not len(at) or one == other:
            return ""
        n_now = int(other[0])
        return f", linked from {n_now:,} domain{'s' * (n_now != 1)} instead of {int(one[0]):,}"

    def _names(self, domains: Any) -> list[str]:
        return self.snapshot.texts("domains", "domain").take(np.asarray(domains, np.int64))


def _domains_of(snapshot: Snapshot, scope: Scope) -> NDArray[np.bool_]:
    """Whether a domain has pages in the scope; those of an interval of pages are an interval."""
    is_mine = np.zeros(snapshot.n_domains, np.bool_)
    for lo, hi in snapshot.pages_of(scope):
        if lo < hi:
            first, last = snapshot.domain_of(np.array([lo, hi - 1]))
            is_mine[first : int(last) + 1] = True
    return is_mine
