"""What the looks at a page prove: the last look that any input tells of counts.

A row that does not say is judged by its status: 404 and 410 are dead, answers that turn us away are
blocked, other answers below 400 alive; whatever else failed is unknown, as it may pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.schema import BLOCKED_STATUSES, GONE_STATUSES, Liveness
from linkshed.schema.rows import LOOK_FACTS
from linkshed.snapshot.tables import Snapshot

NAMES = tuple(column.name for column in LOOK_FACTS)
_IS_ANSWER = "is_revisit OR status BETWEEN 200 AND 399"


def _among(statuses: Iterable[int]) -> str:
    return f"status IN ({', '.join(map(str, sorted(statuses)))})"


_JUDGED = (
    f"CASE WHEN {_among(GONE_STATUSES)} THEN {Liveness.DEAD:d}"
    f" WHEN {_among(BLOCKED_STATUSES)} THEN {Liveness.BLOCKED:d}"
    f" WHEN {_IS_ANSWER} THEN {Liveness.ALIVE:d} ELSE {Liveness.UNKNOWN:d} END"
)
_IS_VAIN = f"status IS NOT NULL AND NOT ({_IS_ANSWER} OR {_among(BLOCKED_STATUSES)})"
_WAS_LOOKED_AT = "liveness IS NOT NULL OR status IS NOT NULL OR is_revisit"
_VALUES = {
    "liveness": f"coalesce(liveness, {_JUDGED})",
    "looked_at": "coalesce(looked_at, fetched_at)",
    "outcome": "coalesce(outcome, status::VARCHAR)",
    "n_vain_looks": f"coalesce(n_vain_looks, ({_IS_VAIN})::INTEGER)",
    "vain_since": f"coalesce(vain_since, CASE WHEN {_IS_VAIN} THEN fetched_at END)",
}
LAST_LOOK = (
    "arg_max({"
    + ", ".join(f"'{name}': {value}" for name, value in _VALUES.items())
    + "}, {'at': coalesce(looked_at, fetched_at, TIMESTAMP '1970-01-01'), 'chunk': chunk,"
    f" 'row': row}}) FILTER ({_WAS_LOOKED_AT}) OVER of_page AS last_look"
)
"""The facts of the last look among the rows of a page, as one value; null when nobody looked."""


def look_fact(name: str) -> str:
    """One of NAMES out of ``last_look``."""
    found = f"look.last_look.{name}"
    return f"coalesce({found}, {Liveness.UNKNOWN:d}) AS {name}" if name == NAMES[0] else (
        f"{found} AS {name}"
    )  # fmt: skip


def liveness_of(snapshot: Snapshot) -> NDArray[Any]:
    """The liveness of all pages; of a snapshot written without it, by the status alone."""
    if snapshot.has("pages", "liveness"):
        return np.asarray(snapshot.array("pages", "liveness"))
    status = np.ma.filled(snapshot.array("pages", "status"), 0)
    is_answer = (status >= 200) & (status < 400)
    found = np.where(is_answer, Liveness.ALIVE, Liveness.UNKNOWN)
    found[np.isin(status, list(BLOCKED_STATUSES))] = Liveness.BLOCKED
    found[np.isin(status, list(GONE_STATUSES))] = Liveness.DEAD
    return found


def was_looked_at(snapshot: Snapshot) -> NDArray[np.bool_]:
    """Of all pages, whether anybody looked at them."""
    name = "n_vain_looks" if snapshot.has("pages", "n_vain_looks") else "status"
    return ~np.ma.getmaskarray(snapshot.array("pages", name))
