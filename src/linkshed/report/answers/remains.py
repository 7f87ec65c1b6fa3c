"""The rows of a robustness report."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from linkshed.errors import NotFoundError
from linkshed.report.frame import Frame, bound, of_table
from linkshed.simulate.robust import Loss, losses, points
from linkshed.simulate.web import web_of
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope


def remains(snapshot: Snapshot, scope: Scope, each: int) -> Frame:
    """A frame of losses: the top domains together first, then one by one."""
    web = web_of(snapshot)
    try:
        shed, lost = losses(web, scope, each)
    except NotFoundError as error:
        return of_table(_table(snapshot, [], 0.0), remarks=(str(error),))
    off = max((loss.relative_error for loss in lost), default=0.0)
    return of_table(
        _table(snapshot, lost, shed.equity),
        remarks=(
            f"Today {shed.equity:.6g} page-equivalents, rating {float(points(shed.equity)):.1f} as"
            f" one page; what is left is right within {bound(off)} of itself.",
            "What one loss does to every page: linkshed whatif SCOPE --edits 'lose DOMAIN -> SITE'",
        ),
    )


def _table(snapshot: Snapshot, lost: list[Loss], today: float) -> pa.Table:
    equity = np.array([loss.equity for loss in lost], np.float64)
    columns = {
        "paid": [loss.paid for loss in lost],
        "equity": equity,
        "loss": today - equity,
        "share": 1 - equity / today if lost else equity,
        "rating": points(equity),
        "rating_loss": points(today) - points(equity),
    }
    return pa.table(
        {
            "without": pa.array([_named(snapshot, loss) for loss in lost], pa.string()),
            "domains": pa.array([len(loss.domains) for loss in lost], pa.uint32()),
            "links": pa.array([loss.links for loss in lost], pa.uint32()),
            **{name: pa.array(values, pa.float64()) for name, values in columns.items()},
        }
    )


def _named(snapshot: Snapshot, loss: Loss) -> str:
    if loss.top > 1:
        return f"the {loss.top} largest"
    return str(snapshot.take("domains", ["domain"], loss.domains)["domain"][0].as_py())
