"""Which pages rose, fell or broke?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Option, Report
from linkshed.report.shared import SINCE
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope

WHICH = Option(
    "which",
    "all; rising or falling: by at least so many points; dead: pages that are dead now and were"
    " not known to be",
    "all",
    ("all", "rising", "falling", "dead"),
)
POINTS = Option(
    "points", "least change of rating that is shown", 0.1, form="number", within=(0, 100)
)
_THEN = "not known then, or held no equity of its own"
_NOW = "not known now, or holds no equity of its own"
_EITHER = "no equity of its own then or now: what it gained is not known"


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Pages of the scope that changed between two snapshots."""
    from linkshed.report.answers.movers import movers

    return movers(snapshot, scope, **options)


REPORT = Report(
    name="movers",
    title="Movers",
    group="Pages",
    question="Which pages rose, fell or broke?",
    unit="pages",
    watchable=("page",),
    columns=(
        Column("url", "string", "the page"),
        Column("known", "string", "both: in both snapshots; new: in the later only; unseen: in the"
               " earlier only, so nobody looked again"),
        Column("rating_gain", "f64", "rating points it gained or lost", _EITHER),
        Column("rating_before", "f64", "its rating then, 0-100", _THEN),
        Column("rating_after", "f64", "its rating now, 0-100", _NOW),
        Column("gain", "f64", "equity it gained or lost", _EITHER, "page-equivalents"),
        Column("equity_before", "f64", "its equity then", _THEN, "page-equivalents"),
        Column("equity_after", "f64", "its equity now", _NOW, "page-equivalents"),
        Column("is_newly_dead", "bool", "it leads to no living page now, which was not known"
               " then"),
        Column("status_before", "u16", "its HTTP status then", "not fetched by then"),
        Column("status_after", "u16", "its HTTP status now", "never fetched"),
        Column("resolution_before", "string", "who received its equity then: self, redirect,"
               " canonical, dead ...", "not known then"),
        Column("resolution_after", "string", "who receives its equity now", "not known now"),
        Column("is_read_again", "bool", "it was fetched between the two"),
        Column("n_backlinks", "u32", "links to it from other domains now", "not known now"),
        Column("n_refdomains", "u32", "domains that link to it now", "not known now"),
    ),
    select=("url", "rating_gain", "rating_before", "rating_after", "is_newly_dead", "status_after",
            "n_refdomains"),
    order_by="rating_gain",
    frame=frame,
    takes_long=True,
    options=(SINCE, WHICH, POINTS),
)  # fmt: skip
