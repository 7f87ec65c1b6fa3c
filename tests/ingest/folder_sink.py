"""A sink that keeps each chunk as one file: what a store does, with nothing else around it."""

from __future__ import annotations

import os
import pickle
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linkshed.ingest.reader import Batch


@dataclass(frozen=True)
class FolderSink:
    """Chunks in a folder. ``full_from``: the chunk from which on the disk is full."""

    folder: Path
    full_from: int = 1 << 30

    def is_done(self, input_no: int, chunk_no: int) -> bool:
        return self._path(input_no, chunk_no).exists()

    def write(self, input_no: int, chunk_no: int, batch: Batch) -> None:
        if chunk_no >= self.full_from:
            raise OSError(28, "No space left on device")
        path = self._path(input_no, chunk_no)
        partial = path.with_suffix(f".{os.getpid()}")
        partial.write_bytes(pickle.dumps(batch))
        partial.rename(path)

    def totals(self) -> dict[str, Any]:
        batches = self.batches()
        read = {"records": [b.n_records for b in batches], "links": [b.n_links for b in batches]}
        totals: dict[str, Any] = {"pages": sum(len(b.pages["url"]) for b in batches)}
        for level, counts in read.items():
            refused = sum((getattr(b, f"refused_{level}") for b in batches), Counter())
            kept = sum(counts) - refused.total()
            totals[level] = {"read": sum(counts), "kept": kept, "refused": dict(refused)}
        return totals

    def batches(self) -> list[Batch]:
        """All chunks in order."""
        return [pickle.loads(path.read_bytes()) for path in sorted(self.folder.glob("*.chunk"))]

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        """All rows of a table in order."""
        return [
            row
            for batch in self.batches()
            for row in zip(*getattr(batch, table).values(), strict=True)
        ]

    def _path(self, input_no: int, chunk_no: int) -> Path:
        return self.folder / f"{input_no:04}-{chunk_no:06}.chunk"
