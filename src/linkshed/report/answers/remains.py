"""The rows of a robustness report."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from linkshed.errors import NotFoundError
from linkshed.report.frame import Frame, bound, of_table
from linkshed.simulate.abreast import abreast
from linkshed.simulate.robust import Loss, Without, points
from linkshed.simulate.web import web_of
from linkshed.snapshot.haste import begun
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope


def remains(snapshot: Snapshot, scope: Scope, each: int) -> Frame:
    """A frame of losses: the top domains together first, then one by one."""
    web = web_of(snapshot)
    try:
        without = Without(web, scope)
    except NotFoundError as error:
        return of_table(_table(snapshot, [], 0.0), remarks=(str(error),))
    shed, sets = without.shed, without.sets(each)
    begun(lambda: of_table(_table(snapshot, [without.today(lost) for lost in sets], shed.equity)))
    lost = abreast(without.loss, sets)
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
    rating = np.where(np.isnan(equity), np.nan, points(equity))
    columns = {
        "paid": [loss.paid for loss in lost],
        "equity": equity,
        "loss": today - equity,
        "share": 1 - equity / today if lost else equity,
        "rating": rating,
        "rating_loss": points(today) - rating,
    }
    return pa.table(
        {
            "without": pa.array([_named(snapshot, loss) for loss in lost], pa.string()),
            "domains": pa.array([len(loss.domains) for loss in lost], pa.uint32()),
            "links": pa.array([loss.links for loss in lost], pa.uint32()),
            **{
                name: pa.array(values, pa.float64(), from_pandas=True)
                for name, values in columns.items()
            },
        }
    )


def _named(snapshot: Snapshot, loss: Loss) -> str:
    if len(loss.domains) > 1:
        return f"the {len(loss.domains)} largest"
    return str(snapshot.take("domains", ["domain"], loss.domains)["domain"][0].as_py())
