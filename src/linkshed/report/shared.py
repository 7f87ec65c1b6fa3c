"""Columns of a link that several reports show: declarations only, cheap to import."""

from __future__ import annotations

from dataclasses import replace

from linkshed.report.report import Option
from linkshed.schema import Column

GROUPING = Option(
    "grouping",
    "similar: one row for the links of one domain to one page in one kind of place; domain: one row"
    " for each referring domain; all: every link",
    "similar",
    ("similar", "domain", "all"),
)
FOLDERS = Option(
    "folders",
    "folders that make a section, besides the host",
    1,
    form="count",
    within=(0, 10),
)
NO_REL = "no input tells"
_NEVER_FETCHED = "never fetched"
_NOT_SAID = "the input does not say"
_NO_NODE = "holds no equity of its own: dead, or folded into another page"


def look_columns(prefix: str, whose: str) -> tuple[Column, ...]:
    """Columns that tell whether a page is alive, and on what evidence."""
    return (
        Column(f"{prefix}liveness", "string", f"alive, dead, blocked or unknown, by all looks at"
               f" {whose} address"),
        Column(f"{prefix}outcome", "string", "what the last look gave: a status, challenge, or why"
               " no answer came", "never looked at"),
        Column(f"{prefix}looked_at", "time", "when that look was taken", "never"),
        Column(f"{prefix}n_vain_looks", "u16", "looks in vain up to then, no answer between them",
               "never looked at"),
        Column(f"{prefix}vain_since", "time", "when the first of these was taken", "none in vain"),
    )  # fmt: skip


LINK_COLUMNS: tuple[Column, ...] = (
    Column("source_url", "string", "page the link stands on", alias="url_from"),
    Column("source_title", "string", "its title", "no title known", alias="title"),
    Column("source_rating", "f32", "its rating, 0-100", _NO_NODE, alias="url_rating_source"),
    Column("source_equity", "f64", "its equity", _NO_NODE, "page-equivalents"),
    Column("source_host", "string", "its host", alias="name_source"),
    Column("source_domain", "string", "its registrable domain", alias="root_name_source"),
    Column("source_host_is_domain", "bool", "its host is its registrable domain itself",
           alias="is_root_source"),
    Column("source_domain_rating", "f32", "that domain's rating, 0-100",
           alias="domain_rating_source"),
    Column("source_status", "u16", "its HTTP status", _NEVER_FETCHED, alias="http_code"),
    Column("source_language", "string", "its language", "not declared", alias="languages"),
    Column("source_author", "string", "its author", "none named", alias="source_page_author"),
    Column("source_published_at", "time", "its publication date", "none stated",
           alias="source_page_publish_date"),
    Column("source_is_noindex", "bool", "asks not to be indexed", _NEVER_FETCHED, alias="noindex"),
    Column("source_encoding", "string", "its character encoding", _NOT_SAID, alias="encoding"),
    Column("source_size_bytes", "u32", "its size", _NOT_SAID, "bytes", alias="page_size"),
    Column("source_first_seen", "time", "when its URL was first met", "unknown"),
    Column("source_n_refdomains", "u32", "domains that link to it", alias="refdomains_source"),
    Column("source_n_linked_domains", "u32", "other domains it links to",
           alias="linked_domains_source_page"),
    Column("source_domain_n_refdomains", "u32", "domains that link to its domain",
           alias="refdomains_source_domain"),
    Column("source_domain_n_linked_domains", "u32", "domains its domain links to",
           alias="linked_domains_source_domain"),
    Column("n_external_links", "u32", "links on it to other domains", alias="links_external"),
    Column("n_internal_links", "u32", "links on it to its own domain", alias="links_internal"),
    Column("target_url", "string", "page the link leads to", alias="url_to"),
    Column("target_title", "string", "its title", "no title known", alias="title_target"),
    Column("target_rating", "f32", "its rating, 0-100", _NO_NODE, alias="url_rating_target"),
    Column("target_status", "u16", "its HTTP status", _NEVER_FETCHED, alias="http_code_target"),
    *look_columns("target_", "its"),
    Column("target_resolution", "string", "self, redirect, refresh, canonical, dead, loop or"
           " too_many_hops: who receives what is sent to it"),
    Column("receiver_url", "string", "page that receives the link's equity", "none: it is lost"),
    Column("n_hops", "u8", "redirects and canonicals on the way there"),
    Column("redirect_chain", "list", "pages its target redirects to, hop by hop, by status or"
           " instant refresh", "the target was never read", alias="url_redirect"),
    Column("redirect_statuses", "list", "HTTP status of the target, where it redirects, and of"
           " each page of the chain that does", "the target was never read",
           alias="redirect_kind"),
    Column("n_redirects", "u8", "redirects on the way from its target", "the target was never read",
           alias="len_url_redirect"),
    Column("target_host", "string", "host of the target", alias="name_target"),
    Column("target_domain", "string", "registrable domain of the target",
           alias="root_name_target"),
    Column("target_host_is_domain", "bool", "the host of the target is that domain itself",
           alias="is_root_target"),
    Column("target_domain_rating", "f32", "that domain's rating, 0-100",
           alias="domain_rating_target"),
    Column("target_domain_n_refdomains", "u32", "domains that link to that domain",
           alias="refdomains_target_domain"),
    Column("target_domain_n_linked_domains", "u32", "domains that domain links to",
           alias="linked_domains_target_domain"),
    Column("anchor", "string", "words of the link; for an image its alt text", alias="anchor"),
    Column("alt", "string", "alt text of the image inside it", "no image", alias="alt"),
    Column("context_left", "string", "words before it", "none", alias="snippet_left"),
    Column("context_right", "string", "words after it", "none", alias="snippet_right"),
    Column("kind", "string", "what makes it a link", alias="link_type"),
    Column("anchor_kind", "string", "descriptive, naked_url, generic or empty"),
    Column("placement", "string", "part of the page it stands in"),
    Column("is_content", "bool", "stands in the main content", "its place is not known",
           alias="is_content"),
    Column("is_followed", "bool", "neither it nor its page says nofollow, ugc or sponsored",
           NO_REL, alias="is_dofollow"),
    Column("is_nofollow", "bool", "rel or page says nofollow", NO_REL, alias="is_nofollow"),
    Column("is_ugc", "bool", "rel says ugc", NO_REL, alias="is_ugc"),
    Column("is_sponsored", "bool", "rel says sponsored", NO_REL, alias="is_sponsored"),
    Column("position", "f32", "share of the page's text before it", "unknown"),
    Column("n_block", "u16", "links in the same block", "unknown"),
    Column("is_scripted", "bool", "stands on its page only after scripts ran", "they were not run"),
    Column("path", "string", "short DOM path that finds it", "unknown"),
    Column("weight", "f32", "attention it gets, against the other links of its page"),
    Column("equity", "f32", "equity it carries", "not a link one can click", "page-equivalents"),
    Column("first_seen", "time", "when it was first seen", "unknown", alias="first_seen_link"),
    Column("last_seen", "time", "when it was last seen", "unknown", alias="last_seen"),
    Column("last_verified", "time", "when linkshed last read it on its page", "never",
           alias="last_visited"),
    Column("links_in_group", "u32", "rows that this row stands for", alias="link_group_count"),
)  # fmt: skip

