"""The graph of domains of a scored snapshot, and what edits of links and pages do to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import F64, I64, scale_of
from linkshed.graph.push import OutLinks, Patch, turned
from linkshed.graph.rooms import Rooms
from linkshed.score.domains import COLUMNS, counted_domain_links, links_domains
from linkshed.score.factors import attention
from linkshed.score.nodes import Roles
from linkshed.score.ratings import DAMPING, UNREFERRED_BASE
from linkshed.simulate.plan import Plan
from linkshed.simulate.rows import edited
from linkshed.simulate.web import Ids, Web
from linkshed.snapshot.distinct import distinct_of
from linkshed.snapshot.kept import kept
from linkshed.snapshot.spans import spans

_SOURCES = (
    ("links", "source"), ("links", "weight"), ("in_offsets", "in_offset"), ("pages", "is_nofollow"),
    ("resolution", "receiver"),
)  # fmt: skip


class DomainLinks:
    """Which domain links to which, by source; ``counts`` are the page links behind each."""

    def __init__(self, web: Web) -> None:
        arrays = kept(web.snapshot, "domainlinks", _SOURCES, lambda: _made(web))
        self.offsets, self.targets = arrays["offsets"], arrays["targets"]
        self.counts = arrays["amounts"]
        self.n_domains = len(self.offsets) - 1

    @cached_property
    def links(self) -> OutLinks:
        """The same as links of amount 1."""
        return OutLinks(self.offsets, self.targets, np.ones(len(self.targets), np.float32))

    @cached_property
    def n_linked(self) -> I64:
        """How many domains each links to."""
        return np.diff(self.offsets)

    @cached_property
    def n_referring(self) -> I64:
        """How many domains link to each."""
        return np.bincount(self.targets, minlength=self.n_domains)

    @cached_property
    def scale(self) -> F64:
        """d / L per domain, 0 for those that link to none."""
        return scale_of(DAMPING, self.n_linked)

    @cached_property
    def rooms(self) -> Rooms:
        """Where changes are spread."""
        return Rooms(self.n_domains)

    def keys(self, domains: Ids) -> tuple[Ids, Ids]:
        """The links of some domains, ascending, as numbers ``source * n_domains + target``; and how
        many page links are behind each.
        """
        places = spans(self.offsets, domains)
        sources = np.repeat(domains, self.n_linked[domains])
        keys = sources * self.n_domains + self.targets[places]
        order = np.argsort(keys)
        return keys[order], self.counts[places][order].astype(np.int64)


def graph_of(web: Web) -> DomainLinks:
    """The graph of domains of a web, made once and kept as long as its snapshot is open."""
    return web.snapshot.lasting.of(DomainLinks, lambda: DomainLinks(web))


def _made(web: Web) -> dict[str, Any]:
    return vars(turned(counted_domain_links(web.snapshot)))


@dataclass(frozen=True)
class DomainChanges:
    """Rows of d P of the domains that link to others than before, ``before`` and ``after``;
    ``n_referring`` are the domains that link to each of ``pointed``, before and after.
    """

    before: Patch
    after: Patch
    pointed: Ids
    n_referring: tuple[I64, I64]

    def base(self) -> tuple[F64, F64]:
        """The base of the ``pointed`` before and after."""
        one, other = (np.where(n > 0, 1.0, UNREFERRED_BASE) for n in self.n_referring)
        return one, other


def domain_changes(web: Web, graph: DomainLinks, made: Plan, pages: Ids) -> DomainChanges:
    """What a plan changes, which can only be in links that stand on ``pages``."""
    rows = web.rows_from(pages)
    today = {name: web.column(name, rows) for name in COLUMNS}
    is_seen = web.column("weight", rows) > 0
    then = edited(web, made, rows)
    attended = (attention(then, web.profile) > 0) & made.nodes.is_node[then["source"]]
    keys = [
        _keys(web, graph, today, is_seen, web.nodes),
        _keys(web, graph, then, attended, made.nodes),
    ]
    pairs, at = np.unique(np.concatenate(keys), return_inverse=True)
    more = np.bincount(at, np.repeat([-1, 1], [len(part) for part in keys]), len(pairs))
    return _changes(graph, pairs[more != 0], more[more != 0].astype(np.int64))


def _keys(
    web: Web, graph: DomainLinks, links: dict[str, NDArray[Any]], is_seen: Any, nodes: Roles
) -> Ids:
    """The domain link behind every page link that makes one."""
    is_edge = links_domains(links, is_seen, nodes)
    source = web.snapshot.domain_of(links["source"][is_edge]).astype(np.int64)
    target = web.snapshot.domain_of(nodes.lands[links["target"][is_edge]]).astype(np.int64)
    return np.asarray((source * graph.n_domains + target)[source != target])


def _changes(graph: DomainLinks, pairs: Ids, more: Ids) -> DomainChanges:
    """The changes when there are ``more`` page links behind the domain links ``pairs``."""
    domains = distinct_of(pairs // graph.n_domains)
    known, counts = graph.keys(domains)
    every = distinct_of(np.concatenate([known, pairs]))
    before, after = np.zeros(len(every), np.int64), np.zeros(len(every), np.int64)
    before[np.searchsorted(every, known)] = counts
    after += before
    after[np.searchsorted(every, pairs)] += more
    differs = (before > 0) != (after > 0)
    changed = distinct_of(every[differs] // graph.n_domains)
    pointed, at = np.unique(every[differs] % graph.n_domains, return_inverse=True)
    won = np.bincount(at, np.where(after > 0, 1, -1)[differs], len(pointed)).astype(np.int64)
    n_referring = graph.n_referring[pointed]
    return DomainChanges(
        _rows(graph, changed, every[before > 0]),
        _rows(graph, changed, every[after > 0]),
        pointed,
        (n_referring, n_referring + won),
    )


def _rows(graph: DomainLinks, domains: Ids, keys: Ids) -> Patch:
    """The rows of some domains, given the links of these and perhaps others."""
    lo, hi = (np.searchsorted(keys, (domains + n) * graph.n_domains) for n in (0, 1))
    counts = hi - lo
    offsets = np.append(0, np.cumsum(counts)).astype(np.int64)
    places = np.arange(offsets[-1]) + np.repeat(lo - offsets[:-1], counts)
    targets = (keys[places] % graph.n_domains).astype(np.uint32)
    shares = np.repeat(DAMPING / np.maximum(counts, 1), counts)
    return Patch(domains, offsets, targets, shares)
