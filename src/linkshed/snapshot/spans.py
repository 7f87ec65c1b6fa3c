"""Rows that stand together, such as the links to a page, of many pages at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def spans(offsets: NDArray[Any], ids: NDArray[Any]) -> NDArray[np.int64]:
    """All places in ``[offsets[i], offsets[i + 1])`` of each id, in order."""
    lo = np.asarray(offsets[ids], np.int64)
    counts = np.asarray(offsets[np.asarray(ids) + 1], np.int64) - lo
    starts = np.cumsum(counts) - counts
    return np.asarray(np.arange(counts.sum()) + np.repeat(lo - starts, counts))
