"""The factors of a link's attention, one function each, and the pass factor.

    a  = W_place * W_position * W_anchor * W_kind * W_topic * W_block * W_repeat
    pi = 0 where the target is broken, else (rel factor) * (noindex factor of the source)

A factor takes columns of links and a profile, and gives one value per link. What is not known has
the factor 1. ``W_repeat`` compares links with each other and is made by ``surfer``. Numbers: see
``profiles``. The idea of a reader who does not click all links alike: US patent 7,716,225 (2010).
A patent shows what was described, not what any search engine runs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.schema import AnchorKind, LinkKind, Placement, Rel
from linkshed.score.nodes import Roles
from linkshed.score.profiles import BLOCKS, Profile

Columns = Mapping[str, NDArray[Any]]
F64 = NDArray[np.float64]
COLUMNS = ("kind", "rel", "placement", "anchor_kind", "position", "n_block")
RESTRICTING = Rel.NOFOLLOW | Rel.UGC | Rel.SPONSORED
ANCHOR_WORDS = {
    AnchorKind.DESCRIPTIVE: "descriptive words",
    AnchorKind.NAKED_URL: "the anchor is a bare URL",
    AnchorKind.GENERIC: "generic words such as 'click here'",
    AnchorKind.EMPTY: "no words",
}
PLACE_WORDS = {
    Placement.UNKNOWN: "placement unknown",
    Placement.CONTENT: "in the main content",
    Placement.NAV: "in the navigation",
    Placement.RELATED: "among related links",
    Placement.BREADCRUMB: "in the breadcrumb",
    Placement.REFERENCES: "among references",
    Placement.COMMENTS: "in a comment",
    Placement.HIDDEN: "hidden from readers",
}


@dataclass(frozen=True)
class Factor:
    """A named factor: its value per link, and the reason in words for one link."""

    name: str
    grade: str
    values: Callable[[Columns, Profile], F64]
    reason: Callable[[Mapping[str, Any]], str]


def place(links: Columns, profile: Profile) -> F64:
    """The part of the page the link stands in."""
    return _table(profile.place, Placement)[links["placement"]]


def position(links: Columns, profile: Profile) -> F64:
    """How far down the page a content link stands."""
    values = np.ones(len(links["position"]))
    if profile.position is not None:
        floor, tau = profile.position
        share = np.asarray(links["position"], np.float64)
        known = (links["placement"] == Placement.CONTENT) & ~np.isnan(share)
        values[known] = floor + (1 - floor) * np.exp(-share[known] / tau)
    return values


def anchor(links: Columns, profile: Profile) -> F64:
    """What the words say about the target."""
    return _table(profile.anchor, AnchorKind)[links["anchor_kind"]]


def kind(links: Columns, profile: Profile) -> F64:
    """Text, image or area; 0 for what cannot be clicked."""
    values = _table(profile.kind, LinkKind)[links["kind"]]
    mute = (links["kind"] == LinkKind.IMAGE) & (links["anchor_kind"] == AnchorKind.EMPTY)
    values[mute] = profile.image_without_alt
    return values


def topic(links: Columns, profile: Profile) -> F64:
    """How related source and target are: rho, the share of random page pairs less alike."""
    rho = links.get("relevance")
    values = np.ones(len(links["kind"]))
    if rho is not None and profile.topic is not None:
        low, span = profile.topic
        known = (links["placement"] == Placement.CONTENT) & ~np.isnan(rho)
        values[known] = low + span * rho[known]
    return values


def block(links: Columns, profile: Profile) -> F64:
    """Links of one menu or footer share the attention the menu gets."""
    size = np.ma.filled(np.ma.asarray(links["n_block"]).astype(np.float64), 1.0)
    shared = _SHARED[links["placement"]]
    return np.where(shared, np.maximum(size, 1.0) ** -profile.block_exponent, 1.0)


def _place_reason(link: Mapping[str, Any]) -> str:
    where = Placement(link["placement"])
    return PLACE_WORDS.get(where, f"in the {where.name.lower()}")


def _position_reason(link: Mapping[str, Any]) -> str:
    if link["placement"] != Placement.CONTENT:
        return "position counts in the main content only"
    if link["position"] is None or np.isnan(link["position"]):
        return "position unknown"
    return f"after {link['position']:.0%} of the page's text"


def _kind_reason(link: Mapping[str, Any]) -> str:
    if link["kind"] == LinkKind.IMAGE:
        mute = link["anchor_kind"] == AnchorKind.EMPTY
        return "an image without alt text" if mute else "an image with alt text"
    words = {
        LinkKind.TEXT: "a text link",
        LinkKind.AREA: "an area of an image map",
        LinkKind.UNKNOWN: "a link of a kind not known",
    }
    return words.get(LinkKind(link["kind"]), "not a link that can be clicked")


def _topic_reason(link: Mapping[str, Any]) -> str:
    rho = link.get("relevance")
    return "relevance not measured" if rho is None else f"more related than {rho:.0%} of pairs"


def _block_reason(link: Mapping[str, Any]) -> str:
    if link["placement"] not in BLOCKS:
        return "shares its attention with no block"
    size = link["n_block"]
    return "size of its block unknown" if size is None else f"one of {size} links in its block"


FACTORS: tuple[Factor, ...] = (
    Factor("place", "A for references, B for the order, C for the numbers", place, _place_reason),
    Factor("position", "A-", position, _position_reason),
    Factor("anchor", "C", anchor, lambda link: ANCHOR_WORDS[AnchorKind(link["anchor_kind"])]),
    Factor("kind", "C", kind, _kind_reason),
    Factor("topic", "A for the direction, C for the size", topic, _topic_reason),
    Factor("block", "C", block, _block_reason),
)

REPEAT = "repeat"
MEANINGS = {factor.name: str(factor.values.__doc__).strip().rstrip(".") for factor in FACTORS}
MEANINGS[REPEAT] = "Whether its page has a better link to the same page"
"""What each factor of a link's attention looks at."""


