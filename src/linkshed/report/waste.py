"""Where is equity lost, and what would each repair bring back?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Option, Report
from linkshed.report.shared import SEVERITY, WHERE_COLUMNS, WHY_COLUMNS
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope

EACH = Option(
    "each",
    "of how many losses, the most severe first, to compute the gain of the repair",
    50,
    form="count",
    within=(0, 100_000),
)
_NOT_TRIED = "not among the losses computed, or the repair is impossible"


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Losses of the scope, the first of them with the exact gain of repairing them."""
    from linkshed.report.answers.losses import losses

    return losses(snapshot, scope, options["each"])


REPORT = Report(
    name="waste",
    title="Wasted equity",
    group="Audit",
    question="Where is equity lost, and what would each repair bring back?",
    unit="losses",
    columns=(
        SEVERITY,
        Column("kind", "string", "broken page, broken link, redirect loop, too many redirects,"
               " nofollow, nofollow page, noindex, canonical split, dangling page, template links"
               " (to another domain) or own template (footer or sidebar links to a page of the"
               " scope)"),
        Column("url", "string", "page at which it is lost", "lost at a whole domain"),
        Column("domain", "string", "domain of that page, or the one linked to"),
        Column("links", "u32", "links that lose it, on pages that are alive and were read"),
        Column("loss", "f64", "equity lost; of an own template, what it hands on", "",
               "page-equivalents"),
        Column("share", "f64", "against the scope's equity"),
        *WHERE_COLUMNS,
        *WHY_COLUMNS,
        Column("gain", "f64", "equity the scope gains by it", _NOT_TRIED, "page-equivalents"),
        Column("winner_url", "string", "page of the scope that gains most", _NOT_TRIED),
        Column("winner_gain", "f64", "equity that page gains", _NOT_TRIED, "page-equivalents"),
    ),
    select=("severity", "kind", "url", "domain", "links", "loss", "repair", "gain"),
    order_by="severity,loss:desc",
    frame=frame,
    takes_long=True,
    options=(EACH,),
)  # fmt: skip
