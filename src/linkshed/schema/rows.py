"""The rows a reader hands over: URLs, never ids. One batch is a dict of equally long lists."""

from __future__ import annotations

from linkshed.schema.column import Column
from linkshed.schema.enums import (
    AnchorKind,
    DeadEnd,
    Indexability,
    KnownFrom,
    LinkKind,
    Liveness,
    Placement,
    Rel,
)

UNKNOWN = "the input does not say"

PAGE_FACTS: tuple[Column, ...] = (
    Column("fetched_at", "time", "when the page was read", "known only as a link target"),
    Column("status", "u16", "HTTP status", "never fetched", alias="http_code", example="200"),
    Column("content_type", "string", "MIME type as served, or as found in the bytes", UNKNOWN),
    Column("size_bytes", "u32", "size of the body", UNKNOWN, "bytes", alias="page_size"),
    Column("encoding", "string", "character encoding the text was decoded with", UNKNOWN),
    Column("title", "string", "words of the title element", "no title", example="Tea guide"),
    Column("language", "string", "BCP 47 tag from lang, Content-Language or meta", "not declared"),
    Column("author", "string", "author named by the page", "none named"),
    Column("published_at", "time", "publication date stated by the page", "none stated"),
    Column("modified_at", "time", "modification date stated by the page or its header", "none"),
    Column("n_words", "u32", "words of visible text; characters in Chinese and Japanese", UNKNOWN),
    Column("is_noindex", "bool", "noindex in meta robots or X-Robots-Tag", "never fetched"),
    Column("is_nofollow", "bool", "page-level nofollow", "never fetched"),
    Column(
        "indexability",
        "u8",
        "whether a search engine may keep the page, or the first reason why not",
        values=Indexability,
    ),
    Column("canonical_issue", "u8", "0 none, 6 several, 7 malformed (enum Canonical)"),
    Column("content_hash", "string", "BLAKE2b-128 of the body, hexadecimal", "not fetched"),
    Column("text_sketch", "u64", "64-bit SimHash of the main text", "no text"),
    Column("n_refused_links", "u32", "links on the page that lead nowhere crawlable", UNKNOWN),
)

LOOK_FACTS: tuple[Column, ...] = (
    Column("liveness", "u8", "whether it still leads somewhere, by all looks at it; a row that does"
           " not say is judged by its status", values=Liveness),
    Column("looked_at", "time", "when it was last looked at", "never, or at a time unknown"),
    Column("outcome", "string", "what that look gave: a status, challenge, or why no answer came",
           "never looked at", example="404"),
    Column("n_vain_looks", "u16", "looks in vain up to then, with no answer between them",
           "never looked at"),
    Column("vain_since", "time", "when the first of these was taken", "none in vain"),
)  # fmt: skip

PAGE_ROW: tuple[Column, ...] = (
    Column("url", "string", "normalised absolute URL"),
    *PAGE_FACTS,
    *LOOK_FACTS,
    Column("is_revisit", "bool", "an unchanged repeat: confirms the links of the earlier look"),
    Column("text", "string", "main-content text", "none, or not kept"),
)

LINK_FACTS: tuple[Column, ...] = (
    Column("kind", "u8", "what makes the link", values=LinkKind, alias="link_type"),
    Column("rel", "u16", "rel tokens", values=Rel),
    Column("placement", "u8", "part of the page it stands in", values=Placement),
    Column(
        "anchor",
        "string",
        "its words; of an image its alt text, of an hreflang link its language code",
        example="best oolong",
    ),
    Column("anchor_kind", "u8", "what the words say about the target", values=AnchorKind),
    Column("ordinal", "u32", "place among the links of the source, from 0"),
    Column("position", "f32", "share of the page's text before it, 0 top to 1 end", UNKNOWN),
    Column("n_block", "u16", "links in the same block", UNKNOWN),
    Column(
        "is_scripted",
        "bool",
        "stands on the page only after its scripts ran",
        "its scripts were not run",
    ),
    Column("first_seen", "time", "when the link was first seen", UNKNOWN, alias="first_seen_link"),
    Column("last_seen", "time", "when it was last seen", UNKNOWN, alias="last_seen"),
    Column("last_verified", "time", "when linkshed itself last read it on its page", "never"),
)

LINK_CONTEXT: tuple[Column, ...] = (
    Column("alt", "string", "alt text of the image inside the link", "no image", alias="alt"),
    Column("context_left", "string", "words before it", "none", alias="snippet_left"),
    Column("context_right", "string", "words after it", "none", alias="snippet_right"),
    Column("path", "string", "short DOM path that finds it", UNKNOWN, example="main>p:2>a:1"),
)

LINK_ROW: tuple[Column, ...] = (
    Column("source_url", "string", "page the link stands on", alias="url_from"),
    Column("target_url", "string", "page it leads to, without fragment", alias="url_to"),
    *LINK_FACTS,
    *LINK_CONTEXT,
)

KNOWN_FACTS: tuple[Column, ...] = (
    Column("known_from", "u16", "kinds of lists that name it; 0 when none", values=KnownFrom),
    Column("unseen", "string", "why the crawl that met it did not read it", "no crawl says"),
    Column("n_clicks", "u32", "clicks on it in search results, over all lists", "no list counts"),
    Column("n_visits", "u32", "visits, or requests at a server, over all lists", "no list counts"),
)

KNOWN_ROW: tuple[Column, ...] = (
    Column("url", "string", "normalised absolute URL"),
    *KNOWN_FACTS,
)

DEAD_END_FACTS: tuple[Column, ...] = (
    Column("reason", "u8", "why it leads nowhere", values=DeadEnd),
    Column("href", "string", "the address as written, cut to 200 characters", "it has none"),
    Column("anchor", "string", "its words"),
    Column("placement", "u8", "part of the page it stands in", values=Placement),
    Column("path", "string", "short DOM path that finds it", example="main>p:2>a:1"),
)

DEAD_END_ROW: tuple[Column, ...] = (
    Column("source_url", "string", "page it stands on"),
    Column("seen_at", "time", "when the page was read", UNKNOWN),
    *DEAD_END_FACTS,
)

REJECT_ROW: tuple[Column, ...] = (
    Column("level", "string", "record (an input row) or link (a link on a page)"),
    Column("reason", "string", "why it was refused"),
    Column("input", "string", "file it came from"),
    Column("locator", "string", "where in the file: record number, line, or source URL"),
    Column("value", "string", "what was refused, cut to 200 characters"),
    Column("n", "u32", "how many like it"),
)
