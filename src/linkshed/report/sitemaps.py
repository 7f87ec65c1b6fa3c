"""Where do sitemaps and pages not agree?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Option, Report
from linkshed.report.shared import SEVERITY, WHERE_COLUMNS, WHY_COLUMNS, stake
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope


EACH = Option("each", "of how many dead, noindex or unlinked pages to compute the gain of the"
              " repair", 5, form="count", within=(0, 100_000))  # fmt: skip


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Pages that a sitemap names and should not, and those it does not name and should."""
    from linkshed.report.answers.declared import declared

    return declared(snapshot, scope, options["each"])


REPORT = Report(
    name="sitemaps",
    title="Sitemaps",
    group="Audit",
    question="Where do sitemaps and pages not agree?",
    unit="pages",
    watchable=("page",),
    columns=(
        SEVERITY,
        Column("kind", "string", "dead, redirects, server error, noindex, canonicalised elsewhere,"
               " no way leads there, forbidden by robots.txt, not read, missing from the"
               " sitemap"),
        Column("url", "string", "the page"),
        Column("status", "u16", "its HTTP status", "never fetched"),
        Column("verdict", "string", "certain; or inconclusive where too little was read to say so"),
        Column("reason", "string", "why it is inconclusive", "it is not"),
        Column("n_links", "u32", "internal links to it as written"),
        stake("equity it holds; of a page that holds none what internal links send there"),
        Column("gain", "f64", "equity the scope gains once the page answers, may be indexed, or is"
               " linked to in the text of the strongest page; 0 where the sitemap alone is mended",
               "not tried, or what the repair brings is not known", "page-equivalents"),
        *WHERE_COLUMNS,
        *WHY_COLUMNS,
    ),
    select=("severity", "kind", "url", "status", "verdict", "n_links", "stake", "gain"),
    order_by="severity,stake:desc",
    frame=frame,
    options=(EACH,),
)  # fmt: skip
