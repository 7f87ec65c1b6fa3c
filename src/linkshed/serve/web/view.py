"""A view of a report: everything a table shows, as its address says it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from starlette.requests import Request

from linkshed.errors import ParameterError
from linkshed.serve.web.target import Target, read

PAGE_ROWS = 50
MOST_ROWS = 500
OWN = ("scope", "mode", "snapshot", "where", "order_by", "select", "limit", "cursor")


@dataclass(frozen=True)
class View:
    """``options`` are the report's own that differ from their defaults."""

    report: Any
    target: Target
    path: str
    where: str | None = None
    order_by: str | None = None
    select: str | None = None
    limit: int = PAGE_ROWS
    cursor: str | None = None
    options: dict[str, Any] = field(default_factory=dict)

    def address(self, path: str | None = None, **changes: Any) -> str:
        """The address of a view that differs in some respect; it begins with the first rows."""
        options = self.options | changes.pop("options", {})
        asked = {"where": self.where, "order_by": self.order_by, "select": self.select,
                 "limit": None if self.limit == PAGE_ROWS else self.limit}  # fmt: skip
        asked |= {
            name: value for name, value in options.items() if not self._is_default(name, value)
        }
        return self.target.address(path or self.path, **(asked | changes))

    def _is_default(self, name: str, value: Any) -> bool:
        return any(o.name == name and o.default == value for o in self.report.options)

    def option(self, name: str) -> Any:
        """The value of an option, or its default."""
        found = [o.default for o in self.report.options if o.name == name]
        return self.options.get(name, found[0] if found else None)

    @property
    def asked(self) -> dict[str, Any]:
        """What a report is asked besides scope, columns, limit and offset."""
        return {"mode": self.target.mode, "where": self.where, "order_by": self.order_by,
                **self.options}  # fmt: skip

    @property
    def order(self) -> list[tuple[str, bool]]:
        """The columns rows are ordered by, and whether each falls."""
        text = self.order_by or self.report.order_by
        keys = (part.strip().partition(":") for part in text.split(",") if part.strip())
        return [(self.report.column(name).name, way == "desc") for name, _, way in keys]

    def first(self) -> View:
        """The same from the first row on."""
        return replace(self, cursor=None)


def read_view(request: Request, report: Any, path: str) -> View:
    """The view that an address names. Raises ParameterError."""
    asked = request.query_params
    given = {name: asked.get(name) or None for name in OWN}
    options = {option.name: _option(option, asked[option.name])
               for option in report.options if asked.get(option.name)}  # fmt: skip
    return View(
        report=report.seen(options), target=read(request), path=path, where=given["where"],
        order_by=given["order_by"], select=given["select"], limit=limit_of(given["limit"]),
        cursor=given["cursor"], options=options,
    )  # fmt: skip


def _option(option: Any, text: str) -> Any:
    if option.kind == "switch":
        if text not in ("true", "false"):
            raise ParameterError(f"{option.name} {text[:100]!r}", allowed="true, false")
        return text == "true"
    return option.check(text)


def limit_of(text: str | None) -> int:
    """How many rows a page is asked to have at most. Raises ParameterError."""
    if text is None:
        return PAGE_ROWS
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= MOST_ROWS:
        raise ParameterError(f"limit {text[:100]!r}", allowed=f"1 to {MOST_ROWS:,} rows of a page")
    return int(text[:9])
