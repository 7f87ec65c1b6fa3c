"""How much hangs on single referring domains?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Option, Report
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope

EACH = Option(
    "each",
    "how many of the largest referring domains to take away one by one",
    10,
    form="count",
    within=(0, 10_000),
)


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """What is left without the top 1, 3 and 10 domains, and without each of the largest."""
    from linkshed.report.answers.remains import remains

    return remains(snapshot, scope, options["each"])


REPORT = Report(
    name="robustness",
    title="Robustness",
    group="Backlink profile",
    question="How much hangs on single referring domains?",
    unit="losses",
    columns=(
        Column("without", "string", "the domain, or the largest domains, taken away"),
        Column("domains", "u32", "how many domains that is"),
        Column("links", "u32", "their links to the site"),
        Column("paid", "f64", "equity these bring in today", "", "page-equivalents"),
        Column("equity", "f64", "equity left without them", "", "page-equivalents"),
        Column("loss", "f64", "equity lost", "", "page-equivalents"),
        Column("share", "f64", "share of the equity lost"),
        Column("rating", "f64", "rating left, the scope rated as one page"),
        Column("rating_loss", "f64", "rating points lost"),
    ),
    select=("without", "domains", "links", "paid", "equity", "loss", "share", "rating",
            "rating_loss"),
    order_by="",
    frame=frame,
    takes_long=True,
    options=(EACH,),
)  # fmt: skip
