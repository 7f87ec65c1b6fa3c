"""All audits of a scope, and the columns their findings have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.report import REPORTS
from linkshed.report.answers.finding import INCONCLUSIVE, LOOK_AGAIN, SURE
from linkshed.report.answers.site import site_of
from linkshed.report.frame import ALL, Frame
from linkshed.report.report import Report
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

AUDITS = (
    "brokenlinks", "waste", "orphans", "redirects", "weak", "unfollowed", "uncrawlable", "variants",
    "sitemaps", "headlinks", "dilution", "anchorissues",
)  # fmt: skip
NAMED = {
    "stake": {"waste": "loss"},
    "kind": {"orphans": "cause", "variants": "state"},
    "other": {"waste": "domain", "redirects": "ends_at", "uncrawlable": "href",
              "variants": "kept_url", "headlinks": "other_url", "brokenlinks": "ends_at"},
}  # fmt: skip
"""Columns that an audit calls by another name."""
IDENTITY = {
    "brokenlinks": ("url", "is_internal"),
    "redirects": ("kind", "url"),
    "waste": ("kind", "url", "other"),
    "unfollowed": ("kind", "url"),
    "uncrawlable": ("kind", "url", "other", "anchor"),
    "variants": ("url", "other"),
    "sitemaps": ("kind", "url"),
    "headlinks": ("kind", "link", "url", "other", "code"),
    "dilution": ("kind", "url", "placement"),
    "anchorissues": ("kind", "url", "anchor"),
}
"""Columns by which a finding is the same one in another snapshot; ``url`` alone for others. Of
``anchorissues`` the anchor counts only where there is no page; of a template of ``dilution`` the
page does not, because it is the strongest that the template links to."""


@dataclass(frozen=True)
class Audit:
    """What one audit report finds with its own defaults, without computing gains."""

    report: Report
    frame: Frame

    @property
    def name(self) -> str:
        """The report's name."""
        return self.report.name

    def column(self, name: str, rows: Any = ALL) -> pa.Array:
        """A column of some findings by its common name; null where the audit has none."""
        own = NAMED.get(name, {}).get(self.name, name)
        n = self.frame.n if rows is ALL else len(rows)
        if own not in self.frame.makers:
            return pa.array([SURE] * n) if name == "verdict" else pa.nulls(n)
        values = self.frame.makers[own](rows)
        return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values

    @property
    def severity(self) -> NDArray[np.object_]:
        """How severe each finding is; None where it is not certain."""
        return np.array([*self.column("severity").to_pylist(), None], object)[:-1]

    @property
    def stake(self) -> NDArray[np.float64]:
        """Equity each finding is about."""
        return np.asarray(self.column("stake"), np.float64)

    @property
    def is_sure(self) -> NDArray[np.bool_]:
        """Which findings are not inconclusive."""
        if "verdict" not in self.frame.makers:
            return np.ones(self.frame.n, np.bool_)
        said = self.column("verdict").to_pylist()
        return np.array([word not in (INCONCLUSIVE, LOOK_AGAIN) for word in said], bool)

    def keys(self) -> list[tuple[Any, ...]]:
        """What makes each finding the same one in another snapshot."""
        names = IDENTITY.get(self.name, ("url",))
        columns = [self.column(name).to_pylist() for name in names]
        keys = list(zip(*columns, strict=True))
        if self.name == "anchorissues":
            keys = [key if key[1] is None else key[:2] for key in keys]
        if self.name == "dilution":
            keys = [(key[0], None, key[2]) if key[0] == "template" else key for key in keys]
        return keys

    def subjects(self) -> list[str | None]:
        """The page each finding is about, else the one it stands on."""
        pages = zip(
            self.column("url").to_pylist(), self.column("source_url").to_pylist(), strict=True
        )
        return [page or source for page, source in pages]


def audits(
    snapshot: Snapshot, scope: Scope, tell: Callable[[list[Audit]], None] = lambda _: None
) -> list[Audit]:
    """Every audit of a scope, in the order of AUDITS; ``tell`` is given those that are done."""
    found: list[Audit] = []
    site = site_of(snapshot, scope)
    for name in AUDITS:
        report = REPORTS.load(name).REPORT
        no_gains = {option.name: 0 for option in report.options if option.name == "each"}
        found.append(Audit(report, report.frame(snapshot, scope, report.checked(no_gains))))
        tell(found)
    del site
    return found
