"""The tables of a snapshot. Score columns are declared by their score (``linkshed.score``)."""

from __future__ import annotations

from linkshed.schema.column import Column, Table
from linkshed.schema.enums import Canonical, Indexability, Resolution, Scheme
from linkshed.schema.rows import (
    DEAD_END_FACTS,
    KNOWN_FACTS,
    LINK_CONTEXT,
    LINK_FACTS,
    LOOK_FACTS,
    PAGE_FACTS,
    REJECT_ROW,
)

PAGES = Table(
    "pages",
    "Every page that was read or is linked to. The row number is the page_id.",
    "key, then scheme",
    (
        Column("key", "string", "sort form of the URL", example="com,example,www,)/a"),
        Column("scheme", "u8", "URL scheme", values=Scheme),
        *PAGE_FACTS,
        *LOOK_FACTS,
        Column("first_seen", "time", "when the URL was first met", "no input says"),
        Column("last_seen", "time", "when the URL was last met", "no input says"),
    ),
)

RESOLUTION = Table(
    "resolution",
    "Which page receives each page's equity, and why. Row-aligned with pages; made again with other"
    " settings without touching any other file.",
    "as pages",
    (
        Column("receiver", "u32", "page_id that receives its equity; itself when nothing applies"),
        Column("next", "u32", "page_id of the next hop; itself when none"),
        Column("resolution", "u8", "how the receiver was decided", values=Resolution),
        Column("n_hops", "u8", "hops from the page to its receiver; of a loop until it comes back"),
        Column("canonical", "u8", "what became of the declared canonical", values=Canonical),
        Column("final_indexability", "u8", "indexability after resolution", values=Indexability),
    ),
)

HOSTS = Table(
    "hosts",
    "One row per run of pages with the same host. The row number is the host_id.",
    "key",
    (
        Column("host", "string", "host name or IP address", example="www.example.com"),
        Column("page_lo", "u32", "first page_id"),
        Column("page_hi", "u32", "one past the last page_id"),
        Column("domain_id", "u32", "row of domains"),
    ),
)

DOMAINS = Table(
    "domains",
    "One row per registrable domain (or IP address, or host without one). Row number: domain_id.",
    "key",
    (
        Column("domain", "string", "registrable domain", example="example.com"),
        Column("host_lo", "u32", "first host_id"),
        Column("host_hi", "u32", "one past the last host_id"),
        Column("page_lo", "u32", "first page_id"),
        Column("page_hi", "u32", "one past the last page_id"),
    ),
)

LINKS = Table(
    "links",
    "One row per link instance; parallel links stay separate rows.",
    "target, source, ordinal",
    (
        Column("target", "u32", "page_id it leads to"),
        Column("source", "u32", "page_id it stands on"),
        *LINK_FACTS,
    ),
)

CONTEXTS = Table(
    "contexts", "Words around each link. Row-aligned with links.", "as links", LINK_CONTEXT
)

TEXTS = Table(
    "texts",
    "Main-content text of the pages that have one.",
    "page",
    (Column("page", "u32", "page_id"), Column("text", "string", "main-content text")),
)

IN_OFFSETS = Table(
    "in_offsets",
    "Row j: first row of links whose target is page j; one extra row at the end.",
    "page_id",
    (Column("in_offset", "u64", "row of links"),),
)

OUT_OFFSETS = Table(
    "out_offsets",
    "Row i: first row of out_order whose source is page i; one extra row at the end.",
    "page_id",
    (Column("out_offset", "u64", "row of out_order"),),
)

OUT_ORDER = Table(
    "out_order",
    "Rows of links sorted by source, then ordinal.",
    "source, ordinal",
    (Column("link", "u32", "row of links"),),
)

KNOWN = Table(
    "known",
    "What lists and crawls tell of pages besides links and the look at them. Absent in snapshots of"
    " a writer that keeps none.",
    "page",
    (Column("page", "u32", "page_id"), *KNOWN_FACTS),
)

DEAD_ENDS = Table(
    "dead_ends",
    "Places on pages that look like links and lead a crawler nowhere: at most 100 of a page, by the"
    " look at it that counts. Absent in snapshots of a writer that keeps none.",
    "page, then as they stand on it",
    (Column("page", "u32", "page_id it stands on"), *DEAD_END_FACTS),
)

REJECTS = Table("rejects", "What was refused, and why.", "input", REJECT_ROW)

TABLES: tuple[Table, ...] = (
    PAGES, RESOLUTION, HOSTS, DOMAINS, LINKS, CONTEXTS, TEXTS,
    IN_OFFSETS, OUT_OFFSETS, OUT_ORDER, REJECTS, KNOWN, DEAD_ENDS,
)  # fmt: skip
OPTIONAL = (KNOWN.name, DEAD_ENDS.name)
"""Tables that a snapshot may lack: then nothing of the kind is known of its pages."""
