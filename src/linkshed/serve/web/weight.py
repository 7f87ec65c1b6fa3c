"""How much a page may weigh: wide rows are shown fewer at a time, so that every page loads fast."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

from starlette.responses import Response

from linkshed.serve.web.grid import Grid

MOST_BYTES = 295_000
"""Of a page, without charts, styles and scripts."""


def fitting(rows: Grid, draw: Callable[[Grid], Response]) -> Response:
    """The page of all rows, or of as many of the first as it can hold; at least of one."""
    answer = draw(rows)
    if len(answer.body) <= MOST_BYTES:
        return answer
    ends = [0, *accumulate(len(line.encode()) for line in rows.lines)]
    n, room = len(rows), MOST_BYTES - (len(answer.body) - ends[-1])
    while n > 1 and len(answer.body) > MOST_BYTES:
        n = max(sum(end <= room for end in ends[1:]), 1) if n == len(rows) else n - 1
        answer = draw(rows.first(n))
    return answer
