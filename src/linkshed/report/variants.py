"""Which pages have several addresses: http and https, www, slash, letter case?"""

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

EACH = Option("each", "of how many addresses to compute the gain of the repair", 5, form="count",
              within=(0, 100_000))  # fmt: skip


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Addresses beside which another one stands for the same page."""
    from linkshed.report.answers.twins import variants

    return variants(snapshot, scope, options["each"])


REPORT = Report(
    name="variants",
    title="Address variants",
    group="Audit",
    question="Which pages have several addresses: http and https, www, slash, letter case?",
    unit="addresses",
    columns=(
        SEVERITY,
        Column("state", "string", "separate: both answer; hands on: links lead to the one that"
               " redirects or is canonicalised; not read; plain http: https pages link to it;"
               " dead: links lead to the one that is dead"),
        Column("url", "string", "the address that should not be linked"),
        Column("kept_url", "string", "the other: the strongest that was read", "none is known"),
        Column("differs_by", "string", "scheme, www, slash, case"),
        Column("verdict", "string", "certain; or inconclusive where too little was read to say so"),
        Column("reason", "string", "why it is inconclusive", "it is not"),
        Column("n_links", "u32", "internal links to it as written"),
        stake("equity it holds; of one that hands on what goes that way"),
        Column("gain", "f64", "equity the kept page gains once it redirects there", "not tried, or"
               " it holds none apart", "page-equivalents"),
        *WHERE_COLUMNS,
        *WHY_COLUMNS,
    ),
    select=("state", "url", "kept_url", "differs_by", "n_links", "stake", "gain"),
    order_by="severity,stake:desc",
    frame=frame,
    options=(EACH,),
)  # fmt: skip
