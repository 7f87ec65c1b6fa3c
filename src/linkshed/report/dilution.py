"""Which menus, footers and crowded pages spread equity thin?"""

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

_MANY = 100_000_000
PAGES = Option("pages", "a link recurs when it stands in the same part of at least so many pages",
               3, form="count", within=(2, _MANY))  # fmt: skip
REACH = Option("reach", "and on at least this share of the scope's pages with links", 0.1,
               form="number", within=(0, 1))  # fmt: skip
LINKS = Option("links", "links from which on a page has many", 150, form="count",
               within=(0, _MANY))  # fmt: skip
EACH = Option("each", "of how many template blocks to compute what the scope gains without them", 3,
              form="count", within=(0, 100_000))  # fmt: skip
_PE = "page-equivalents"


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Blocks of links that recur on pages of the scope, and pages with many links."""
    from linkshed.report.answers.blocks import Limits, dilution

    limits = Limits(options["pages"], options["reach"], options["links"])
    return dilution(snapshot, scope, limits, options["each"])


REPORT = Report(
    name="dilution",
    title="Dilution",
    group="Audit",
    question="Which menus, footers and crowded pages spread equity thin?",
    unit="findings",
    columns=(
        SEVERITY,
        Column("kind", "string", "template: links that recur together; page: one with many links"),
        Column("url", "string", "of a template the target that takes most; else the page"),
        Column("n_targets", "u32", "different pages its links lead to"),
        Column("n_pages", "u32", "pages it stands on"),
        Column("reach", "f64", "share of the scope's pages with links that it stands on"),
        Column("n_links", "u32", "its links"),
        stake("equity its links take from their pages"),
        Column("per_link", "f64", "equity each link takes in the mean", "", _PE),
        Column("lost", "f64", "what of the stake does not arrive at pages of the scope", "", _PE),
        Column("gain", "f64", "equity the scope gains without the whole block",
               "not tried, more than 20,000 links, or a page", _PE),
        *WHERE_COLUMNS,
        *WHY_COLUMNS,
    ),
    select=("kind", "url", "placement", "n_targets", "n_pages", "reach", "stake", "lost", "gain"),
    order_by="stake:desc",
    frame=frame,
    options=(PAGES, REACH, LINKS, EACH),
)  # fmt: skip
