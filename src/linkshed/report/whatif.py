"""What would edits of links and pages change?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Option, Report
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope

EDITS = Option(
    "edits",
    "the edits, one per line: add A -> B, remove, nofollow, follow, move A -> B placement=footer,"
    " redirect A -> B, canonical A -> B, noindex A, index A, delete A, restore A,"
    " backlink -> B rating=30, lose DOMAIN -> SCOPE",
    None,
    form="script",
)
TOLERANCE = Option(
    "tolerance",
    "how far any equity may be off, as a share of itself; without it as fine as the pages that move"
    " most ask for, on large webs no finer than takes moments",
    None,
    form="number",
    within=(1e-12, 1),
)
_NONE = "holds no equity of its own: dead, or folded into another page"


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """The pages of the scope that the edits move."""
    from linkshed.report.answers.moves import moves

    return moves(snapshot, scope, options["edits"], options["tolerance"])


REPORT = Report(
    name="whatif",
    title="What if",
    group="Tools",
    question="What would edits of links and pages change?",
    unit="moving pages",
    columns=(
        Column("url", "string", "the page"),
        Column("gain", "f64", "equity it gains or loses", "", "page-equivalents"),
        Column("gain_error", "f64", "how far the gain may be off", "", "page-equivalents"),
        Column("rating_gain", "f64", "rating points it gains or loses", _NONE),
        Column("equity_before", "f64", "its equity now", _NONE, "page-equivalents"),
        Column("equity_after", "f64", "its equity then", _NONE, "page-equivalents"),
        Column("rating_before", "f64", "its rating now, 0-100", _NONE),
        Column("rating_after", "f64", "its rating then, 0-100", _NONE),
        Column("receiver_url", "string", "page that receives its equity then", "none: it is dead"),
        Column("domain", "string", "the page's domain"),
        Column("domain_rating_before", "f64", "rating of its domain now, 0-100"),
        Column("domain_rating_after", "f64", "rating of its domain then, 0-100"),
    ),
    select=("url", "gain", "rating_gain", "rating_before", "rating_after", "equity_before",
            "equity_after"),
    order_by="gain:desc",
    frame=frame,
    takes_long=True,
    options=(EDITS, TOLERANCE),
)  # fmt: skip
