"""How strong is each of many targets?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Option, Report
from linkshed.report.shared import SITE_COLUMNS

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope

TARGETS = Option(
    "targets",
    "more targets, one per line, each with its own mode behind it, if any: shop.org/tea/ prefix",
    None,
    form="script",
)


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """A row for each target: those of the scope, then those of the list."""
    from linkshed.report.answers.sites import listed, members, sites

    return sites(snapshot, [*members(scope), *listed(options["targets"])])


REPORT = Report(
    name="batch",
    title="Batch",
    group="Tools",
    question="How strong is each of many targets?",
    unit="targets",
    columns=SITE_COLUMNS,
    select=(
        "target", "mode", "page_rating", "domain_rating", "backlinks", "followed_links",
        "refdomains", "followed_refdomains", "outgoing_links", "linked_domains",
    ),
    order_by="",
    frame=frame,
    options=(TARGETS,),
)  # fmt: skip
