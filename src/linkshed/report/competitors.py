"""Which sites do the same domains link to?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Option, Report
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope

LEAST = Option(
    "least",
    "how many referring domains a site must share with the scope",
    2,
    form="count",
    within=(1, float("inf")),
)


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Other domains that share referring domains with the scope."""
    from linkshed.report.answers.rivals import rivals

    return rivals(snapshot, scope, options["least"])


REPORT = Report(
    name="competitors",
    title="Competitors",
    group="Backlink profile",
    question="Which sites do the same domains link to?",
    unit="domains",
    columns=(
        Column("domain", "string", "registrable domain", example="example.com"),
        Column("domain_rating", "f32", "its rating, 0-100", alias="domain_rating"),
        Column("similarity", "f64", "shared part of all that link to either, 0-1; a domain counts"
               " 1 / ln(1 + domains it links to), so those that link to everybody count little"),
        Column("shared", "u32", "domains that link to both"),
        Column("only_here", "u32", "domains that link to the scope, not to it"),
        Column("only_there", "u32", "domains that link to it, not to the scope"),
        Column("refdomains", "u32", "domains that link to it"),
        Column("through", "list", "shared domains that say most"),
    ),
    select=("domain", "domain_rating", "similarity", "shared", "only_here", "only_there",
            "through"),
    order_by="similarity:desc",
    frame=frame,
    options=(LEAST,),
)  # fmt: skip
