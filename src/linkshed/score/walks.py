"""The walk of a scored snapshot, for other bases than the one of equity.

    x = (1-d) base + d P^T x          P and d: those the snapshot's equity was solved with

The walk is linear: bases that add up to b give solutions that add up to equity.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linkshed.errors import ResourceError
from linkshed.graph.csr import F64, InLinks, fold, members_of, scale_of, transpose
from linkshed.graph.shelf import Shelf
from linkshed.graph.walk import Solution, solve
from linkshed.score.nodes import Nodes, read_nodes
from linkshed.score.profiles import profile_of
from linkshed.score.score import shelf_of

if TYPE_CHECKING:
    from linkshed.snapshot.tables import Snapshot

TOLERANCE = 1e-11
PAGE_TOLERANCE = 2e-11
PAGE_FLOOR = 1e-6  # page-equivalents; a page with less is solved to the same absolute error


@dataclass(frozen=True)
class Walk:
    """Links between receivers, each with attention times pass factor; ``scale`` is d / A."""

    nodes: Nodes
    links: InLinks
    scale: F64
    damping: float
    threads: int | None
    shelf: Shelf

    def solve(self, inflow: F64) -> Solution:
        """x = inflow + d P^T x. Raises ResourceError when that cannot be reached."""
        found = solve(
            self.links,
            inflow,
            self.scale,
            damping=self.damping,
            tolerance=TOLERANCE,
            page_tolerance=PAGE_TOLERANCE,
            page_floor=PAGE_FLOOR,
            threads=self.threads,
            shelf=self.shelf,
        )
        if not found.is_converged:
            raise ResourceError(
                f"a walk did not converge: residual {found.residual:.2g}",
                repair="report this snapshot: a damped walk always converges",
            )
        return found

    def reversed(self) -> Walk:
        """The walk against the links: a page hands to those that link to it, in shares that are
        proportional to what their links would pass."""
        given = np.bincount(_targets(self.links), weights=self.links.amounts,
                            minlength=self.links.n_pages)  # fmt: skip
        scale = scale_of(self.damping, given)
        return replace(self, links=transpose(self.links), scale=scale)


def _targets(links: InLinks) -> NDArray[Any]:
    return np.repeat(np.arange(links.n_pages, dtype=np.uint32), np.diff(links.offsets))


def read_walk(
    snapshot: Snapshot, params: Mapping[str, Any], keep: NDArray[np.bool_] | None = None
) -> Walk:
    """The walk of a snapshot, along all links or along those to ``keep``, in the same shares."""
    nodes = read_nodes(snapshot)
    columns = [snapshot.array("links", name) for name in ("source", "weight", "passes")]
    if keep is not None:
        columns[2] = columns[2] * keep
    offsets = snapshot.array("in_offsets", "in_offset")
    shelf = shelf_of(snapshot, params)
    links = fold(offsets, columns[0], columns[1], columns[2], members_of(nodes.lands), shelf)
    damping = profile_of(params["profile"]).damping
    out = snapshot.array("pages", "out_weight")
    scale = scale_of(damping, out)
    return Walk(nodes, links, scale, damping, params.get("threads"), shelf)


def share_columns(
    snapshot: Snapshot, nodes: Nodes, names: tuple[str, str], part: F64 | None, whole: F64
) -> dict[tuple[str, str], Any]:
    """An amount and its share of a whole, of pages and as sums over domains.

    A share is null where the whole is 0, all are null without an amount.
    """
    is_known = np.full(len(whole), part is not None)
    values = np.zeros(len(whole)) if part is None else part
    of_pages = (values, whole, is_known & nodes.is_node)
    sums = by_domain(snapshot, values), by_domain(snapshot, whole)
    of_domains = (*sums, np.full(len(sums[0]), part is not None))
    made: dict[tuple[str, str], Any] = {}
    for table, (amount, all_of_it, known) in (("pages", of_pages), ("domains", of_domains)):
        made[table, names[0]] = np.ma.array(amount, mask=~known)
        made[table, names[1]] = _share(amount, all_of_it, known & (all_of_it > 0))
    return made


def by_domain(snapshot: Snapshot, values: F64) -> F64:
    """Sums over the pages of each domain."""
    starts = snapshot.array("domains", "page_lo").astype(np.int64)
    return np.asarray(np.add.reduceat(values, starts) if len(starts) else np.empty(0))


def _share(part: F64, whole: F64, is_known: NDArray[np.bool_]) -> Any:
    """Part over whole; rounding never makes it exceed 1."""
    found = np.divide(part, whole, out=np.zeros(len(part)), where=is_known)
    return np.ma.array(np.minimum(found, 1.0), mask=~is_known)
