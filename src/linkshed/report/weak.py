"""Which pages does their own site leave with the least support?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Option, Report
from linkshed.report.shared import SEVERITY, SUPPORT_COLUMNS, WHERE_COLUMNS, WHY_COLUMNS, stake
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope

BELOW = Option("below", "weak is what internal links bring less than this share of the median of"
               " the pages of its domain", 0.5, form="number", within=(0, 1_000_000))  # fmt: skip
EACH = Option("each", "of how many pages to compute what a link would bring", 5, form="count",
              within=(0, 100_000))  # fmt: skip


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Indexable pages within reach whose followed internal links bring little; no home pages."""
    from linkshed.report.answers.structure import weak

    return weak(snapshot, scope, options["below"], options["each"])


REPORT = Report(
    name="weak",
    title="Weak pages",
    group="Audit",
    question="Which pages does their own site leave with the least support?",
    unit="pages",
    watchable=("page",),
    columns=(
        SEVERITY,
        Column("url", "string", "the page"),
        Column("title", "string", "its title", "no title known"),
        Column("equity", "f64", "equity it holds", "", "page-equivalents"),
        Column("brought", "f64", "equity that internal links bring it", "", "page-equivalents"),
        Column("of_median", "f64", "that against the median of the pages of its domain"),
        stake("what it lacks against that median"),
        Column("n_links", "u32", "followed internal links to it, through redirects and canonicals"
               " too"),
        Column("depth", "u16", "clicks from a home page"),
        Column("n_backlinks", "u32", "links to it from other domains"),
        *SUPPORT_COLUMNS,
        *WHERE_COLUMNS,
        *WHY_COLUMNS,
    ),
    select=("url", "brought", "of_median", "stake", "n_links", "depth", "from_url", "gain"),
    order_by="stake:desc,depth:desc",
    frame=frame,
    takes_long=True,
    options=(BELOW, EACH),
)  # fmt: skip
