"""Random webs as bare arrays: links, redirects, canonicals, nofollow, noindex, dead pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from linkshed.schema import AnchorKind, Indexability, LinkKind, Placement, Rel, Resolution
from linkshed.score.equity import Equity, settle
from linkshed.score.nodes import Nodes, nodes_of
from linkshed.score.profiles import Profile, profile_of
from linkshed.score.surfer import Weights, weigh

Columns = dict[str, NDArray[Any]]


@dataclass
class Web:
    """Columns of a small web, as a snapshot would hold them."""

    links: Columns
    in_offsets: NDArray[np.int64]
    nodes: Nodes
    profile: Profile

    @property
    def n_pages(self) -> int:
        return len(self.nodes.lands)

    def weights(self) -> Weights:
        return weigh(self.links, self.in_offsets, self.nodes, self.profile)

    def settled(self) -> tuple[Weights, Equity]:
        w = self.weights()
        links = self.links | {"weight": w.weight, "passes": w.passes}
        return w, settle(links, self.in_offsets, w.out_weight, self.nodes, self.profile)


def plain_nodes(n: int) -> Nodes:
    """All pages indexable, each its own receiver."""
    return nodes_of(
        np.arange(n, dtype=np.uint32),
        np.zeros(n, np.uint8),
        np.full(n, Indexability.INDEXABLE, np.uint8),
        np.zeros(n, bool),
    )


def web_of(
    source: Any, target: Any, nodes: Nodes, profile: str = "reasonable-v1", **columns: Any
) -> Web:
    """A web of links in any order; absent columns say nothing."""
    source, target = np.asarray(source, np.uint32), np.asarray(target, np.uint32)
    order = np.lexsort((source, target))
    n = len(source)
    given = {
        "kind": np.full(n, LinkKind.TEXT, np.uint8),
        "rel": np.zeros(n, np.uint16),
        "placement": np.full(n, Placement.CONTENT, np.uint8),
        "anchor_kind": np.full(n, AnchorKind.DESCRIPTIVE, np.uint8),
        "position": np.full(n, np.nan, np.float32),
        "n_block": np.ma.masked_all(n, np.uint16),
    } | columns
    links = {name: column[order] for name, column in given.items()}
    links |= {"source": source[order], "target": target[order]}
    offsets = np.searchsorted(links["target"], np.arange(len(nodes.lands) + 1))
    return Web(links, offsets, nodes, profile_of(profile))


def random_web(seed: int, n: int, n_links: int, profile: str = "reasonable-v1") -> Web:
    """Everything at once; about a quarter of the pages is not an ordinary page."""
    rng = np.random.default_rng(seed)
    block = np.ma.array(rng.integers(1, 60, n_links), mask=rng.random(n_links) < 0.3)
    return web_of(
        rng.integers(0, n, n_links),
        rng.integers(0, n, n_links),
        _random_nodes(rng, n),
        profile,
        kind=rng.choice(list(LinkKind), n_links, p=[0.7, 0.1, 0.05] + [0.15 / 12] * 12),
        rel=rng.choice([0, 0, 0, Rel.NOFOLLOW, Rel.UGC, Rel.SPONSORED | Rel.UGC], n_links),
        placement=rng.choice(list(Placement), n_links),
        anchor_kind=rng.choice(list(AnchorKind), n_links),
        position=np.where(rng.random(n_links) < 0.2, np.nan, rng.random(n_links)).astype("f4"),
        n_block=block.astype(np.uint16),
    )


def _random_nodes(rng: np.random.Generator, n: int) -> Nodes:
    role = rng.choice(5, n, p=[0.75, 0.1, 0.05, 0.05, 0.05])
    role[0] = 0  # at least one page receives
    alive = np.flatnonzero(role == 0)
    receiver = np.where(role == 1, rng.choice(alive, n), np.arange(n))
    how = np.choose(role, [Resolution.SELF, Resolution.REDIRECT, Resolution.DEAD, 0, 0])
    final = np.choose(
        role,
        [Indexability.INDEXABLE, Indexability.REDIRECTED, Indexability.CLIENT_ERROR,
         Indexability.NOINDEX_META, Indexability.UNKNOWN],
    )  # fmt: skip
    is_nofollow = np.ma.array(rng.random(n) < 0.1, mask=role == 4)
    return nodes_of(receiver, how, final, is_nofollow)


seeds = st.integers(0, 2**31)
webs = st.builds(
    random_web,
    seeds,
    st.integers(1, 30),
    st.integers(0, 150),
    st.sampled_from(["reasonable-v1", "classic", "uniform-position", "hint"]),
)