def attention(links: Columns, profile: Profile) -> F64:
    """Product of all factors of single links."""
    product = FACTORS[0].values(links, profile)
    for factor in FACTORS[1:]:
        product = product * factor.values(links, profile)
    return product


def _flags(chosen: Collection[IntEnum], members: type[IntEnum]) -> NDArray[np.bool_]:
    return np.array([member in chosen for member in range(max(members) + 1)])


_SHARED = _flags(BLOCKS, Placement)


def _table(values: Mapping[Any, float], members: type[IntEnum]) -> F64:
    table = np.zeros(max(members) + 1)
    for member, value in values.items():
        table[member] = value
    return table


def is_followed(rel: NDArray[Any], source: NDArray[Any], nodes: Roles) -> NDArray[np.bool_]:
    """No nofollow, ugc or sponsored on the link, and no nofollow on its page."""
    said: NDArray[np.bool_] = (rel & RESTRICTING) != 0
    followed: NDArray[np.bool_] = ~(said | nodes.is_nofollow[source])
    return followed


def is_told(rel: NDArray[Any], source: NDArray[Any], nodes: Roles) -> NDArray[np.bool_]:
    """Whether an input tells if links are followed; where none does, they count as followed."""
    told: NDArray[np.bool_] = (rel & Rel.UNKNOWN == 0) | nodes.is_nofollow[source]
    return told


class Fate(IntEnum):
    """What becomes of the equity a link takes; the first that applies."""

    PASSES = 0
    NOINDEX = 1  # the source is not kept by search engines
    BROKEN = 2
    NOFOLLOW_PAGE = 3
    NOFOLLOW = 4
    UGC = 5
    SPONSORED = 6


FATE_WORDS = {
    Fate.PASSES: "passes",
    Fate.NOINDEX: "the page is noindex: its links stop counting",
    Fate.BROKEN: "the target is broken: what is sent there is lost",
    Fate.NOFOLLOW_PAGE: "the page says nofollow for all its links",
    Fate.NOFOLLOW: "rel=nofollow",
    Fate.UGC: "rel=ugc",
    Fate.SPONSORED: "rel=sponsored",
}
NO_LINKS = "no_links"
LOSSES = {fate.name.lower(): words for fate, words in FATE_WORDS.items() if fate is not Fate.PASSES}
LOSSES[NO_LINKS] = "the page has no links"
"""Where equity is lost that a page could hand on, and in words why."""


def passing(
    links: Columns, source: NDArray[Any], target: NDArray[Any], nodes: Roles, profile: Profile
) -> tuple[F64, NDArray[np.uint8]]:
    """Pass factor and Fate per link. Of several rel tokens the most restrictive counts."""
    pi = np.ones(len(source))
    fate = np.zeros(len(source), np.uint8)
    for token, value in ((Fate.SPONSORED, profile.sponsored), (Fate.UGC, profile.ugc),
                         (Fate.NOFOLLOW, profile.nofollow)):  # fmt: skip
        said = (links["rel"] & Rel[token.name]) != 0
        _restrict(pi, fate, said, np.minimum(pi, value), token)
    said = nodes.is_nofollow[source]
    _restrict(pi, fate, said, np.minimum(pi, profile.nofollow), Fate.NOFOLLOW_PAGE)
    _restrict(pi, fate, nodes.is_dead[target], np.zeros(len(pi)), Fate.BROKEN)
    _restrict(pi, fate, nodes.is_noindex[source], pi * profile.noindex_outflow, Fate.NOINDEX)
    return pi, fate


def _restrict(
    pi: F64, fate: NDArray[np.uint8], where: NDArray[np.bool_], values: F64, reason: Fate
) -> None:
    pi[where] = values[where]
    fate[where] = reason
