"""Which links look like those that spam policies describe?"""

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
    "domain: a row for each referring domain; link: for each link on which a marker of links fires;"
    " marker: for each marker of the whole scope; evidence: for each piece of evidence",
    "domain",
    ("domain", "link", "marker", "evidence"),
)
_NOT_ALONE = "the row is not about a single marker"
_ALONE = "the row is about a single marker"
_NO_LINK = "the row is not about a single link"
_HIGHEST = "risk:desc,links:desc"
_NOT_KNOWN = "not known: no marker has its evidence, or enough of it"


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Risks of the scope, its referring domains or its links, with the markers that fire."""
    from linkshed.report.answers.risks import risks

    return risks(snapshot, scope, options["by"], REPORT.columns)


REPORT = Report(
    name="risk",
    title="Link risk",
    group="Backlink profile",
    question="Which links look like those that spam policies describe?",
    unit="risks",
    watchable=("link", "domain"),
    columns=(
        Column("domain", "string", "referring domain", "the row is about the whole scope"),
        Column("domain_rating", "f32", "its rating, 0-100", "the row is about the whole scope",
               alias="domain_rating"),
        Column("risk", "f64", "of the domain, the link or the whole scope, 0-1: how strongly"
               " patterns described in spam policies show, by a noisy-or of markers", _NOT_KNOWN),
        Column("level", "string", "low below 0.2, review to 0.5, high above", _NOT_KNOWN),
        Column("markers", "list", "markers that fire, each with its value and ramp", _ALONE),
        Column("not_known", "list", "markers without evidence or with too small a sample, and why",
               _ALONE),
        Column("marker", "string", "the marker", _NOT_ALONE),
        Column("about", "string", "what the marker looks at: scope, domain or link", _NOT_ALONE),
        Column("value", "f64", "what it measures", f"{_NOT_ALONE}, or it is not known"),
        Column("low", "f64", "value up to which it adds nothing", _NOT_ALONE),
        Column("high", "f64", "value from which it adds most", _NOT_ALONE),
        Column("most", "f64", "risk it adds at most, alone", _NOT_ALONE),
        Column("part", "f64", "risk it adds here, alone", f"{_NOT_ALONE}, or it is not known"),
        Column("reason", "string", "why the value of a marker of the scope is not known",
               f"{_NOT_ALONE}, or it is known"),
        Column("pattern", "string", "the pattern, as policies describe it", _NOT_ALONE),
        Column("other_domain", "string", "another domain that is part of the evidence", "none"),
        Column("links", "u32", "links from the domain into the scope", "the row is about the whole"
               " scope"),
        Column("followed_links", "u32", "followed ones", "the row is about the whole scope,"
               " or no input tells"),
        Column("source_url", "string", "page the link stands on", _NO_LINK),
        Column("target_url", "string", "page it leads to", _NO_LINK),
        Column("anchor", "string", "its words", _NO_LINK),
        Column("placement", "string", "part of the page it stands in", _NO_LINK),
    ),
    select=("domain", "links", "followed_links", "risk", "level", "markers"),
    order_by=_HIGHEST,
    frame=frame,
    takes_long=True,
    options=(BY,),
    views={
        "link": (("source_url", "anchor", "placement", "target_url", "risk", "level", "markers"),
                 _HIGHEST),
        "marker": (("marker", "value", "low", "high", "most", "part", "reason"), _HIGHEST),
        "evidence": (("domain", "marker", "value", "part", "other_domain", "source_url", "anchor"),
                     _HIGHEST),
    },
)  # fmt: skip
