"""The parameters of each report, made from its declaration: for addresses and for JSON bodies."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any, Literal

from fastapi import Request
from pydantic import BaseModel, Field, create_model

from linkshed import api
from linkshed.errors import ParameterError
from linkshed.serve.closed import CLOSED, Closed
from linkshed.serve.options import MODES, SNAPSHOT
from linkshed.serve.pieces import FORMS

PAGE_ROWS = 1000
OWN = ("cursor", "snapshot", "format")
"""Parameters of the server, not of the report."""

Limit = Annotated[int, Field(ge=0)] | Literal["all"]


class ExplainQuestion(Closed):
    """The parameters of explain."""

    url: str = Field(description="The page; without a scheme https is tried, then http.")
    limit: int | None = Field(None, ge=0, description="Lines of the ledger; all without it.")
    snapshot: str = Field("latest", description=SNAPSHOT)


async def once(request: Request) -> None:
    """Let an address have each parameter once: of several values all but one would be lost.

    Raises ParameterError.
    """
    counts = Counter(name for name, _ in request.query_params.multi_items())
    if twice := [name for name, n in counts.items() if n > 1]:
        raise ParameterError(
            f"{twice[0][:100]!r} {counts[twice[0]]} times",
            allowed="each parameter once",
            repair="separate several values of one parameter by commas",
        )


def model_of(name: str) -> type[BaseModel]:
    """The parameters of a report; unknown ones are refused."""
    report = api.REPORTS.load(name).REPORT
    order = report.order_by or "as listed"
    fields: dict[str, Any] = {
        "scope": (str, Field(description="The pages asked about: a domain, host, folder, page,"
                                         " or several of them.")),
        "mode": (Literal[MODES] | None,
                 Field(None, description="How to read the scope; by default from its form.")),
        "where": (str | None, Field(None, description="Filter, JSON or short form.")),
        "order_by": (str | None, Field(None, description="Columns, each with :asc or :desc."
                                                         f" By default {order}.")),
        "select": (str | None, Field(None, description="Columns to give, * for all. By default"
                                                       f" {', '.join(report.select)}.")),
        "limit": (Limit, Field(PAGE_ROWS, description="Rows of a page; all for every row.")),
        "cursor": (str | None, Field(None, description="Where the page before ended.")),
        "snapshot": (str, Field("latest", description=SNAPSHOT)),
        "format": (Literal[FORMS], Field("json", description="Form of the rows.")),
    }  # fmt: skip
    fields |= {option.name: _field(option) for option in report.options}
    made: type[BaseModel] = create_model(f"{name.title()}Question", __config__=CLOSED, **fields)
    return made


def _field(option: Any) -> tuple[Any, Any]:
    low, high = option.within
    bounds = {"ge": low} | ({"le": high} if high != float("inf") else {})
    kinds: dict[str, Any] = {"switch": bool, "text": str, "script": str, "count": int,
                             "number": float}  # fmt: skip
    kind = Literal[option.choices] if option.choices else kinds[option.kind]
    told = {"description": option.meaning[:1].upper() + option.meaning[1:]}
    if option.default is None:
        kind = kind | None
    if option.kind in ("count", "number"):
        return kind, Field(option.default, **told, **bounds)
    return kind, Field(option.default, **told)
