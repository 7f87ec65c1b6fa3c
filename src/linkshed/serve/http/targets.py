"""The parameters that scripts already send: targets, modes, filters in JSON."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    model_validator,
)

from linkshed.errors import ParameterError
from linkshed.serve.closed import Closed
from linkshed.serve.http.asked import PAGE_ROWS
from linkshed.serve.options import SNAPSHOT

MODES = {"exact": "url", "prefix": "prefix", "domain": "host", "subdomains": "subdomains"}
GROUPINGS = {"similar_links": "similar", "1_per_domain": "domain", "all": "all"}
Mode = Literal["exact", "prefix", "domain", "subdomains"]
Protocol = Literal["both", "http", "https"]
_MODE = (
    "exact: one page; prefix: all below an address; domain: one host; subdomains: a host and all"
    " below it."
)
_PROTOCOL = "Scheme of the pages in the target."


def _is_day(text: str) -> bool:
    try:
        return str(datetime.date.fromisoformat(text)) == text
    except ValueError:
        return False


def _day(value: Any) -> Any:
    if isinstance(value, str) and not _is_day(value):
        raise ValueError("a day, YYYY-MM-DD, such as 2026-01-31")
    return value


Day = Annotated[datetime.date, BeforeValidator(_day)]


def _form(value: Any) -> Any:
    if value in ("xml", "php"):
        raise ValueError(
            "json, csv: xml and php would hold the same, and what reads them reads json"
        )
    return value


Output = Annotated[Literal["json", "csv"], BeforeValidator(_form)]
"""The forms of answers. Two more that scripts may name hold nothing that these do not."""


def _history(text: str) -> str:
    head, _, day = text.partition(":")
    if text in ("live", "all_time") or (head == "since" and _is_day(day)):
        return text
    raise ValueError("live, all_time or since:YYYY-MM-DD, such as since:2026-01-31")


def _only_live(text: str) -> str:
    if text == "live":
        return text
    raise ValueError(
        "live: this address lists what stands; links that are gone are known at all-backlinks,"
        " refdomains, anchors and pages-by-backlinks"
    )


class Target(Closed):
    """What every one of these addresses accepts; an empty value is no value."""

    target: str = Field(description="A domain or URL.")
    mode: Mode = Field("subdomains", description=_MODE)
    protocol: Protocol = Field("both", description=_PROTOCOL)
    output: Output = Field("json", description="Form of the answer.")
    timeout: int | None = Field(None, description="Accepted, without effect.")
    country: str | None = Field(None, description="Accepted, without effect.")
    volume_mode: str | None = Field(None, description="Accepted, without effect.")

    @model_validator(mode="before")
    @classmethod
    def _given(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        return {name: value for name, value in values.items() if value != ""}


class RowsQuestion(Target):
    """Parameters of the addresses that give rows."""

    select: str | None = Field(None, description="Columns; all that are known without it.")
    where: str | None = Field(None, description="Filter in JSON.")
    order_by: str | None = Field(None, description="Columns, each with :asc or :desc.")
    limit: int = Field(PAGE_ROWS, ge=0, description="Rows of a page.")
    offset: int = Field(0, ge=0, description="Rows to skip.")
    cursor: str | None = Field(None, description="Where the page before ended: the header"
                                                 " Linkshed-Cursor of its answer.")  # fmt: skip
    snapshot: str = Field("latest", description=SNAPSHOT)
    history: Annotated[str, AfterValidator(_only_live)] = Field(
        "live", json_schema_extra={"enum": ["live"]},
        description="A snapshot holds links that are live.",
    )  # fmt: skip


class GroupedQuestion(RowsQuestion):
    """The same, where rows may be grouped."""

    aggregation: Literal["similar_links", "1_per_domain", "all"] = Field(
        "similar_links", description="One row for similar links, for a domain, or for each link."
    )


class PastQuestion(RowsQuestion):
    """The same, where links that are gone may be asked for, too."""

    history: Annotated[str, AfterValidator(_history)] = Field(
        "live",
        json_schema_extra={"pattern": r"^(live|all_time|since:\d{4}-\d{2}-\d{2})$"},
        description="live; or also links lost since a day, since:YYYY-MM-DD, or since the first"
        " scored snapshot, all_time, as far as two snapshots tell.",
    )


class GroupedPastQuestion(PastQuestion, GroupedQuestion):
    """The same, where both may be asked for."""


KINDS: dict[tuple[bool, bool], type[RowsQuestion]] = {
    (False, False): RowsQuestion,
    (True, False): GroupedQuestion,
    (False, True): PastQuestion,
    (True, True): GroupedPastQuestion,
}
"""The parameters of addresses by whether rows may be grouped, and whether they have a past."""


class FiguresQuestion(Target):
    """Parameters of the addresses that give one object."""

    date: Day | None = Field(None, description="Of the last scored snapshot on or before it.")


class HistoryQuestion(Target):
    """Parameters of the addresses that give one figure for each snapshot."""

    date_from: Day | None = Field(None, description="No snapshot before it.")
    date_to: Day | None = Field(None, description="No snapshot after it.")
    history_grouping: Literal["daily", "weekly", "monthly"] = Field(
        "monthly", description="The last snapshot of each day, week or month."
    )


class BatchTarget(Closed):
    """One of many targets."""

    url: str = Field(description="A domain or URL.")
    mode: Mode = Field("subdomains", description=_MODE)
    protocol: Protocol = Field("both", description=_PROTOCOL)


class TargetsQuestion(Closed):
    """Many targets at once."""

    targets: list[BatchTarget] = Field(
        min_length=1, max_length=100, description="What to give the figures of."
    )
    select: list[str] | str | None = Field(None, description="Columns; all without it.")
    order_by: str | None = Field(None, description="Columns, each with :asc or :desc.")
    output: Output = Field("json", description="Form of the answer.")
    country: str | None = Field(None, description="Accepted, without effect.")
    volume_mode: str | None = Field(None, description="Accepted, without effect.")


def day_of(history: str) -> str | None:
    """The day that a history begins with; None for all of it."""
    return history.partition(":")[2] or None


def scoped(target: str, mode: str, protocol: str) -> str:
    """The target with its protocol. Raises ParameterError where a scope cannot hold one."""
    if protocol == "both":
        return target
    if mode != "exact":
        raise ParameterError(f"protocol {protocol!r}", allowed="both, or mode=exact")
    return f"{protocol}://{target.partition('://')[2] or target}"
