"""What a run did, in counts that add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class IngestResult:
    """Counts of a finished run, chunks of interrupted earlier runs included.

    ``n_records`` = ``n_kept_records`` + all of ``refused_records``; links likewise. A record is
    what the reader reads one by one: an archive record, a file, a table row. ``seconds`` is this
    run's time. ``n_resumed_chunks`` were done by an earlier run.
    """

    reader: str
    inputs: Sequence[Path]
    n_records: int
    n_kept_records: int
    refused_records: dict[str, int]
    n_links: int
    n_kept_links: int
    refused_links: dict[str, int]
    n_pages: int
    seconds: float
    n_resumed_chunks: int


def result_of(
    reader: str,
    inputs: Sequence[Path],
    totals: dict[str, Any],
    seconds: float,
    n_resumed_chunks: int,
) -> IngestResult:
    """The result by what the sink holds."""
    records, links = totals["records"], totals["links"]
    return IngestResult(
        reader=reader,
        inputs=inputs,
        n_records=records["read"],
        n_kept_records=records["kept"],
        refused_records=records["refused"],
        n_links=links["read"],
        n_kept_links=links["kept"],
        refused_links=links["refused"],
        n_pages=totals["pages"],
        seconds=seconds,
        n_resumed_chunks=n_resumed_chunks,
    )
