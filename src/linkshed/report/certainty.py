"""How sure is its strength?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Option, Report
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope

PAGES = Option(
    "pages",
    "how many pages of the scope to judge, the strongest first",
    5,
    form="count",
    within=(1, 1000),
)


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """A row for each page and profile; the published profile first."""
    from linkshed.report.answers.certainties import certainties

    return certainties(snapshot, scope, options["pages"])


REPORT = Report(
    name="certainty",
    title="Certainty",
    group="Pages",
    question="How sure is its strength?",
    unit="verdicts",
    columns=(
        Column("url", "string", "the page"),
        Column("profile", "string", "the weights of links it is judged by"),
        Column("equity", "f64", "its equity under them", "", "page-equivalents"),
        Column("rating", "f64", "its rating under them, 0-100"),
        Column("rank", "u32", "its place among all pages that hold equity"),
        Column("rank_in_domain", "u32", "its place among those of its domain"),
        Column("at_most_site", "f64", "its rating if every unread page of its domain linked to it"
               " alone", "another profile than the published one"),
        Column("at_most", "f64", "its rating if every unread page known linked to it alone",
               "another profile than the published one"),
        Column("published", "bool", "whether the snapshot is scored with this profile"),
    ),
    select=("url", "profile", "equity", "rating", "rank", "rank_in_domain", "at_most_site",
            "at_most"),
    order_by="",
    frame=frame,
    takes_long=True,
    options=(PAGES,),
)  # fmt: skip
