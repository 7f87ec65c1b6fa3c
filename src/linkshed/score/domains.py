"""The graph of domains.

A links to B (A != B) when at least one followed link that a reader can see leads from an indexable
page of A, or one never fetched, to a living page whose receiver is on B.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import InLinks, members_of
from linkshed.graph.levels import group_links
from linkshed.score.factors import is_clickable, is_followed
from linkshed.score.nodes import Nodes, read_nodes

if TYPE_CHECKING:
    from linkshed.snapshot.tables import Snapshot


def domain_links(snapshot: Snapshot) -> InLinks:
    """The graph described above; every link has the amount 1."""
    nodes = read_nodes(snapshot)
    source = snapshot.array("links", "source")
    is_edge = _edges(snapshot, source, nodes)
    domain = snapshot.domain_of(np.arange(snapshot.n_pages))
    offsets = snapshot.array("in_offsets", "in_offset")
    members = members_of(nodes.lands)
    return group_links(offsets, source, is_edge, members, domain, snapshot.n_domains)


def _edges(snapshot: Snapshot, source: NDArray[Any], nodes: Nodes) -> NDArray[np.bool_]:
    target = snapshot.array("links", "target")
    is_edge: NDArray[np.bool_] = snapshot.array("links", "weight") > 0
    is_edge &= is_clickable(snapshot.array("links", "kind"))
    is_edge &= is_followed(snapshot.array("links", "rel"), source, nodes)
    is_edge &= ~nodes.is_noindex[source]
    is_edge &= ~nodes.is_dead[target]
    return is_edge
