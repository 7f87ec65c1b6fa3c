"""What the words of a link say about its target."""

from __future__ import annotations

import re
from functools import lru_cache

from linkshed.extract.generic_anchors import GENERIC
from linkshed.schema import AnchorKind

_NAKED = re.compile(
    r"(?:https?://\S+|(?:www\.)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,18}(?::\d+)?(?:/\S*)?)", re.IGNORECASE
)
_EDGE = " \t.,:;!?…»«›‹→←>< ()[]{}\"'“”„-–—|/*·•"
_MAX_GENERIC = 40


@lru_cache(maxsize=65_536)
def anchor_kind(words: str, target_url: str | None = None) -> AnchorKind:
    """The kind of a link's words: empty, a bare address, words that fit any target, or a name.

    ``words`` are the link's own words or what stands for them (alt, aria-label, title). With
    ``target_url`` a text equal to it counts as a bare address however it is written.
    """
    bare = words.strip(_EDGE)
    if not bare:
        return AnchorKind.EMPTY if not words.strip() else AnchorKind.GENERIC
    if target_url is not None and bare in target_url and "/" in bare:
        return AnchorKind.NAKED_URL
    if _NAKED.fullmatch(bare):
        return AnchorKind.NAKED_URL
    if len(bare) <= _MAX_GENERIC and (bare.isdigit() or bare.casefold() in GENERIC):
        return AnchorKind.GENERIC
    return AnchorKind.DESCRIPTIVE
