"""Which links go through redirects, loops and doubtful canonicals?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linkshed.report.report import Option, Report
from linkshed.report.shared import SEVERITY, WHERE_COLUMNS, WHY_COLUMNS, stake
from linkshed.schema import Column

if TYPE_CHECKING:
    from linkshed.report.frame import Frame
    from linkshed.snapshot.tables import Snapshot
    from linkshed.urls.scope import Scope

EACH = Option("each", "of how many lost or split pages to compute the gain of the repair", 5,
              form="count", within=(0, 100_000))  # fmt: skip

INTO = Option(
    "into", "instead: pages of any domain that hand on to a page of the scope, linked or not", False
)


def frame(snapshot: Snapshot, scope: Scope, options: Mapping[str, Any]) -> Frame:
    """Pages of the scope that are linked and redirect, and pages whose canonical is refused; or the
    pages that redirect, or are canonicalised, into the scope.
    """
    from linkshed.report.answers.detours import detours

    return detours(snapshot, scope, options["each"], into=options["into"])


REPORT = Report(
    name="redirects",
    title="Redirects",
    group="Audit",
    question="Which links go through redirects, loops and doubtful canonicals?",
    unit="pages",
    watchable=("page",),
    columns=(
        SEVERITY,
        Column("kind", "string", "redirect, refresh, chain (two hops or more), canonical, loop, too"
               " many hops, dead end, or refused canonical"),
        Column("url", "string", "page that is linked to"),
        Column("ends_at", "string", "page that receives what is sent there; of a refused canonical"
               " the page it names", "none: it is lost"),
        Column("hops", "u8", "redirects and canonicals on the way; of a loop until it comes back"),
        Column("chain", "string", "the way, page by page"),
        Column("n_links", "u32", "links to it from its own domain"),
        Column("n_backlinks", "u32", "links to it from other domains"),
        stake("equity that goes this way, or is lost on it; of a refused canonical what the page"
              " holds apart from the page it names"),
        Column("gain", "f64", "equity the scope gains by the repair; 0 where redirects hand on in"
               " full", "not tried, or no single repair", "page-equivalents"),
        *WHERE_COLUMNS,
        *WHY_COLUMNS,
    ),
    select=("severity", "kind", "url", "ends_at", "hops", "n_links", "n_backlinks", "stake",
            "gain"),
    order_by="severity,stake:desc",
    frame=frame,
    options=(EACH, INTO),
)  # fmt: skip
