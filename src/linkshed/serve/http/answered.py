"""What answers look like, for the OpenAPI document: made from the declarations of reports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, Field, create_model

_KINDS: dict[str, Any] = {
    "string": str, "bool": bool, "time": datetime, "list": list[str], "f32": float, "f64": float,
}  # fmt: skip


def rows_model(report: Any) -> type[BaseModel]:
    """A page of rows of a report; each row has the columns that were selected."""
    columns: dict[str, Any] = {
        column.name: (_KINDS.get(column.type, int) | None, Field(None, description=column.meaning))
        for column in report.columns
    }
    name = report.name.title()
    row = create_model(f"{name}Row", **columns)
    made: type[BaseModel] = create_model(
        f"{name}Rows",
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
