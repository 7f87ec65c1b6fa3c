"""Which internal links have words that say nothing, or do not tell pages apart?"""

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

TARGETS = Option("targets", "from how many pages on one anchor names too many", 2, form="count",
                 within=(2, 100_000_000))  # fmt: skip
NAMES = Option("names", "from how many different anchors on a page has too many", 10, form="count",
               within=(1, 100_000_000))  # fmt: skip
EACH = Option("each", "of how many findings of words that say nothing to compute the gain of better"
              " ones", 3, form="count", within=(0, 100_000))  # fmt: skip


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Findings on the words of internal links that lead to pages of the scope. Words for a step
    (home, next, back, page numbers) are none where readers look for them: in menus, headers,
    footers, breadcrumbs and paginations.
    """
    from linkshed.report.answers.wordings import Limits, wordings

    limits = Limits(options["targets"], options["names"])
    return wordings(snapshot, scope, limits, options["each"])


REPORT = Report(
    name="anchorissues",
    title="Anchor issues",
    group="Audit",
    question="Which internal links have words that say nothing, or do not tell pages apart?",
    unit="findings",
    columns=(
        SEVERITY,
        Column("kind", "string", "empty, generic (home, next, back and page numbers are not where"
               " readers look for them), bare address, one anchor for many pages, or many anchors"
               " for a page"),
        Column("url", "string", "page the links lead to", "they lead to several"),
        Column("n_links", "u32", "the links"),
        Column("n_pages", "u32", "pages they stand on"),
        Column("n_targets", "u32", "different pages they lead to"),
        Column("n_anchors", "u32", "different anchors they have; capitals do not count"),
        stake("equity they carry"),
        Column("gain", "f64", "equity the page gains once all these links have descriptive words",
               "not tried, or not words that say nothing", "page-equivalents"),
        *WHERE_COLUMNS,
        *WHY_COLUMNS,
    ),
    select=("kind", "url", "anchor", "n_links", "n_targets", "n_anchors", "stake", "gain"),
    order_by="severity,stake:desc",
    frame=frame,
    options=(TARGETS, NAMES, EACH),
)  # fmt: skip
