"""Links counted by what they have in common, for answers that look at all links of a large site."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.tally import n_different


def distinct(groups: NDArray[Any], values: NDArray[Any], n: int) -> NDArray[np.uint32]:
    """Number of distinct values in each group; groups are numbered from 0 to ``n``, and values are
    numbers such as those of pages, below some multiple of how many pages there are.
    """
    return n_different(groups, values, n).astype(np.uint32)
