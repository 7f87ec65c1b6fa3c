"""What lies around it, and which links lead where?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Option, Report
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope

MOST = 10_000
BY = Option("by", "page: pages and the links between them; domain: the same of domains", "page",
            ("page", "domain"))  # fmt: skip
NODES = Option("nodes", "how many of them at most: those of the scope, the strongest first, then"
               " those that the most equity joins to them", 500, form="count",
               within=(2, MOST))  # fmt: skip
_PE = "page-equivalents"


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Pairs of pages, or of domains, in and around the scope with a link from one to the other."""
    from linkshed.report.answers.vicinity import vicinity

    return vicinity(snapshot, scope, options["by"], options["nodes"])


REPORT = Report(
    name="around",
    title="Graph",
    group="Pages",
    question="What lies around it, and which links lead where?",
    unit="joined pairs",
    columns=(
        Column("source", "string", "the page, or domain, that links"),
        Column("source_domain", "string", "its registrable domain"),
        Column("source_equity", "f64", "equity it holds", "", _PE),
        Column("source_distance", "u8", "steps from the scope, 0 inside it"),
        Column("target", "string", "the page, or domain, that receives what the links carry"),
        Column("target_domain", "string", "its registrable domain"),
        Column("target_equity", "f64", "equity it holds", "", _PE),
        Column("target_distance", "u8", "steps from the scope, 0 inside it"),
        Column("links", "u32", "links from the one to the other"),
        Column("equity", "f64", "equity they carry; 0 where none of them passes any", "", _PE),
    ),
    select=("source", "source_equity", "target", "target_equity", "links", "equity"),
    order_by="equity:desc,links:desc",
    frame=frame,
    options=(BY, NODES),
)
