"""What pages say of themselves as structured data (JSON-LD)."""

from __future__ import annotations

from typing import Any

from linkshed.extract.dates import seconds_of


def things(stated: Any) -> list[dict[str, Any]]:
    """The objects of a JSON-LD value, those of its ``@graph`` included."""
    items = stated if isinstance(stated, list) else [stated]
    found = [item for item in items if isinstance(item, dict)]
    for item in list(found):
        graph = item.get("@graph")
        if isinstance(graph, list):
            found += [inner for inner in graph if isinstance(inner, dict)]
    return found


def stated_time(item: dict[str, Any], name: str) -> int | None:
    """Seconds since 1970 that an object states under a name; None when it states no time."""
    value = item.get(name)
    return seconds_of(value) if isinstance(value, str) else None
