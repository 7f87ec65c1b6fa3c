"""Values that hold strangers' texts, for readers other than a browser or a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from linkshed.serve.pieces import moment
from linkshed.serve.table import plain

MAX_TEXT = 500


def safe(value: Any) -> Any:
    """A value as JSON holds it: texts cut, unseen characters shown, numbers of six digits."""
    if isinstance(value, str):
        text = plain(value)
        return text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + "…"
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, Mapping):
        return {str(name): safe(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [safe(item) for item in value]
    return value