WAYS = Option(
    "way",
    "in: links to the pages of the scope from their own domain; out: links on these pages to their"
    " own domain; within: both ends in the scope",
    "in",
    ("in", "out", "within"),
)
SINCE = Option(
    "since",
    "the earlier snapshot: an id or the start of one, or a day, YYYY-MM-DD, for the last one of"
    " that day or before; without it the last scored one of other inputs",
    None,
    form="text",
)

PAST = replace(
    SINCE,
    meaning="also links that stood in an earlier snapshot and stand no more, named by an id, the"
    " start of one, or a day, YYYY-MM-DD, for the last one of that day or before",
)
OF_LINKS = Option(
    "where_links",
    "count only links that pass this filter, of the columns of backlinks: is_followed and anchor ~"
    ' "tea"',
    None,
    form="text",
)
_NOT_COMPARED = "without an earlier snapshot"
PAST_COLUMNS: tuple[Column, ...] = (
    Column("new_links", "u32", "backlinks that are new since then", _NOT_COMPARED),
    Column("lost_links", "u32", "backlinks lost since then", _NOT_COMPARED),
    Column("lost_at", "time", "when the last was lost, where none stands", f"{_NOT_COMPARED},"
           " or one stands, or nobody looked again"),
)  # fmt: skip

AGAINST = Option(
    "against",
    "an earlier snapshot to compare with: an id, the start of one, or latest~1 for the last one of"
    " other inputs",
    None,
    form="text",
)
ENOUGH_READ = 0.95
"""Share of the known pages of a domain that must have been read before what is missing in it is
certain."""
NO_LINK = "no link to show"
_PE = "page-equivalents"


def stake(meaning: str) -> Column:
    """The equity that a finding is about."""
    return Column("stake", "f64", meaning, "", _PE)


