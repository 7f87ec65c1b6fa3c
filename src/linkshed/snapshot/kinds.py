"""Which kinds of links can be clicked: those that count as links between pages."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.schema import CLICKABLE

IS_CLICKABLE = np.isin(np.arange(256), CLICKABLE)


def is_clickable(kinds: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether links of these kinds can be clicked."""
    return np.asarray(IS_CLICKABLE[kinds])
