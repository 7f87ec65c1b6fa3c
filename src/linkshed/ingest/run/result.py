"""What a run did, in counts that add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from linkshed.ingest.run.work import Counts


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
    n_resumed_chunks: int = field(default=0)


def result_of(
    reader: str, inputs: Sequence[Path], counts: Counts, seconds: float, n_resumed_chunks: int
) -> IngestResult:
    """The result from counts added up."""
    return IngestResult(
        reader=reader,
        inputs=inputs,
        n_records=counts.n_records,
        n_kept_records=counts.n_records - counts.refused_records.total(),
        refused_records=dict(sorted(counts.refused_records.items())),
        n_links=counts.n_links,
        n_kept_links=counts.n_links - counts.refused_links.total(),
        refused_links=dict(sorted(counts.refused_links.items())),
        n_pages=counts.n_pages,
        seconds=seconds,
        n_resumed_chunks=n_resumed_chunks,
    )
