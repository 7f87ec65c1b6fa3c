"""What is told of a job, everywhere: over HTTP, on its page, in the OpenAPI document and the
reference.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar, Union

from pydantic import Field, TypeAdapter, ValidationError

from linkshed.serve.closed import Closed
from linkshed.serve.jobs.asked import FORMS
from linkshed.serve.jobs.crawled import CrawlRecord, Reasons

T = TypeVar("T")


class Counts(Closed):
    """What was read of one kind: kept, or rejected for a reason."""

    read: int = Field(description="All that there were.")
    kept: int = Field(description="Those that are in the store now.")
    rejected: Reasons = Field(description="The others, by reason.")


class IngestResult(Counts):
    """What an ingest read. ``read``, ``kept`` and ``rejected`` count records, such as lines."""

    reader: str = Field(description="The reader.")
    inputs: list[str] = Field(description="The files that were read.")
    links: Counts = Field(description="Links in these records.")
    pages: int = Field(description="Pages kept.")
    already_read: bool = Field(
        description="Whether these inputs were read before: nothing was read now, the counts are"
        " those of that time."
    )


class CrawlResult(IngestResult):
    """What a crawl fetched and read."""

    crawl: CrawlRecord = Field(description="What it saw and did not see.")


Seconds = Annotated[float, Field(description="Time it took so far (seconds).")]
Pace = Annotated[float, Field(description="Pages a second, of this run.")]
Left = Annotated[
    float | None, Field(description="Estimate of what is left (seconds); null: none yet.")
]


class Reading(Closed):
    """How far reading is. Bytes are those of the files; rates leave out what an earlier run did."""

    stage: Literal["reading"] = Field(description="What is done.")
    n_bytes: int = Field(description="Bytes read.")
    n_bytes_total: int = Field(description="Bytes to read.")
    n_records: int = Field(description="Records read.")
    n_pages: int = Field(description="Pages kept.")
    n_links: int = Field(description="Links kept.")
    seconds: Seconds
    pages_per_second: Pace
    bytes_per_second: float = Field(description="Bytes a second.")
    seconds_left: Left
    input: str = Field(description="The file being read; empty at the end.")
    is_done: bool = Field(description="Whether all is read.")


class Crawling(Closed):
    """How far a crawl is, its interrupted earlier runs included."""

    stage: Literal["crawling"] = Field(description="What is done.")
    pages: int = Field(description="Pages of the scope that answered.")
    waiting: int = Field(description="Pages known and not yet fetched; some may be out of bounds.")
    known: int = Field(description="Addresses met, external ones too.")
    bytes: int = Field(description="Bytes fetched.")
    seconds: Seconds
    pages_per_second: Pace
    seconds_left: Left
    failures: Reasons = Field(description="Looks in vain, by reason.")


class Building(Closed):
    """What a build or a scoring does."""

    stage: str = Field(description="What is done.")


Result = CrawlResult | IngestResult
Progress = Reading | Crawling | Building
_RESULT: TypeAdapter[Any] = TypeAdapter(Result)
_PROGRESS: TypeAdapter[Any] = TypeAdapter(Progress)


class Job(Closed):
    """A job. Times are in ISO 8601, UTC, and null while they have not come."""

    id: str = Field(description="Its id.")
    kind: Literal["crawl", "ingest"] = Field(description="What it does first.")
    asked: Union[tuple(FORMS.values())] = Field(  # type: ignore[valid-type]  # noqa: UP007
        description="What was asked for, with the values of what was not given."
    )
    steps: list[str] = Field(description="Its commands, done one after another.")
    state: Literal["waiting", "running", "done", "failed", "stopped", "interrupted"] = Field(
        description="Where it is; interrupted: the server ended before it did, and the same job"
        " goes on where a crawl stopped."
    )
    step: int = Field(description="The command that runs or ran last, from 0.")
    created_at: datetime = Field(description="When it was asked for.")
    started_at: datetime | None = Field(description="When it began; null: it has not.")
    ended_at: datetime | None = Field(description="When it ended; null: it has not.")
    exit_code: int | None = Field(
        description="Exit code of the command that ended it, 0 when all is well; null: it has not"
        " ended, or did not run."
    )
    progress: Progress | None = Field(description="How far its command is; null: nothing said yet.")
    notes: list[str] = Field(description="What its commands said, the last lines.")
    result: Result | None = Field(
        description="What its first command counted; null: it has not ended, or failed."
    )
    snapshot: str | None = Field(description="Id of the snapshot it made; null: it made none.")


def result_in(text: str) -> dict[str, Any] | None:
    """The result that a command printed; None when it printed none."""
    return _read(_RESULT, text)


def progress_in(line: str) -> dict[str, Any] | None:
    """The progress that a line tells; None when it tells none."""
    return _read(_PROGRESS, line)


def _read(adapter: TypeAdapter[Any], text: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = adapter.dump_python(adapter.validate_json(text), mode="json")
    except ValidationError:
        return None
    return found
