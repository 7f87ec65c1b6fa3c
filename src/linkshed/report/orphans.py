"""Which pages does no way of clicks lead to, and is that certain?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Option, Report
from linkshed.report.shared import (
    ENOUGH_READ,
    SEVERITY,
    SUPPORT_COLUMNS,
    WHERE_COLUMNS,
    WHY_COLUMNS,
    stake,
)
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope

ENOUGH = Option(
    "enough",
    "share of the known pages of a domain that must have been read before a page is called an"
    " orphan",
    ENOUGH_READ,
    form="number",
    within=(0, 1),
)
EACH = Option("each", "of how many pages to compute what a link would bring", 5, form="count",
              within=(0, 100_000))  # fmt: skip


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Living pages that no followed link of their domain leads to from a home page."""
    from linkshed.report.answers.lonely import lonely

    return lonely(snapshot, scope, options["enough"], options["each"])


REPORT = Report(
    name="orphans",
    title="Orphans",
    group="Audit",
    question="Which pages does no way of clicks lead to, and is that certain?",
    unit="pages",
    watchable=("page",),
    columns=(
        SEVERITY,
        Column("url", "string", "the page"),
        Column("title", "string", "its title", "no title known"),
        Column("verdict", "string", "orphan; or inconclusive where too little of the domain was"
               " read to say so"),
        Column("reason", "string", "why it is inconclusive", "it is not"),
        Column("coverage", "f64", "share of the known pages of its domain that were read; an answer"
               " of 401, 403, 429 or 5xx is not reading"),
        Column("cause", "string", "no internal link, links from orphans only, or nofollow links"
               " only"),
        Column("known_by", "string", "what tells of it: read, backlink, internal link, redirect,"
               " head of a page (canonical, hreflang and the like), link on an error page, sitemap,"
               " search console, analytics, server log, list of pages; another list where only a"
               " table names it"),
        Column("n_links", "u32", "internal links to it, through redirects and canonicals too"),
        Column("n_backlinks", "u32", "links to it from other domains"),
        Column("indexability", "string", "whether it may be indexed, or why not"),
        stake("equity it holds"),
        *SUPPORT_COLUMNS,
        *WHERE_COLUMNS,
        *WHY_COLUMNS,
    ),
    select=("url", "verdict", "reason", "cause", "known_by", "stake", "gain"),
    order_by="verdict:desc,stake:desc",
    frame=frame,
    takes_long=True,
    options=(ENOUGH, EACH),
)  # fmt: skip
