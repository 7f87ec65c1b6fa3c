"""Figures of a site that several reports show: declarations only, cheap to import."""

from __future__ import annotations

from linkshed.schema import Column

_PE = "page-equivalents"
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
    Column("followed_links", "u32", "followed ones", alias="backlinks_dofollow"),
    Column("unfollowed_links", "u32", "the others", alias="backlinks_nofollow"),
    Column("followed_share", "f64", "followed share of the links from outside, 0-1", _NO_LINKS),
    Column("content_share", "f64", "share of them in the main content, 0-1", _NO_LINKS),
    Column("placements", "list", "where they stand, with their number"),
    Column("dead_links", "u32", "those that lead to a dead page"),
    Column("redirects", "u32", "pages of other domains that redirect to it",
           alias="backlinks_redirect"),
    Column("internal_links", "u32", "links to its pages from their own domain",
           alias="backlinks_internal"),
    Column("refpages", "u32", "pages that link to it"),
    Column("refdomains", "u32", "domains that link to it", alias="refdomains"),
    Column("followed_refdomains", "u32", "domains with a followed link to it",
           alias="refdomains_dofollow"),
    Column("unfollowed_refdomains", "u32", "the other domains", alias="refdomains_nofollow"),
    Column("equity_from_outside", "f64", "equity all links from outside carry", "", _PE),
    Column("largest_share", "f64", "share of it that the three largest domains bring, 0-1",
           "nothing comes from outside"),
    Column("anchors", "u32", "different words of links from outside"),
    Column("top_anchor", "string", "the words most domains use", _NO_LINKS),
    Column("top_anchor_share", "f64", "share of the links that use them, 0-1", _NO_LINKS),
    Column("outgoing_links", "u32", "links to other domains", alias="outgoing_links"),
    Column("followed_outgoing_links", "u32", "followed ones", alias="outgoing_links_dofollow"),
    Column("linked_domains", "u32", "domains it links to", alias="linked_domains"),
    Column("followed_linked_domains", "u32", "domains it has a followed link to",
           alias="linked_domains_dofollow"),
    Column("site_rating", "f64", "rating of all its pages as one, 0-100; takes long", _NO_PAGE),
    Column("robust_rating", "f64", "the same without its three largest referring domains; takes"
           " long", _NO_PAGE),
)  # fmt: skip
