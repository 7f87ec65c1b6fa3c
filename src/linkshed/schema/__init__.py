"""Every table, column, unit, null meaning, sort order and enumeration. Declarations only.

In: nothing. Out: the words all other stages share. May import: ``errors``.
"""

from linkshed.schema.column import Column, Table
from linkshed.schema.enums import (
    BLOCKED_STATUSES,
    CHALLENGE,
    GONE_STATUSES,
    AnchorKind,
    Canonical,
    Indexability,
    LinkKind,
    Liveness,
    Placement,
    Reason,
    Rel,
    Resolution,
    Scheme,
    Unseen,
)
from linkshed.schema.rows import LINK_ROW, PAGE_ROW, REJECT_ROW
from linkshed.schema.tables import TABLES

__all__ = [
    "BLOCKED_STATUSES",
    "CHALLENGE",
    "GONE_STATUSES",
    "LINK_ROW",
    "PAGE_ROW",
    "REJECT_ROW",
    "TABLES",
    "AnchorKind",
    "Canonical",
    "Column",
    "Indexability",
    "LinkKind",
    "Liveness",
    "Placement",
    "Reason",
    "Rel",
    "Resolution",
    "Scheme",
    "Table",
    "Unseen",
]