SEVERITY = Column(
    "severity",
    "string",
    "critical: who follows it ends nowhere; major: pages, links or equity are kept from readers or"
    " search engines; minor: it works, and could be better",
    "too little was read to be certain of it",
)
WHERE_COLUMNS: tuple[Column, ...] = (
    Column(
        "source_url", "string", "page on which the strongest link of the finding stands", NO_LINK
    ),
    Column("anchor", "string", "words of that link", NO_LINK),
    Column("placement", "string", "part of the page it stands in", NO_LINK),
    Column("path", "string", "short DOM path that finds it", "unknown, or no link to show"),
    Column("way", "string", "clicks from a home page to the page it stands on", "no link to show,"
           " or no path leads there"),
)  # fmt: skip
WHY_COLUMNS: tuple[Column, ...] = (
    Column("why", "string", "why it matters"),
    Column("repair", "string", "how to mend it"),
)
SUPPORT_COLUMNS: tuple[Column, ...] = (
    Column(
        "from_url",
        "string",
        "strongest page of its domain that does not link to it yet",
        "not tried, or none could link to it",
    ),
    Column(
        "gain",
        "f64",
        "equity the page gains by one link in the text there",
        "not tried, or none could link to it",
        _PE,
    ),
    Column(
        "scope_gain",
        "f64",
        "equity the whole scope gains by it",
        "not tried, or none could link to it",
        _PE,
    ),
)

_NO_PAGE = "no such page, or it holds no equity of its own"
_NO_LINKS = "no link points to it"
SITE_COLUMNS: tuple[Column, ...] = (
    Column("target", "string", "the site", alias="url"),
    Column("mode", "string", "how it was read", alias="mode"),
    Column("domain_rating", "f32", "rating of its domain, 0-100", "the domain is not known",
           alias="domain_rating"),
    Column("rank", "u32", "place of its domain by rating", "the domain is not known"),
    Column("page_rating", "f32", "rating of the page that bears its name, 0-100", _NO_PAGE,
           alias="url_rating"),
    Column("best_page_rating", "f32", "rating of its strongest page, 0-100", _NO_PAGE),
    Column("equity", "f64", "equity of all its pages", _NO_PAGE, _PE),
    Column("pages", "u32", "pages known"),
    Column("read_pages", "u32", "pages read"),
    Column("backlinks", "u32", "links from other domains", alias="backlinks"),
    Column("followed_links", "u32", "followed ones", NO_REL, alias="backlinks_dofollow"),
    Column("unfollowed_links", "u32", "the others", NO_REL, alias="backlinks_nofollow"),
    Column("followed_share", "f64", "followed share of the links from outside, 0-1",
           f"{_NO_LINKS}, or {NO_REL}"),
    Column("content_share", "f64", "share of them in the main content, 0-1", _NO_LINKS),
    Column("placements", "list", "where they stand, with their number"),
    Column("dead_links", "u32", "those that lead to a dead page"),
    Column("redirects", "u32", "pages of other domains that redirect to it",
           alias="backlinks_redirect"),
    Column("internal_links", "u32", "links to its pages from their own domain",
           alias="backlinks_internal"),
    Column("refpages", "u32", "pages that link to it"),
    Column("refdomains", "u32", "domains that link to it", alias="refdomains"),
    Column("followed_refdomains", "u32", "domains with a followed link to it", NO_REL,
           alias="refdomains_dofollow"),
    Column("unfollowed_refdomains", "u32", "the other domains", NO_REL,
           alias="refdomains_nofollow"),
    Column("equity_from_outside", "f64", "equity all links from outside carry", "", _PE),
    Column("largest_share", "f64", "share of it that the three largest domains bring, 0-1",
           "nothing comes from outside"),
    Column("anchors", "u32", "different words of links from outside"),
    Column("top_anchor", "string", "the words most domains use", _NO_LINKS),
    Column("top_anchor_share", "f64", "share of the links that use them, 0-1", _NO_LINKS),
    Column("outgoing_links", "u32", "links to other domains", alias="outgoing_links"),
    Column("followed_outgoing_links", "u32", "followed ones", NO_REL,
           alias="outgoing_links_dofollow"),
    Column("linked_domains", "u32", "domains it links to", alias="linked_domains"),
    Column("followed_linked_domains", "u32", "domains it has a followed link to", NO_REL,
           alias="linked_domains_dofollow"),
    Column("site_rating", "f64", "rating of all its pages as one, 0-100; takes long", _NO_PAGE),
    Column("robust_rating", "f64", "the same without its three largest referring domains; takes"
           " long", _NO_PAGE),
)  # fmt: skip
