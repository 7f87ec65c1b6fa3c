"""Which pages are strongest, and which links brought it about?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Report
from linkshed.report.shared import NO_REL, PAST, PAST_COLUMNS, look_columns
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope

_NEVER = "never fetched"
_NO_LINK = "there is none, or unknown"
_NO_NODE = "holds no equity of its own: dead, or folded into another page"


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """All pages of the scope, read or only linked to."""
    from linkshed.report.answers.pageframe import page_frame
    from linkshed.report.answers.past import pages_since
    from linkshed.report.columns import page_rows
    from linkshed.report.frame import with_columns
    from linkshed.report.grouped import without_past

    pages = page_rows(snapshot, scope)
    found = page_frame(snapshot, pages)
    if options["since"] is None:
        return without_past(found)
    return with_columns(found, pages_since(snapshot, scope, options["since"], pages))


REPORT = Report(
    name="pages",
    title="Best pages",
    group="Pages",
    question="Which pages are strongest, and which links brought it about?",
    unit="pages",
    watchable=("page",),
    columns=(
        Column("url", "string", "the page", alias="url_to"),
        Column("title", "string", "its title", "no title known", alias="title_target"),
        Column("status", "u16", "HTTP status", _NEVER, alias="http_code_target"),
        *look_columns("", "its"),
        Column("indexability", "string", "whether it may be indexed, or why not"),
        Column("resolution", "string", "who receives its equity: self, redirect, canonical, dead"),
        Column("redirects_to", "string", "where it redirects to, by its status or an instant"
               " refresh", "nowhere, or never fetched", alias="target_redirect"),
        Column("rating", "f32", "rating, 0-100", _NO_NODE, alias="url_rating_target"),
        Column("equity", "f64", "equity it holds", _NO_NODE, "page-equivalents"),
        Column("depth", "u16", "clicks from a home page", "not reachable", alias="depth"),
        Column("n_backlinks", "u32", "links to it from other domains", alias="links_to_target"),
        Column("n_followed_backlinks", "u32", "followed ones", NO_REL, alias="dofollow_to_target"),
        Column("n_unfollowed_backlinks", "u32", "the others", NO_REL, alias="nofollow_to_target"),
        Column("first_backlink", "time", "when the first of them was first seen", _NO_LINK,
               alias="first_seen_link"),
        Column("last_backlink", "time", "when one of them was last read on its page", _NO_LINK,
               alias="last_visited_source"),
        Column("n_redirects", "u32", "pages of other domains that redirect to it",
               alias="redirects_to_target"),
        Column("n_refdomains", "u32", "domains that link to it", alias="refdomains_target"),
        Column("n_followed_refdomains", "u32", "domains with a followed link to it", NO_REL),
        Column("top_domain_rating", "f32", "rating of the strongest domain that links to it",
               "none does", alias="top_domain_rating_source"),
        Column("n_refpages", "u32", "pages of other domains that link to it"),
        Column("n_inlinks", "u32", "links to it from anywhere"),
        Column("n_internal_inlinks", "u32", "links to it from its own domain"),
        Column("n_followed_internal_inlinks", "u32", "followed ones", NO_REL),
        Column("n_unfollowed_internal_inlinks", "u32", "the others", NO_REL),
        Column("first_internal_inlink", "time", "when the first of them was first seen",
               _NO_LINK),
        Column("last_internal_inlink", "time", "when one of them was last read on its page",
               _NO_LINK),
        Column("n_internal_redirects", "u32", "pages of its own domain that redirect to it"),
        Column("n_internal_canonicals", "u32", "other pages of its own domain that name it as"
               " canonical"),
        Column("n_outlinks", "u32", "links on it"),
        Column("n_internal_links", "u32", "links on it to its own domain"),
        Column("n_external_links", "u32", "links on it to other domains"),
        Column("n_linked_domains", "u32", "other domains it links to"),
        Column("language", "string", "its language", "not declared", alias="languages_target"),
        Column("author", "string", "its author", "none named"),
        Column("published_at", "time", "publication date it states", "none stated"),
        Column("modified_at", "time", "modification date it states", "none stated"),
        Column("n_words", "u32", "words of its text", "not read"),
        Column("content_type", "string", "MIME type", "not read"),
        Column("is_noindex", "bool", "asks not to be indexed", _NEVER),
        Column("is_nofollow", "bool", "asks that none of its links be followed", _NEVER),
        Column("fetched_at", "time", "when it was read", _NEVER, alias="last_visited_target"),
        Column("first_seen", "time", "when its URL was first met", "unknown"),
        Column("last_seen", "time", "when its URL was last met", "unknown"),
        *PAST_COLUMNS,
    ),
    select=("url", "title", "status", "rating", "equity", "n_refdomains", "n_backlinks",
            "n_inlinks", "depth"),
    order_by="equity:desc,n_refdomains:desc",
    frame=frame,
    options=(PAST,),
    shows=(("pages", ""),),
)  # fmt: skip
