"""The rows of a link intersection: who links to rivals, and with which links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.errors import OptionNeeded, ParameterError
from linkshed.report.columns import incoming, link_makers, need
from linkshed.report.frame import Frame, Maker
from linkshed.report.grouped import linked, summed
from linkshed.report.scored import requested
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope, merged, parse_scope, scope_members

Ids = NDArray[np.int64]
MOST = 100
_OF_BEST = (
    "source_url", "source_title", "source_rating", "source_language", "source_author",
    "target_url", "anchor", "placement", "is_followed",
)  # fmt: skip


@dataclass(frozen=True)
class _Links:
    """Links to rivals: their rows, who links (a domain or a page), and the rival's number."""

    rows: Ids
    sites: Ids
    rivals: Ids


def gaps(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """A frame of those that link to rivals, without those that belong to one of the sites."""
    need(snapshot, "links", "equity")
    need(snapshot, "domains", "rating")
    names, by_page = _names(options["rivals"]), options["by"] == "page"
    links = _links(snapshot, scope, names, by_page=by_page)
    here = _sites(snapshot, incoming(snapshot, scope), by_page=by_page)
    if not options["shared"]:
        links = _kept(links, ~np.isin(links.sites, here))
    found = _Gaps(links, names)
    chosen = found.n_rivals >= options["least"]
    shown = np.flatnonzero(chosen[found.of_pair] if options["by"] == "rival" else chosen)
    return found.frame(snapshot, shown, here, options["by"])


class _Gaps:
    """Links in groups: by site, and by site and rival, each numbered from 0."""

    def __init__(self, links: _Links, names: list[str]) -> None:
        self.links, self.names = links, names
        pairs, self.of_link = np.unique(
            links.sites * len(names) + links.rivals, return_inverse=True
        )
        self.rival = pairs % len(names)
        self.sites, self.of_pair = np.unique(pairs // len(names), return_inverse=True)
        self.n_rivals = np.bincount(self.of_pair, minlength=len(self.sites))
        self.n_links = np.bincount(self.of_link, minlength=len(pairs))

    def frame(self, snapshot: Snapshot, shown: Ids, here: Ids, by: str) -> Frame:
        """A row for each site, or each pair, of ``shown``."""
        groups = self.of_link if by == "rival" else self.of_pair[self.of_link]
        n_groups = len(self.of_pair) if by == "rival" else len(self.sites)
        site = self.of_pair[shown] if by == "rival" else shown
        rows = self.links.rows
        sums = summed(linked(snapshot, rows), groups, n_groups)
        best = _best(snapshot, rows, groups, n_groups)[shown]
        makers = {
            **{name: _of(values, shown) for name, values in sums.items()},
            **self._of_site(snapshot, site, here, by),
            **self._of_best(snapshot, best),
            "rival": self._rival(shown if by == "rival" else None, len(shown)),
        }
        notes = {"rivals": len(self.names), "links": len(rows)}
        n_bytes = rows.nbytes + best.nbytes + sum(values.nbytes for values in sums.values())
        return Frame(len(shown), makers, notes=notes, nbytes=n_bytes)

    def _of_site(self, snapshot: Snapshot, site: Ids, here: Ids, by: str) -> dict[str, Maker]:
        domains = snapshot.domain_of(self.sites) if by == "page" else self.sites
        known = here[np.isin(here, self.sites)]
        counts = np.bincount(np.searchsorted(self.sites, known), minlength=len(self.sites))

        def of_domain(name: str) -> Maker:
            return lambda rows: snapshot.pick("domains", name, domains[site[rows]])

        return {
            **{column.name: of_domain(column.name) for column in requested(snapshot, "domains")},
            "domain": of_domain("domain"),
            "domain_rating": of_domain("rating"),
            "n_rivals": _of(pa.array(self.n_rivals.astype(np.uint32)), site),
            "links_here": _of(pa.array(counts.astype(np.uint32)), site),
            "rivals": lambda rows: self._told(site[rows]),
        }

    def _of_best(self, snapshot: Snapshot, best: Ids) -> dict[str, Maker]:
        made = link_makers(snapshot, best)
        equity = np.asarray(snapshot.array("links", "equity")[best], np.float64)
        found: dict[str, Maker] = {name: made[name] for name in _OF_BEST}
        return found | {"best_equity": lambda rows: pa.array(np.nan_to_num(equity[rows]))}

    def _told(self, sites: Ids) -> pa.Array:
        """The rivals of some sites, with the number of links to each."""
        borders = np.searchsorted(self.of_pair, np.stack([sites, sites + 1]))
        texts = [
            [f"{self.names[self.rival[pair]]} {self.n_links[pair]}" for pair in range(lo, hi)]
            for lo, hi in borders.T.tolist()
        ]
        return pa.array(texts, pa.list_(pa.string()))

    def _rival(self, pairs: Ids | None, n: int) -> Maker:
        if pairs is None:
            return _of(pa.nulls(n, pa.string()), np.arange(n))
        return _of(pa.array(self.names, pa.string()), self.rival[pairs])


def _of(values: pa.Array, shown: Ids) -> Maker:
    return lambda rows: values.take(pa.array(shown[rows]))


def _names(text: str | None) -> list[str]:
    names = list(dict.fromkeys(scope_members(text or "")))
    if not 1 <= len(names) <= MOST:
        told = f"{len(names)} rivals"
        allowed = f"1 to {MOST} scopes, such as: a.com, b.org/shop/"
        repair = "sites that the same domains link to: linkshed competitors SCOPE"
        if not names:
            raise OptionNeeded(told, "rivals", allowed=allowed, repair=repair)
        raise ParameterError(told, allowed=allowed, repair=repair)
    return names


def _links(snapshot: Snapshot, scope: Scope, names: list[str], *, by_page: bool) -> _Links:
    """Links to rivals from outside all of them and outside the scope."""
    scopes = [parse_scope(name) for name in names]
    every = (scope, *scopes)
    whole = Scope("", "set", merged(interval for one in every for interval in one.intervals))
    outside = incoming(snapshot, whole)
    parts = [
        found[np.isin(found, outside, assume_unique=True)]
        for found in (incoming(snapshot, rival) for rival in scopes)
    ]
    rows = np.concatenate([np.empty(0, np.int64), *parts])
    rivals = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    return _Links(rows, _sites(snapshot, rows, by_page=by_page), rivals)


def _sites(snapshot: Snapshot, rows: Ids, *, by_page: bool) -> Ids:
    pages = snapshot.array("links", "source")[rows]
    return np.asarray(pages if by_page else snapshot.domain_of(pages)).astype(np.int64)


def _kept(links: _Links, kept: NDArray[np.bool_]) -> _Links:
    return _Links(links.rows[kept], links.sites[kept], links.rivals[kept])


def _best(snapshot: Snapshot, rows: Ids, groups: Ids, n: int) -> Ids:
    """The link of each group that carries most; of equal ones the first."""
    equity = np.nan_to_num(np.asarray(snapshot.array("links", "equity")[rows], np.float64))
    order = np.lexsort((rows, -equity, groups))
    starts = np.searchsorted(groups[order], np.arange(n))
    return np.asarray(rows[order[starts]])
