"""The graph of domains.

A links to B (A != B) when at least one followed link that a reader can see leads from an indexable
page of A, or one never fetched, to a living page whose receiver is on B.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import InLinks, members_of
from linkshed.graph.levels import group_links
from linkshed.score.factors import is_followed
from linkshed.score.nodes import Roles, read_nodes
from linkshed.snapshot.kinds import is_clickable

if TYPE_CHECKING:
    from linkshed.snapshot.tables import Snapshot

Columns = Mapping[str, NDArray[Any]]
COLUMNS = ("source", "target", "kind", "rel")


def domain_links(snapshot: Snapshot) -> InLinks:
    """The graph described above; every link has the amount 1."""
    links = counted_domain_links(snapshot)
    return InLinks(links.offsets, links.sources, np.ones(len(links.sources), np.float32))


def counted_domain_links(snapshot: Snapshot) -> InLinks:
    """The same; the amount of a link is the number of page links it stands for."""
    nodes = read_nodes(snapshot)
    links = {name: snapshot.array("links", name) for name in COLUMNS}
    is_edge = links_domains(links, snapshot.array("links", "weight") > 0, nodes)
    domain = snapshot.domain_of(np.arange(snapshot.n_pages))
    offsets = snapshot.array("in_offsets", "in_offset")
    members = members_of(nodes.lands)
    return group_links(offsets, links["source"], is_edge, members, domain, snapshot.n_domains)


def links_domains(links: Columns, is_seen: NDArray[np.bool_], nodes: Roles) -> NDArray[np.bool_]:
    """Whether a link makes one domain link to another, if they are two. ``links`` has COLUMNS;
    ``is_seen`` says whether a reader of a page that counts can see it.
    """
    is_edge = is_seen & is_clickable(links["kind"])
    is_edge &= is_followed(links["rel"], links["source"], nodes)
    is_edge &= ~nodes.is_noindex[links["source"]]
    is_edge &= ~nodes.is_dead[links["target"]]
    return np.asarray(is_edge)
