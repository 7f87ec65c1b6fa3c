"""Who links to these rivals, but not here?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Option, Report
from linkshed.report.shared import NO_REL
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope

RIVALS = Option(
    "rivals",
    "the sites to compare with, of any form a scope has; commas or line ends separate them",
    None,
    form="text",
)
BY = Option(
    "by",
    "domain or page: a row for each that links; rival: a row for each domain and rival",
    "domain",
    ("domain", "page", "rival"),
)
LEAST = Option("least", "how many of the rivals it must link to", 1, form="count",
               within=(1, float("inf")))  # fmt: skip
SHARED = Option("shared", "also those that link to the scope already", False)
_ONE = "a row stands for several rivals"


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Domains or pages outside all these sites that link to rivals."""
    from linkshed.report.answers.gaps import gaps

    return gaps(snapshot, scope, options)


REPORT = Report(
    name="intersect",
    title="Link intersect",
    group="Backlink profile",
    question="Who links to these rivals, but not here?",
    unit="prospects",
    watchable=("domain",),
    columns=(
        Column("domain", "string", "registrable domain that links", alias="domain"),
        Column("domain_rating", "f32", "its rating, 0-100", alias="domain_rating"),
        Column("rival", "string", "the rival", _ONE),
        Column("n_rivals", "u32", "rivals it links to"),
        Column("rivals", "list", "these rivals, each with the number of its links"),
        Column("links", "u32", "links to them", alias="links_to_target"),
        Column("followed_links", "u32", "followed ones", NO_REL, alias="dofollow_links"),
        Column("content_links", "u32", "those in the main content"),
        Column("linking_pages", "u32", "distinct pages they stand on"),
        Column("linked_pages", "u32", "distinct pages of rivals they lead to"),
        Column("best_equity", "f64", "equity of the strongest of these links: what a link like it"
               " would bring", "", "page-equivalents"),
        Column("equity", "f64", "equity of all of them", "", "page-equivalents"),
        Column("links_here", "u32", "links it has to the scope"),
        Column("source_url", "string", "page the strongest stands on", alias="url_from"),
        Column("source_title", "string", "its title", "no title known", alias="title"),
        Column("source_rating", "f32", "its rating, 0-100", "holds no equity of its own: dead, or"
               " folded into another page", alias="url_rating_source"),
        Column("source_language", "string", "its language", "not declared", alias="languages"),
        Column("source_author", "string", "its author", "none named"),
        Column("target_url", "string", "page the strongest leads to", alias="url_to"),
        Column("anchor", "string", "its words", alias="anchor"),
        Column("placement", "string", "part of the page it stands in"),
        Column("is_followed", "bool", "it is followed", NO_REL, alias="is_dofollow"),
        Column("first_seen", "time", "the first of the links", "unknown", alias="first_seen"),
        Column("last_seen", "time", "last sight of any of them", "unknown", alias="last_seen"),
    ),
    select=("domain", "domain_rating", "n_rivals", "links", "best_equity", "source_url", "anchor",
            "rivals"),
    order_by="best_equity:desc,n_rivals:desc",
    shows=(("domains", ""),),
    frame=frame,
    options=(RIVALS, BY, LEAST, SHARED),
)  # fmt: skip
