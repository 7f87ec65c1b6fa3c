"""Which links can no crawler follow?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Report
from linkshed.report.shared import SEVERITY, WHERE_COLUMNS, WHY_COLUMNS, stake
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Places that look like links and lead nowhere, and linked pages that robots.txt forbids."""
    from linkshed.report.answers.stuck import uncrawlable

    return uncrawlable(snapshot, scope)


REPORT = Report(
    name="uncrawlable",
    title="Uncrawlable links",
    group="Audit",
    question="Which links can no crawler follow?",
    unit="findings",
    columns=(
        SEVERITY,
        Column("kind", "string", "javascript, no address, script only, fragment to nowhere, unknown"
               " scheme, malformed address, address too long, or forbidden by robots.txt"),
        Column("url", "string", "page that robots.txt forbids", "a place that leads nowhere"),
        Column("href", "string", "the address as written", "it has none, or leads to a page"),
        Column("n_places", "u32", "places, or links, that are alike"),
        Column("n_pages", "u32", "pages on which they stand"),
        Column("reach", "f64", "share of the pages with links of the scope on which they stand"),
        stake("equity that goes to a forbidden page; for a place that leads nowhere what links"
              " there would get, if all links of their pages got the same"),
        *WHERE_COLUMNS,
        *WHY_COLUMNS,
    ),
    select=("severity", "kind", "href", "url", "anchor", "n_pages", "stake", "source_url"),
    order_by="severity,stake:desc",
    frame=frame,
)  # fmt: skip
