"""The rows of d P that a plan changes: what their pages handed on before, and what afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import F64, grouped, repeat_factors_of_rows
from linkshed.graph.push import Patch
from linkshed.score.factors import COLUMNS as FACTOR_COLUMNS
from linkshed.score.factors import attention, passing
from linkshed.simulate.plan import Plan
from linkshed.simulate.roles import changed_roles
from linkshed.simulate.web import Ids, Web
from linkshed.snapshot.distinct import distinct_of


@dataclass(frozen=True)
class Changes:
    """Rows of the same pages ``before`` and ``after``; ``base`` is what the base of pages gains."""

    before: Patch
    after: Patch
    base_pages: Ids
    base: F64


def changes_of(web: Web, plan: Plan) -> Changes:
    """All rows and bases a plan changes."""
    roles = changed_roles(web.nodes, plan.nodes)
    pages = distinct_of(
        np.concatenate((plan.sources(web), roles, web.column("source", web.rows_to(roles))))
    ).astype(np.int64)
    rows = web.rows_from(pages)
    base = plan.nodes.base[roles] - web.nodes.base[roles]
    return Changes(
        _before(web, pages, rows), _after(web, plan, pages, rows), roles, (1 - web.damping) * base
    )


def _before(web: Web, pages: Ids, rows: Ids) -> Patch:
    source = web.column("source", rows)
    amount = web.column("weight", rows).astype(np.float64) * web.column("passes", rows)
    lands = web.nodes.lands[web.column("target", rows)]
    offsets, order = grouped(np.searchsorted(pages, source), len(pages))
    return _patch(pages, offsets, lands[order], (amount * web.scale[source])[order])


def _after(web: Web, plan: Plan, pages: Ids, rows: Ids) -> Patch:
    links = edited(web, plan, rows)
    nodes, profile = plan.nodes, web.profile
    source, target = links["source"], links["target"]
    lands = nodes.lands[target]
    counts = nodes.is_node[source] & (lands != source)
    weight = (attention(links, profile) * counts).astype(np.float32)
    passes = passing(links, source, target, nodes, profile)[0].astype(np.float32)
    offsets, order = grouped(np.searchsorted(pages, source), len(pages))
    lands, weight, passes = lands[order], weight[order], passes[order]
    if profile.repeat < 1:
        cap = profile.repeat_cap
        weight *= repeat_factors_of_rows(offsets, lands, weight, each=profile.repeat, cap=cap)
    at = np.repeat(np.arange(len(pages)), np.diff(offsets))
    whole = np.bincount(at, weights=weight, minlength=len(pages))[at]
    amount = web.damping * weight.astype(np.float64) * passes
    share = np.divide(amount, whole, out=amount, where=whole > 0)
    return _patch(pages, offsets, lands, share)


def edited(web: Web, plan: Plan, rows: Ids) -> dict[str, NDArray[Any]]:
    """Columns of the rows as edited, new links at the end."""
    if plan.gone:
        rows = rows[~np.isin(rows, np.fromiter(plan.gone, np.int64, len(plan.gone)))]
    columns = {}
    for name in ("source", "target", *FACTOR_COLUMNS):
        column = web.column(name, rows).copy()
        for row, values in plan.set.items():
            if name in values:
                column[np.searchsorted(rows, row)] = values[name]
        added = np.array([link[name] for link in plan.new]).astype(column.dtype)
        columns[name] = _joined(column, added)
    return columns


def _joined(column: NDArray[Any], added: NDArray[Any]) -> NDArray[Any]:
    values = np.concatenate((np.ma.getdata(column), added))
    if not np.ma.isMaskedArray(column):
        return values
    missing = np.ma.getmaskarray(column)
    return np.ma.array(values, mask=np.append(missing, np.zeros(len(added), np.bool_)))


def _patch(pages: Ids, offsets: Ids, targets: NDArray[Any], shares: F64) -> Patch:
    """Rows without the links that pass nothing."""
    kept = shares > 0
    n_kept = np.zeros(len(kept) + 1, np.int64)
    np.cumsum(kept, out=n_kept[1:])
    return Patch(pages, n_kept[offsets], targets[kept].astype(np.uint32), shares[kept])
