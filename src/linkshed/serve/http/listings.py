"""What the lists of snapshots and of reports hold, and the answer of health."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from linkshed.schema import TABLES
from linkshed.serve.http.answered import object_model, partial_model
from linkshed.serve.http.member import Member

HEALTH = object_model("Health", {"status": Member(Literal["ok"], "there is a snapshot to ask")})
NO_HEALTH = object_model("NoHealth", {"status": Member(Literal["no snapshot"], "there is none")})

_ROWS: Any = partial_model(
    "RowsOfTables", {table.name: Member(int, table.meaning) for table in TABLES}
)
SNAPSHOT: Any = object_model("Snapshot", {
    "id": Member(str, "its id: 16 hexadecimal digits made of its content"),
    "created_at": Member(datetime, "when it was published (ISO 8601, UTC)"),
    "counts": Member(_ROWS, "rows of its tables"),
    "scores": Member(list[str], "the scores that it has; empty until it is scored"),
    "parents": Member(list[str], "ids of the snapshots that it was made from"),
})  # fmt: skip

_KINDS = Literal["bool", "u8", "u16", "u32", "u64", "f32", "f64", "string", "time", "list"]
_COLUMN: Any = object_model("ReportColumn", {
    "name": Member(str, "its name"),
    "type": Member(_KINDS, "type of its values; u: whole numbers, time: seconds since 1970 in"
                           " Parquet, ISO 8601 elsewhere, list: of texts; names of an enumeration"
                           " are texts, whatever the type"),
    "unit": Member(str, "unit of its values; empty without one"),
    "meaning": Member(str, "what it says of a row"),
    "null": Member(str, "what null means; empty where no value is null"),
    "alias": Member(str, "its name at the addresses of /v3; empty when it has none"),
})  # fmt: skip
_DEFAULT = bool | int | float | str
_OPTION_MEMBERS = {
    "name": Member(str, "its name"),
    "meaning": Member(str, "what it changes"),
    "default": Member(_DEFAULT, "its value when it is not given", "none"),
    "choices": Member(list[str], "the values it may have; empty when they are not a few"),
    "form": Member(Literal["choice", "switch", "text", "script"], "what its values are"),
}
_OPTION: Any = object_model("ReportOption", _OPTION_MEMBERS)
_BOUNDED: Any = object_model("ReportNumber", _OPTION_MEMBERS | {
    "form": Member(Literal["count", "number"], "what its values are"),
    "least": Member(float, "the smallest that is allowed"),
    "most": Member(float, "the largest that is allowed", "there is no largest"),
})  # fmt: skip
REPORT: Any = object_model("Report", {
    "name": Member(str, "its name"),
    "question": Member(str, "the question it answers"),
    "unit": Member(str, "what its rows are"),
    "order_by": Member(str, "its order unless another is asked for; empty: as listed"),
    "select": Member(list[str], "the columns it shows unless others are asked for"),
    "columns": Member(list[_COLUMN], "all its columns, but those of scores on request"),
    "options": Member(list[_OPTION | _BOUNDED], "its own parameters"),
})  # fmt: skip
