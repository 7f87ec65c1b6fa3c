"""Which of its links lead nowhere?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Option, Report
from linkshed.report.shared import SEVERITY, WHERE_COLUMNS, WHY_COLUMNS, look_columns, stake
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope

EACH = Option("each", "of how many broken addresses to compute the gain of the repair", 5,
              form="count", within=(0, 100_000))  # fmt: skip


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Addresses that links on pages of the scope lead to and that nobody reaches, inside the scope
    and elsewhere; those that turn us away or fail for now are told, and not called broken.
    """
    from linkshed.report.answers.breaks import broken_links

    return broken_links(snapshot, scope, options["each"])


REPORT = Report(
    name="brokenlinks",
    title="Broken links",
    group="Audit",
    question="Which of its links lead nowhere?",
    unit="addresses",
    columns=(
        SEVERITY,
        Column("kind", "string", "dead, dead after redirects, redirect loop, too many redirects,"
               " redirect to no address, says that it is not there (with status 200), or empty;"
               " without being called broken: turns robots away, or does not answer now"),
        Column("url", "string", "the address as linked"),
        Column("ends_at", "string", "where its redirects end", "it does not redirect, or without"
               " end"),
        Column("verdict", "string", "certain; inconclusive where it turns robots away; to look at"
               " again where it did not answer and that may pass"),
        Column("reason", "string", "why it is not certain", "it is"),
        Column("is_internal", "bool", "the links stand on pages of its own domain; the links of"
               " others to the same address are a finding of their own"),
        Column("status", "u16", "HTTP status at the end of its redirects", "it gave none"),
        *look_columns("", "its last"),
        Column("n_links", "u32", "links of the scope to it, on pages that are alive and were read"),
        Column("n_followed", "u32", "those that are followed"),
        Column("n_pages", "u32", "pages on which they stand"),
        Column("reach", "f64", "share of the pages with links of the scope on which they stand"),
        Column("template", "string", "part of the page in which they recur, on at least 3 pages and"
               " a tenth of those with links: mended once", "they recur nowhere"),
        stake("equity these links take and lose; of one that is not certain, what they would"),
        Column("gain", "f64", "equity the scope gains once a page of the scope answers, or once the"
               " links to a page elsewhere are gone", "not tried, or not certain",
               "page-equivalents"),
        *WHERE_COLUMNS,
        Column("is_followed", "bool", "that link is followed"),
        *WHY_COLUMNS,
    ),
    select=("kind", "url", "outcome", "n_links", "stake", "gain", "source_url", "anchor"),
    order_by="verdict,stake:desc",
    frame=frame,
    options=(EACH,),
)  # fmt: skip
