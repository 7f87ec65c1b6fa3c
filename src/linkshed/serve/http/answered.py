"""What answers look like, for the OpenAPI document: made from the declarations of reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field, create_model

from linkshed.serve.closed import CLOSED
from linkshed.serve.http.member import Member, of_columns, unknown
from linkshed.serve.http.nulls import RANK

_RANKS = {f"^{RANK.pattern}$": {"type": "null", "description": unknown("any_rank").definition}}


def object_model(
    name: str, members: Mapping[str, Member], config: ConfigDict = CLOSED
) -> type[BaseModel]:
    """An object that has all members, and no other."""
    made: type[BaseModel] = create_model(
        name, __config__=config, **{name: _field(member) for name, member in members.items()}
    )
    return made


def partial_model(
    name: str, members: Mapping[str, Member], *, is_closed: bool = True, **more: Any
) -> type[BaseModel]:
    """An object that has some of the members; no other unless it is open. ``more`` goes into its
    schema.
    """

    def told(schema: dict[str, Any]) -> None:
        schema.pop("required", None)
        schema.update(more)

    extra: Any = "forbid" if is_closed else "allow"
    return object_model(name, members, ConfigDict(extra=extra, json_schema_extra=told))


def _field(member: Member) -> Any:
    kind = member.kind | None if member.null and member.kind else member.kind
    return kind, Field(description=member.definition)


def responses(
    model: Any,
    content: dict[str, Any],
    headers: Mapping[str, str],
    *,
    is_known: bool,
    status: int = 200,
) -> dict[int | str, dict[str, Any]]:
    """What an address may answer when nothing is wrong; ``is_known``: also that the answer is the
    one that the request knows.
    """
    told = {name: {"description": text, "schema": {"type": "string"}}
            for name, text in headers.items()}  # fmt: skip
    found: dict[int | str, dict[str, Any]] = {
        status: {"model": model, "content": content, "headers": told, "description": "The answer."}
    }
    if is_known:
        found[304] = {"description": "The answer is that of the tag in If-None-Match."}
    return found


def rows_model(report: Any) -> type[BaseModel]:
    """A page of rows of a report; each row has the columns that were selected, also such as come
    with scores on request.
    """
    name = report.name.title()
    has_more = bool(report.shows)
    row = partial_model(f"{name}Row", of_columns(report.columns), is_closed=not has_more)
    made: type[BaseModel] = create_model(
        f"{name}Rows",
        __config__=CLOSED,
        report=(str, Field(description="Name of the report.")),
        scope=(str, Field(description="What was asked about.")),
        snapshot=(str, Field(description="Id of the snapshot that answers.")),
        total=(int, Field(description="All rows there are.")),
        notes=(dict[str, int], Field(description="Other things that were counted.")),
        remarks=(list[str], Field(description="Sentences on the answer as a whole.")),
        columns=(list[str], Field(description="The columns that were selected.")),
        rows=(list[row], Field(description=f"A page of {report.unit}.")),  # type: ignore[valid-type]
        cursor=(str | None, Field(description="Where the next page begins; null after the last.")),
    )
    return made


def selected_model(path: str, member: str, members: Mapping[str, Member]) -> type[BaseModel]:
    """Rows in a member of an object; each has the members that were selected, and any place in
    another index, which is null.
    """
    row = partial_model(f"{_titled(path)}Row", members, patternProperties=_RANKS)
    return _holding(path, member, list[row])  # type: ignore[valid-type]


def listed_model(path: str, member: str, members: Mapping[str, Member]) -> type[BaseModel]:
    """Rows in a member of an object; each has all members."""
    row = object_model(f"{_titled(path)}Row", members)
    return _holding(path, member, list[row])  # type: ignore[valid-type]


def single_model(path: str, member: str, members: Mapping[str, Member]) -> type[BaseModel]:
    """An object in a member of an object; it has all members."""
    return _holding(path, member, object_model(f"{_titled(path)}Figures", members))


def _holding(path: str, member: str, kind: Any) -> type[BaseModel]:
    return object_model(_titled(path), {member: Member(kind, "the answer")})


def _titled(path: str) -> str:
    return "V3" + path.title().replace("-", "")


def with_keys(app: FastAPI, *, needed: bool) -> None:
    """Let the document of an app say how a key is brought, and whether one is needed."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        document = plain()
        scheme = {"type": "http", "scheme": "bearer", "description": "A key of the server's."}
        document["components"]["securitySchemes"] = {"key": scheme}
        document["security"] = [{"key": []}] if needed else [{}, {"key": []}]
        return document

    app.openapi = openapi  # type: ignore[method-assign]
