"""Reasonable surfer: how likely a reader is to follow each link, and how much of it passes.

    weight      a_l = W_place * W_position * W_anchor * W_kind * W_topic * W_block * W_repeat
    passes      pi_l in [0, 1]
    out_weight  A_i = sum of a_l over all links of page i

Only text, image and area links, and those of unknown kind, have attention. A link that ends where
it starts, after redirects and canonicals, is in-page navigation and has none; neither have links of
pages that hand their equity to another page, or of dead pages. Nofollow, broken and external links
keep their attention: what they take is lost, not shared among the others ("evaporation").

    W_repeat: among the links of one page to one receiver the heaviest has 1, every other
              min(0.25, 0.5 * heaviest / sum of the others)

``weight`` is stored in f32; ``A_i`` is the f64 sum of the stored values, so that every share
computed from the columns is exact. Factors, grades and sources: ``factors`` and ``profiles``.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import members_of, repeat_factors, sum_by_source
from linkshed.graph.shelf import Shelf
from linkshed.machine import n_cores
from linkshed.schema import Column
from linkshed.score.factors import COLUMNS as FACTOR_COLUMNS
from linkshed.score.factors import Columns, attention, passing
from linkshed.score.nodes import Nodes, read_nodes
from linkshed.score.profiles import Profile, profile_of
from linkshed.score.score import ScoreColumn, ScoreResult, shelf_of

if TYPE_CHECKING:
    from linkshed.snapshot.tables import Snapshot

TITLE = "attention and pass factor of every link"
NEEDS: tuple[str, ...] = ()
COLUMNS = (
    ScoreColumn("links", Column("weight", "f32", "attention a: how likely a reader follows it")),
    ScoreColumn("links", Column("passes", "f32", "pass factor: share of its equity that arrives")),
    ScoreColumn("pages", Column("out_weight", "f64", "attention of all links of the page")),
)
CHUNK = 1 << 19  # link rows a thread works on at a time
MOST_ABREAST = 4  # threads: each takes some 100 bytes a row


@dataclass(frozen=True)
class Weights:
    """Columns of links and pages as declared above."""

    weight: NDArray[np.float32]
    passes: NDArray[np.float32]
    out_weight: NDArray[np.float64]


def compute(snapshot: Snapshot, params: Mapping[str, Any]) -> ScoreResult:
    """Weigh every link by the profile ``params["profile"]``."""
    profile = profile_of(params["profile"])
    links = {name: snapshot.array("links", name) for name in ("source", "target", *FACTOR_COLUMNS)}
    offsets = snapshot.array("in_offsets", "in_offset")
    nodes, shelf = read_nodes(snapshot), shelf_of(snapshot, params)
    weights = weigh(links, offsets, nodes, profile, shelf, params.get("threads"))
    columns: dict[tuple[str, str], NDArray[Any]] = {
        ("links", "weight"): weights.weight,
        ("links", "passes"): weights.passes,
        ("pages", "out_weight"): weights.out_weight,
    }
    record = {"profile": profile.name, "n_with_attention": int(np.count_nonzero(weights.weight))}
    return ScoreResult(columns, record)


def weigh(
    links: Columns,
    in_offsets: NDArray[Any],
    nodes: Nodes,
    profile: Profile,
    shelf: Shelf | None = None,
    threads: int | None = None,
) -> Weights:
    """Attention and pass factor of all links, given as columns sorted by target, then source.

    ``shelf`` is where arrays over links are put. The result does not depend on ``threads``.
    """
    shelf = shelf or Shelf()
    n_links = len(links["source"])
    weight, passes = shelf.empty(n_links, np.float32), shelf.empty(n_links, np.float32)

    def weigh_part(lo: int) -> None:
        part = {name: column[lo : lo + CHUNK] for name, column in links.items()}
        weight[lo : lo + CHUNK], passes[lo : lo + CHUNK] = _weigh_part(part, nodes, profile)

    with ThreadPoolExecutor(min(threads or n_cores(), MOST_ABREAST)) as pool:
        list(pool.map(weigh_part, range(0, n_links, CHUNK)))
    if profile.repeat < 1:
        weight *= repeat_factors(
            in_offsets,
            links["source"],
            weight,
            members_of(nodes.lands),
            each=profile.repeat,
            cap=profile.repeat_cap,
            shelf=shelf,
        )
    return Weights(weight, passes, sum_by_source(links["source"], weight, len(nodes.lands)))


def _weigh_part(links: Columns, nodes: Nodes, profile: Profile) -> tuple[Any, Any]:
    source, target = links["source"], links["target"]
    counts = nodes.is_node[source] & (nodes.lands[target] != source)
    return attention(links, profile) * counts, passing(links, source, target, nodes, profile)[0]
