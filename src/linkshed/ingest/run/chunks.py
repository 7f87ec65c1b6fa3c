"""Items -> chunks, the unit that is done or not done. Borders depend on the input alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from linkshed.errors import LinkshedError
from linkshed.ingest.reader import Item, Refused
from linkshed.schema import Reason

MAX_ITEMS = 1024
MAX_BYTES = 8_000_000

_BYTES_PER_OBJECT = 64


@dataclass
class Chunk:
    """Neighbouring items of one input. ``offset`` is how far the input was read behind them."""

    number: int
    items: list[Item | Refused] = field(default_factory=list)
    n_bytes: int = 0
    offset: int = 0

    @property
    def is_full(self) -> bool:
        return len(self.items) >= MAX_ITEMS or self.n_bytes >= MAX_BYTES


def chunked(items: Iterator[Item | Refused]) -> Iterator[Chunk]:
    """Chunks of at most MAX_ITEMS items; a chunk is closed once it holds MAX_BYTES."""
    chunk = Chunk(0)
    for item in _until_unreadable(items):
        if isinstance(item, Item):
            chunk.n_bytes += max(weight_bytes(item.payload), item.offset - chunk.offset)
            chunk.offset = max(chunk.offset, item.offset)
        chunk.items.append(item)
        if chunk.is_full:
            yield chunk
            chunk = Chunk(chunk.number + 1, offset=chunk.offset)
    if chunk.items:
        yield chunk


def weight_bytes(payload: Any) -> int:
    """Roughly the memory a payload takes."""
    if isinstance(payload, (bytes, bytearray, str)):
        return len(payload)
    if isinstance(payload, (tuple, list)):
        return sum(weight_bytes(part) for part in payload)
    return _BYTES_PER_OBJECT


def _until_unreadable(items: Iterator[Item | Refused]) -> Iterator[Item | Refused]:
    """A file that stops being readable half way is refused from there on; the rest is kept."""
    offset = 0
    try:
        for item in items:
            offset = item.offset if isinstance(item, Item) else offset
            yield item
    except OSError as error:
        yield Refused(Reason.UNREADABLE, f"from byte {offset} on", error.strerror or str(error))
    except LinkshedError as error:
        yield Refused(Reason.DAMAGED, f"from byte {offset} on", error.received)
