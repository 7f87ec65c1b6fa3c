"""How strong is it, and what does its link profile look like?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Report
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Figures by section, in reading order."""
    from linkshed.report.frame import of_table
    from linkshed.report.profile import profile

    return of_table(profile(snapshot, scope))


REPORT = Report(
    name="overview",
    title="Overview",
    group="Overview",
    question="How strong is it, and what does its link profile look like?",
    unit="figures",
    columns=(
        Column("section", "string", "what the figure is about"),
        Column("name", "string", "the figure's name"),
        Column("value", "f64", "the figure", "not known"),
        Column("share", "f64", "its share of the section's whole", "not a share"),
    ),
    select=("section", "name", "value", "share"),
    order_by="",
    frame=frame,
)
