"""The pages, or domains, around a scope, and the links between them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.report.answers.site import F64, Bools, Ids
from linkshed.report.columns import page_rows
from linkshed.report.frame import Frame, of_table
from linkshed.simulate.web import Web, web_of
from linkshed.snapshot.distinct import distinct_of
from linkshed.snapshot.kinds import is_clickable
from linkshed.snapshot.spans import spans
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

STEPS = 3
LINKS_PER_NODE = 6
"""Pairs shown for each node, in the mean; weaker ones are counted."""
FAR = 255


@dataclass
class Level:
    """Nodes: pages, or all living pages of a domain as one. ``of_page`` is the node of each page,
    its receiver's for pages that hand on; ``equity`` that of each node.
    """

    web: Web
    by: str
    of_page: Ids = field(init=False)
    equity: F64 = field(init=False)

    def __post_init__(self) -> None:
        lands = self.web.nodes.lands.astype(np.int64)
        is_page = self.by == "page"
        self.of_page = lands if is_page else self.web.snapshot.domain_of(lands).astype(np.int64)
        n = self.web.n_pages if is_page else self.web.snapshot.n_domains
        living = np.flatnonzero(self.web.nodes.is_node)
        held = np.bincount(self.of_page[living], self.web.equity[living], n)
        self.equity = held.astype(np.float64)

    def pages(self, nodes: Ids) -> Ids:
        """The living pages of some nodes."""
        if self.by == "page":
            return nodes
        borders = np.append(self.web.snapshot.array("domains", "page_lo"), self.web.n_pages)
        pages = spans(borders, nodes)
        return pages[self.web.nodes.is_node[pages]]

    def names(self, nodes: Ids) -> list[str]:
        """URLs, or names of domains."""
        if self.by == "page":
            return self.web.snapshot.urls(nodes)
        return self.domains(nodes)

    def domains(self, nodes: Ids) -> list[str]:
        """The registrable domain of each."""
        ids = self.web.snapshot.domain_of(nodes) if self.by == "page" else nodes
        found: list[str] = self.web.snapshot.take("domains", ["domain"], ids)["domain"].to_pylist()
        return found


@dataclass(frozen=True)
class Pairs:
    """Links by their two nodes: how many, and what they carry together."""

    source: Ids
    target: Ids
    links: Ids
    equity: F64

    def where(self, kept: NDArray[np.bool_] | Ids) -> Pairs:
        """Some of them."""
        return Pairs(*(column[kept] for column in vars(self).values()))


def vicinity(snapshot: Snapshot, scope: Scope, by: str, most: int) -> Frame:
    """A frame of joined pairs among the nodes chosen."""
    web = web_of(snapshot)
    level = Level(web, by)
    inside = page_rows(snapshot, scope)
    start = distinct_of(level.of_page[inside[web.nodes.is_node[inside]]])
    distance = np.full(len(level.equity), FAR, np.uint8)
    n_known = _reach(level, start, most, distance)
    nodes = np.flatnonzero(distance < FAR)
    pairs = _leaving(level, nodes)
    pairs = pairs.where(distance[pairs.target] < FAR)
    most_pairs = LINKS_PER_NODE * max(len(nodes), 1)
    kept = np.argsort(-pairs.equity, kind="stable")[:most_pairs]
    remarks = _remarks(by, len(nodes), n_known, len(kept), len(pairs.links))
    return of_table(_table(level, pairs.where(kept), distance), remarks=remarks)


def _reach(level: Level, start: Ids, most: int, distance: NDArray[np.uint8]) -> int:
    """Set the distance of the nodes chosen; gives how many were met in all."""
    chosen = start[np.argsort(-level.equity[start], kind="stable")[:most]]
    distance[chosen] = 0
    n_known, n_chosen, frontier = len(start), len(chosen), chosen
    for step in range(1, STEPS + 1):
        if not len(frontier) or n_chosen >= most:
            break
        joined = np.zeros(len(level.equity))
        is_met: Bools = np.zeros(len(joined), np.bool_)
        for ends, pairs in ((0, _leaving(level, frontier)), (1, _arriving(level, frontier))):
            others = pairs.source if ends else pairs.target
            np.add.at(joined, others, pairs.equity)
            is_met[others] = True
        met = np.flatnonzero(is_met & (distance == FAR))
        n_known += len(met)
        frontier = met[np.argsort(-joined[met], kind="stable")[: most - n_chosen]]
        distance[frontier] = step
        n_chosen += len(frontier)
    return n_known


def _leaving(level: Level, nodes: Ids) -> Pairs:
    return _pairs(level, level.web.rows_from(np.sort(level.pages(nodes))))


def _arriving(level: Level, nodes: Ids) -> Pairs:
    return _pairs(level, level.web.rows_to(np.sort(level.pages(nodes))))


def _pairs(level: Level, rows: Ids) -> Pairs:
    """The pairs of living nodes that some rows of links join; loops are left out."""
    web = level.web
    rows = rows[is_clickable(web.column("kind", rows))]
    page, target = (web.column(name, rows).astype(np.int64) for name in ("source", "target"))
    carried = web.equity[page] * web.scale[page] * web.column("weight", rows)
    carried = carried * web.column("passes", rows)
    ends = level.of_page[page], level.of_page[target]
    lives = web.nodes.is_node[page] & web.nodes.is_node[web.nodes.lands[target]]
    lives &= ends[0] != ends[1]
    n = len(level.equity)
    code, at = np.unique(ends[0][lives] * n + ends[1][lives], return_inverse=True)
    links = np.bincount(at, minlength=len(code))
    sums = np.bincount(at, carried[lives], len(code)).astype(np.float64)
    return Pairs(code // n, code % n, links, sums)


def _table(level: Level, pairs: Pairs, distance: NDArray[np.uint8]) -> pa.Table:
    columns: dict[str, pa.Array] = {}
    for end, nodes in (("source", pairs.source), ("target", pairs.target)):
        found, at = np.unique(nodes, return_inverse=True)
        columns |= {
            end: pa.array(level.names(found), pa.string()).take(pa.array(at)),
            f"{end}_domain": pa.array(level.domains(found), pa.string()).take(pa.array(at)),
            f"{end}_equity": pa.array(level.equity[nodes]),
            f"{end}_distance": pa.array(distance[nodes]),
        }
    counts = {"links": pa.array(pairs.links, pa.uint32()), "equity": pa.array(pairs.equity)}
    return pa.table(columns | counts)


def _remarks(by: str, n: int, n_known: int, shown: int, pairs: int) -> tuple[str, ...]:
    told = [f"{n:,} of the {n_known:,} {by}s met within {STEPS} steps are taken."]
    if shown < pairs:
        told.append(f"{shown:,} of {pairs:,} pairs are shown, those that carry most.")
    return tuple(told)
