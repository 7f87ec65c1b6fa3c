"""Profiles: the numbers behind the attention of a link, each with how well it is supported.

Grades: A measured, B documented or indirect, C convention (ours; nobody measured it).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from linkshed.errors import UnknownName
from linkshed.schema import CLICKABLE, AnchorKind, LinkKind, Placement

PLACE = {
    Placement.UNKNOWN: 0.50,
    Placement.CONTENT: 1.00,
    Placement.NAV: 0.30,
    Placement.HEADER: 0.30,
    Placement.FOOTER: 0.05,
    Placement.SIDEBAR: 0.15,
    Placement.BREADCRUMB: 0.35,
    Placement.RELATED: 0.35,
    Placement.PAGINATION: 0.20,
    Placement.REFERENCES: 0.20,
    Placement.COMMENTS: 0.05,
    Placement.HIDDEN: 0.00,
}
ANCHOR = {
    AnchorKind.DESCRIPTIVE: 1.0,
    AnchorKind.NAKED_URL: 0.7,
    AnchorKind.GENERIC: 0.6,
    AnchorKind.EMPTY: 0.2,
}
KIND = {LinkKind.TEXT: 1.0, LinkKind.IMAGE: 0.8, LinkKind.AREA: 0.5, LinkKind.UNKNOWN: 1.0}
BLOCKS = (
    Placement.NAV, Placement.HEADER, Placement.FOOTER, Placement.SIDEBAR, Placement.RELATED,
)  # fmt: skip


@dataclass(frozen=True)
class Profile:
    """How likely a reader is to follow a link, and how much of that passes equity.

    ``position`` is (floor, tau) of ``floor + (1 - floor) exp(-p / tau)`` for content links, None
    for no effect. ``block_exponent`` is beta of ``n_block ** -beta``. Of several links of a page to
    one receiver the best counts fully, each further ``repeat``, all further together at most
    ``repeat_cap`` of the best. ``nofollow``, ``ugc``, ``sponsored`` and ``noindex_outflow`` are
    pass factors. ``damping`` is d.
    """

    name: str
    meaning: str
    place: dict[Placement, float] = field(default_factory=lambda: dict(PLACE))
    position: tuple[float, float] | None = (0.15, 0.23)
    anchor: dict[AnchorKind, float] = field(default_factory=lambda: dict(ANCHOR))
    kind: dict[LinkKind, float] = field(default_factory=lambda: dict(KIND))
    image_without_alt: float = 0.4
    topic: tuple[float, float] | None = (0.6, 0.8)
    block_exponent: float = 0.5
    repeat: float = 0.25
    repeat_cap: float = 0.5
    nofollow: float = 0.0
    ugc: float = 0.0
    sponsored: float = 0.0
    noindex_outflow: float = 0.0
    damping: float = 0.85


REASONABLE = Profile(
    "reasonable-v1", "a reader who prefers prominent, descriptive links in the text"
)
CLASSIC = Profile(
    "classic",
    "the textbook: every link of a page is equally likely",
    place=dict.fromkeys(Placement, 1.0),
    position=None,
    anchor=dict.fromkeys(AnchorKind, 1.0),
    kind=dict.fromkeys(CLICKABLE, 1.0),
    image_without_alt=1.0,
    topic=None,
    block_exponent=0.0,
    repeat=1.0,
    repeat_cap=float("inf"),
)
UNIFORM_POSITION = replace(
    REASONABLE,
    name="uniform-position",
    meaning="as reasonable-v1, but where a link stands on the page does not matter",
    place={place: float(place is not Placement.HIDDEN) for place in Placement},
    position=None,
)
HINT = replace(
    REASONABLE,
    name="hint",
    meaning="as reasonable-v1, but nofollow and ugc pass a tenth",
    nofollow=0.1,
    ugc=0.1,
)
PROFILES = {p.name: p for p in (REASONABLE, CLASSIC, UNIFORM_POSITION, HINT)}
DEFAULT_PROFILE = REASONABLE.name


def profile_of(name: str) -> Profile:
    """The profile of that name. Raises UnknownName."""
    if name not in PROFILES:
        raise UnknownName(f"unknown profile {name!r}", allowed=", ".join(PROFILES))
    return PROFILES[name]
