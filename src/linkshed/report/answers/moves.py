"""The rows of a what-if: every page that moves, and how the whole moves."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from linkshed.errors import OptionNeeded
from linkshed.report.frame import Frame, bound, of_table
from linkshed.simulate.edits import parse_edits
from linkshed.simulate.web import Web
from linkshed.simulate.whatif import Outcome, what_if
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope


def moves(snapshot: Snapshot, scope: Scope, script: str | None, tolerance: float) -> Frame:
    """A frame over the pages of the scope that move by more than the error bound."""
    if not script:
        raise OptionNeeded(
            "no edits", "edits", allowed="a script or a file", repair="--edits 'add A -> B'"
        )
    web = Web(snapshot)
    found = what_if(web, parse_edits(script), tolerance)
    inside = web.inside(scope)[found.pages]
    kept = np.flatnonzero(inside & found.is_sure)
    return of_table(_table(snapshot, found, kept), remarks=_remarks(found, inside))


def _table(snapshot: Snapshot, found: Outcome, kept: np.ndarray[tuple[int], np.dtype[np.int64]]
           ) -> pa.Table:  # fmt: skip
    pages = found.pages[kept]
    lands, is_dead = found.nodes.lands[pages], found.nodes.is_dead[pages]
    receivers = [None if dead else url
                 for url, dead in zip(snapshot.urls(lands), is_dead, strict=True)]  # fmt: skip
    before, after = found.rating_before[kept], found.rating_after[kept]
    columns = {
        "gain": found.gain[kept],
        "rating_gain": after - before,
        "equity_before": found.before[kept],
        "equity_after": found.after[kept],
        "rating_before": before,
        "rating_after": after,
    }
    return pa.table(
        {
            "url": pa.array(snapshot.urls(pages), pa.string()),
            **{name: pa.array(v, pa.float64(), from_pandas=True) for name, v in columns.items()},
            "receiver_url": pa.array(receivers, pa.string()),
        }
    )


def _remarks(found: Outcome, inside: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> tuple[str, ...]:
    sure = inside & found.is_sure
    winners, losers = (int((sure & (sign * found.gain > 0)).sum()) for sign in (1, -1))
    return (
        f"{winners:,} pages of the scope win and {losers:,} lose; together they gain"
        f" {float(found.gain[inside].sum()):+.6g} page-equivalents, all pages"
        f" {float(found.gain.sum()):+.6g}.",
        f"Each equity is right within {bound(found.relative_error)} of itself, all together within"
        f" {bound(found.total_error)}; pages that move by less are left out. Domain ratings are not"
        " simulated.",
    )
