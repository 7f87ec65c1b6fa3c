"""How far pages are from where a visit starts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.blocks import Team
from linkshed.graph.csr import F64, InLinks, signed
from linkshed.graph.kernel import kernel, row

UNREACHED = np.uint16(65535)


def depths(
    out_offsets: NDArray[Any],
    out_order: NDArray[Any],
    target: NDArray[Any],
    is_step: NDArray[np.bool_],
    group: NDArray[Any],
    roots: NDArray[Any],
) -> NDArray[np.uint16]:
    """Least number of steps from any root to each page, staying inside the root's group.

    Links are rows; ``out_order[out_offsets[i]:out_offsets[i + 1]]`` are those of page i. A step is
    a row with ``is_step`` whose two pages are of one ``group``. Pages no root reaches have 65535;
    pages further away than 65,534 steps count as that far.
    """
    depth = np.full(len(out_offsets) - 1, UNREACHED)
    depth[roots] = 0
    queue = np.empty(len(depth), np.uint32)
    queue[: len(roots)] = roots
    _visit(signed(out_offsets), out_order, target, is_step, group, queue, len(roots), depth)
    return depth


def harmonic_exact(links: InLinks, team: Team) -> F64:
    """Harmonic centrality: sum of 1/distance over all other pages from which a page is reached.

    One breadth-first search against the links per page: for small graphs.
    """
    centrality = np.zeros(links.n_pages)
    columns = (links.offsets, links.sources, centrality)
    team.each(lambda part: _search_back(*part, *columns), team.ranges(links.n_pages))
    return centrality


@kernel
def _visit(out_offsets, out_order, target, is_step, group, queue, n_queued, depth):  # type: ignore[no-untyped-def]
    at = 0
    while at < n_queued:
        page = queue[at]
        at += 1
        for k in row(out_offsets, page):
            link = out_order[k]
            next_page = target[link]
            if depth[next_page] == 65535 and is_step[link] and group[next_page] == group[page]:
                depth[next_page] = min(depth[page] + 1, 65534)
                queue[n_queued] = next_page
                n_queued += 1


@kernel
def _search_back(lo, hi, offsets, sources, centrality):  # type: ignore[no-untyped-def]
    n = len(offsets) - 1
    seen_by, queue = np.full(n, -1), np.empty(n, np.uint32)
    for root in range(lo, hi):
        seen_by[root], queue[0] = root, root
        at, n_queued, distance, total = 0, 1, 0, 0.0
        while at < n_queued:
            distance += 1
            level_end = n_queued
            while at < level_end:
                page = queue[at]
                at += 1
                for k in row(offsets, page):
                    source = sources[k]
                    if seen_by[source] != root:
                        seen_by[source], queue[n_queued] = root, source
                        n_queued += 1
            total += (n_queued - level_end) / distance
        centrality[root] = total
