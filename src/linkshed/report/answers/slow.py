"""Columns that take long, for some rows: a frame is begun without them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from linkshed.report.frame import Frame, Maker
from linkshed.snapshot.haste import begun


def with_slow(frame: Frame, columns: Callable[[int], Mapping[str, Maker]], each: int) -> Frame:
    """The frame with ``columns``, which are computed for ``each`` of its rows, null in others."""

    def whole(each: int) -> Frame:
        return replace(frame, makers={**frame.makers, **columns(each)})

    if each and frame.n:
        begun(lambda: whole(0))
    return whole(each)
