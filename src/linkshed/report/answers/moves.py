"""The rows of a what-if: every page that moves, its domain, and how the whole moves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.errors import OptionNeeded
from linkshed.report.answers.domainmoves import DomainMoves
from linkshed.report.frame import Frame, bound, of_table
from linkshed.simulate.domainif import domains_if
from linkshed.simulate.edits import parse_edits
from linkshed.simulate.plan import plan
from linkshed.simulate.rows import changes_of
from linkshed.simulate.web import web_of
from linkshed.simulate.whatif import Outcome, moving_most, outcome
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope


def moves(
    snapshot: Snapshot, scope: Scope, script: str | None, tolerance: float | None
) -> Frame:  # fmt: skip
    """A frame over the pages of the scope that move by more than the error bound."""
    if not script:
        raise OptionNeeded(
            "no edits", "edits", allowed="a script or a file", repair="--edits 'add A -> B'"
        )
    web = web_of(snapshot)
    made = plan(web, parse_edits(script))
    changes, is_inside = changes_of(web, made), web.inside(scope)
    found = outcome(web, made, changes, tolerance, is_inside)
    changed = domains_if(web, made, changes.after.pages, tolerance)
    domains = DomainMoves(snapshot, scope, changed, n_unknown=len(made.inflow))
    inside = is_inside[found.pages]
    kept = np.flatnonzero(inside & found.is_sure)
    table = _table(snapshot, found, kept, domains)
    said = (
        _remarks(found, inside) if is_inside.any() else (f"scope {scope.text!r}: no page is known",)
    )
    return of_table(table, remarks=(*said, *domains.remarks()))


def _table(
    snapshot: Snapshot, found: Outcome, kept: NDArray[Any], domains: DomainMoves
) -> pa.Table:
    pages = found.pages[kept]
    lands, is_dead = found.nodes.lands[pages], found.nodes.is_dead[pages]
    receivers = [None if dead else url
                 for url, dead in zip(snapshot.urls(lands), is_dead, strict=True)]  # fmt: skip
    before, after = found.rating_before[kept], found.rating_after[kept]
    columns = {
        "gain": found.gain[kept],
        "gain_error": found.gain_error[kept],
        "rating_gain": after - before,
        "equity_before": found.before[kept],
        "equity_after": found.after[kept],
        "rating_before": before,
        "rating_after": after,
    }
    return pa.table(
        {
            "url": snapshot.url_array(pages),
            **{name: pa.array(v, pa.float64(), from_pandas=True) for name, v in columns.items()},
            "receiver_url": pa.array(receivers, pa.string()),
            **domains.columns(pages),
        }
    )


def _remarks(found: Outcome, inside: NDArray[np.bool_]) -> tuple[str, ...]:
    sure = inside & found.is_sure
    winners, losers = (int((sure & (sign * found.gain > 0)).sum()) for sign in (1, -1))
    return (
        f"Pages of the scope that win: {winners:,}, that lose: {losers:,}; together they gain"
        f" {float(found.gain[inside].sum()):+.6g} page-equivalents, all pages"
        f" {float(found.gain.sum()):+.6g}.",
        f"Each equity is right within {bound(found.relative_error)} of itself, all together within"
        f" {bound(found.total_error)}{_largest(found, sure)}; pages that move by less are left"
        " out.",
    )


def _largest(found: Outcome, sure: NDArray[np.bool_]) -> str:
    """How well the gains that are read first are known."""
    first = moving_most(found, sure)
    if not len(first):
        return ""
    share = float((found.gain_error[first] / np.abs(found.gain[first])).max())
    return f", the largest gains within {bound(share)} of themselves"
