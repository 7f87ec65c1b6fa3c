"""How does equity flow between its sections, and to and from the rest of the web?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Report
from linkshed.report.shared import FOLDERS
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Pairs of sections between which links carry equity."""
    from linkshed.report.answers.parts import flows

    return flows(snapshot, scope, options["folders"])


REPORT = Report(
    name="flow",
    title="Flow between sections",
    group="Pages",
    question="How does equity flow between its sections, and to and from the rest of the web?",
    unit="flows",
    columns=(
        Column("from_section", "string", "host and first folders of the pages the links stand on;"
               " outside: any page that is not in the scope"),
        Column("to_section", "string", "the same of the pages that receive what they carry"),
        Column("links", "u32", "links that carry something"),
        Column("equity", "f64", "equity they carry", "", "page-equivalents"),
        Column("share", "f64", "against all flows"),
    ),
    select=("from_section", "to_section", "links", "equity", "share"),
    order_by="equity:desc",
    frame=frame,
    takes_long=True,
    options=(FOLDERS,),
)  # fmt: skip
