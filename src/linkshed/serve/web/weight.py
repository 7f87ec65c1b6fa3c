"""How much a page may weigh: wide rows are shown fewer at a time, so that every page loads fast."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

MOST_BYTES = 295_000
"""Of a page, without charts, styles and scripts."""
Rows = list[dict[str, Any]]


def fitting(rows: Rows, draw: Callable[[Rows], Response]) -> Response:
    """The page of all rows, or of as many of the first as it can hold; at least of one."""
    answer = draw(rows)
    if _fits(answer) or len(rows) < 2:
        return answer
    least = len(draw(rows[:1]).body)
    each = max((len(answer.body) - least) / (len(rows) - 1), 1)
    n = max(min(1 + int((MOST_BYTES - least) / each), len(rows) - 1), 1)
    answer = draw(rows[:n])
    while n > 1 and not _fits(answer):
        n = n * 9 // 10
        answer = draw(rows[:n])
    return answer


def _fits(answer: Response) -> bool:
    return len(answer.body) <= MOST_BYTES
