"""Where does its equity come from, through all paths inside its own site?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Option, Report
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope

BY = Option(
    "by",
    "domain: a row for each referring domain; link: for each backlink; page: for each page of the"
    " site where equity begins or enters",
    "domain",
    ("domain", "link", "page"),
)
_MANY = "the row stands for several"


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """The split of the scope's equity; its rows sum to it."""
    from linkshed.report.answers.drainage import drainage

    return drainage(snapshot, scope, options["by"])


REPORT = Report(
    name="linkshed",
    title="Linkshed",
    group="Pages",
    question="Where does its equity come from, through all paths inside its own site?",
    unit="sources",
    columns=(
        Column("part", "string", "backlink, or own base: what pages have without any link"),
        Column("source_domain", "string", "where it comes from", _MANY),
        Column("source_url", "string", "page the link stands on", _MANY),
        Column("entry_url", "string", "page of the site where it begins or enters", _MANY),
        Column("anchor", "string", "words of the link", _MANY),
        Column("links", "u32", "backlinks the row stands for"),
        Column("enters", "f64", "equity that begins or enters there", "", "page-equivalents"),
        Column("reach", "f64", "share of it that arrives, counted at each return"),
        Column("equity", "f64", "equity that arrives", "", "page-equivalents"),
        Column("share", "f64", "share of the scope's equity"),
    ),
    select=("part", "source_domain", "source_url", "entry_url", "links", "enters", "reach",
            "equity", "share"),
    order_by="equity:desc",
    frame=frame,
    takes_long=True,
    options=(BY,),
)  # fmt: skip
