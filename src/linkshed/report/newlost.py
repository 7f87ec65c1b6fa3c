"""Which links are new, and which are lost?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Option, Report
from linkshed.report.shared import GROUPING, LINK_COLUMNS, SINCE
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope

BY = Option(
    "by",
    "link: a row for each link; day, domain: a row for each day, or each domain that links",
    "link",
    ("link", "day", "domain"),
)
STANDING = Option("standing", "also links that stood then and stand now as they were", False)
_COUNTS = ("new_links", "found_links", "changed_links", "lost_links", "unseen_links")
_SUM = "the row stands for several links"
_OF_ONE = tuple(
    replace(column, null=f"{column.null}, or {_SUM}" if column.null else _SUM)
    for column in LINK_COLUMNS[:-1]
)
_OF_THE_TIME = f"{_SUM}, or it did not stand, or nobody looked"


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Links from other domains whose state differs between two snapshots."""
    from linkshed.report.answers.events import events

    return events(snapshot, scope, options, REPORT.columns)


REPORT = Report(
    name="newlost",
    title="New and lost links",
    group="Backlink profile",
    question="Which links are new, and which are lost?",
    unit="changes",
    watchable=("link", "domain"),
    columns=(
        Column("event", "string", "new, lost: its page was read both times; found: its page was not"
               " read before, so it may have stood there; unseen: its page was not read again, or"
               " could not be; changed; stands", _SUM),
        Column("reason", "string", "link_found, link_restored (it stood there earlier still),"
               " page_found, indexable; removed, not_found, page_redirected, noindex,"
               " not_canonical, lost_redirect (where it leads died); nofollow, followed, words,"
               " moved; not_read, page_error", f"{_SUM}, or it stands as it did"),
        Column("day", "time", "when the look was taken that shows it", "nobody looked again"),
        Column("is_new", "bool", "it is new", f"{_SUM}, or its page was not read before",
               alias="is_new"),
        Column("is_lost", "bool", "it is lost", f"{_SUM}, or its page was not read again",
               alias="is_lost"),
        Column("new_links", "u32", "new ones"),
        Column("found_links", "u32", "found ones"),
        Column("changed_links", "u32", "changed ones"),
        Column("lost_links", "u32", "lost ones"),
        Column("unseen_links", "u32", "unseen ones"),
        Column("equity_before", "f64", "equity it carried then; of several: their sum",
               _OF_THE_TIME, "page-equivalents"),
        Column("equity_after", "f64", "equity it carries now; of several: their sum", _OF_THE_TIME,
               "page-equivalents"),
        Column("was_followed", "bool", "it was followed then",
               f"{_OF_THE_TIME}, or no input tells"),
        *_OF_ONE,
        LINK_COLUMNS[-1],
    ),
    select=("event", "reason", "day", "source_url", "anchor", "target_url", "equity_before",
            "equity_after"),
    order_by="day:desc",
    views={
        "day": (("day", *_COUNTS, "equity_before", "equity_after"), "day:desc"),
        "domain": (("source_domain", *_COUNTS, "equity_before", "equity_after"),
                   "lost_links:desc,new_links:desc,source_domain"),
    },
    frame=frame,
    takes_long=True,
    options=(SINCE, BY, STANDING, replace(GROUPING, default="all")),
)  # fmt: skip
