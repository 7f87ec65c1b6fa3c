"""Every table, column, unit, null meaning, sort order and enumeration. Declarations only.

In: nothing. Out: the words all other stages share. May import: ``errors``.
"""

from linkshed.schema.column import Column, Table, defined
from linkshed.schema.enums import (
    BLOCKED_STATUSES,
    CHALLENGE,
    CLICKABLE,
    GONE_STATUSES,
    NO_TOKENS,
    STEPS,
    AnchorKind,
    Canonical,
    DeadEnd,
    Indexability,
    KnownFrom,
    LinkKind,
    Liveness,
    Placement,
    Reason,
    Rel,
    Resolution,
    Scheme,
    Unseen,
)
from linkshed.schema.rows import DEAD_END_ROW, KNOWN_ROW, LINK_ROW, PAGE_ROW, REJECT_ROW
from linkshed.schema.tables import OPTIONAL, TABLES

__all__ = [
    "BLOCKED_STATUSES",
    "CHALLENGE",
    "CLICKABLE",
    "DEAD_END_ROW",
    "GONE_STATUSES",
    "KNOWN_ROW",
    "LINK_ROW",
    "NO_TOKENS",
    "OPTIONAL",
    "PAGE_ROW",
    "REJECT_ROW",
    "STEPS",
    "TABLES",
    "AnchorKind",
    "Canonical",
    "Column",
    "DeadEnd",
    "Indexability",
    "KnownFrom",
    "LinkKind",
    "Liveness",
    "Placement",
    "Reason",
    "Rel",
    "Resolution",
    "Scheme",
    "Table",
    "Unseen",
    "defined",
]
