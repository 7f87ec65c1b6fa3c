"""Cuts files of edges into blocks, with the names of the nodes that each block needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.ingest import lines
from linkshed.ingest.reader import Item, Refused
from linkshed.ingest.webgraph.names import ID_BITS, Ids, Names, rising
from linkshed.schema import Reason

_LINE = re.compile(rb"[0-9]{1,18}\t[0-9]{1,18}\r?")
_LONGEST = 18
Refusal = tuple[str, int, str, str]
"""Reason, how many lines, where the first of them stands, and that line."""


def blocks(path: Path, names: Names) -> Iterator[Item | Refused]:
    """Items with payload (number of lines, refusals, places of source and target among the names,
    ends of the names, names); all numbers as bytes of 64-bit integers.
    """
    last = -1
    for item in lines.blocks(path):
        if isinstance(item, Refused):
            yield item
            continue
        block = _Block(*item.payload)
        block.keep_known(names)
        last = block.keep_rising(last)
        if names.near is not None:
            block.keep_near(names.near)
        yield Item(item.locator, block.packed(names), item.offset)


class _Block:
    """The edges of some lines; those refused are taken out, and counted."""

    def __init__(self, first: int, block: bytes) -> None:
        self.refused: list[Refusal] = []
        block = block.removesuffix(b"\n")
        self.lines = first + np.arange(block.count(b"\n") + 1)
        if not _is_regular(block + b"\n"):
            block = self._repaired(block.split(b"\n"))
        self.n_lines = len(self.lines) + sum(n for _, n, _, _ in self.refused)
        numbers = np.fromstring(block, np.int64, sep=" ") if block else np.empty(0, np.int64)
        self.ends: Ids = numbers.reshape(-1, 2)

    def _repaired(self, texts: list[bytes]) -> bytes:
        """The lines that are edges; blank ones are none, and do not count."""
        is_edge = np.array([_LINE.fullmatch(text) is not None for text in texts], np.bool_)
        is_blank = np.array([not text.strip() for text in texts], np.bool_)
        wrong = np.flatnonzero(~is_edge & ~is_blank)
        if len(wrong):
            shown = texts[wrong[0]].decode("utf-8", "replace")
            self._refuse(Reason.BAD_ROW, len(wrong), int(wrong[0]), shown)
        self.lines = self.lines[is_edge]
        return b"\n".join(text for text, kept in zip(texts, is_edge.tolist(), strict=True) if kept)

    def keep(self, kept: NDArray[np.bool_], reason: Reason) -> None:
        """Refuse the others for a reason."""
        if kept.all():
            return
        first = int(np.argmin(kept))
        shown = "\t".join(map(str, self.ends[first].tolist()))
        self._refuse(reason, int(np.count_nonzero(~kept)), first, shown)
        self.ends, self.lines = self.ends[kept], self.lines[kept]

    def keep_known(self, names: Names) -> None:
        """Keep edges between nodes that have names."""
        places = names.places(self.ends.ravel()).reshape(-1, 2)
        self.keep(np.asarray((places >= 0).all(axis=1)), Reason.UNKNOWN_ID)

    def keep_rising(self, last: int) -> int:
        """Keep edges above ``last`` and all before them; gives the last one kept."""
        order = (self.ends[:, 0] << ID_BITS) + self.ends[:, 1]
        is_rising = rising(order, last)
        self.keep(is_rising, Reason.UNSORTED)
        return int(order.max(where=is_rising, initial=last))

    def keep_near(self, near: Ids) -> None:
        """Keep edges that begin or end at one of some nodes."""
        self.keep(np.asarray(np.isin(self.ends, near).any(axis=1)), Reason.NOT_NEAR)

    def packed(self, names: Names) -> tuple[Any, ...]:
        """The payload."""
        nodes, at = np.unique(self.ends, return_inverse=True)
        texts, ends = names.texts(names.places(nodes))
        source, target = np.ascontiguousarray(at.reshape(-1, 2).T)
        columns = (source.tobytes(), target.tobytes(), ends.tobytes(), texts.tobytes())
        return self.n_lines, tuple(self.refused), *columns

    def _refuse(self, reason: Reason, n: int, first: int, shown: str) -> None:
        self.refused.append((str(reason), n, f"line {self.lines[first]}", shown[:200]))


def _is_regular(block: bytes) -> bool:
    """Whether all lines are two whole numbers with a tab between."""
    text = np.frombuffer(block, np.uint8)
    breaks = np.flatnonzero((text < ord("0")) | (text > ord("9")))
    lengths = np.diff(breaks, prepend=-1) - 1
    return bool(
        len(breaks) % 2 == 0
        and (text[breaks[0::2]] == ord("\t")).all()
        and (text[breaks[1::2]] == ord("\n")).all()
        and lengths.min(initial=1) > 0
        and lengths.max(initial=1) <= _LONGEST
    )
