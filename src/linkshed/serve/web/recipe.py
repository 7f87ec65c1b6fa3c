"""How a table was made: the command, the address, the call and the query that give the same."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Any

from linkshed.serve.http.asked import model_of
from linkshed.serve.http.cursors import Cursor
from linkshed.serve.http.reports import PREFIX, question_of
from linkshed.serve.web.target import address
from linkshed.serve.web.view import View


@dataclass(frozen=True)
class Made:
    """What a table shows. ``offset`` rows are skipped; ``limit`` None for all; ``server`` is the
    address of this server, ``store`` its folder; ``sql`` is None when no statement gives it.
    """

    view: View
    snapshot: str
    select: str
    offset: int
    limit: int | None
    server: str
    store: str
    sql: str | None = None

    @property
    def _asked(self) -> dict[str, Any]:
        asked = self.view.asked | {"select": self.select}
        return {name: value for name, value in asked.items() if value not in (None, "")}

    def command(self) -> str:
        """The command line."""
        words = ["linkshed", self.view.report.name, *self._flags()]
        scope = self.view.target.scope
        return shlex.join([*words, *["--"] * scope.startswith("-"), scope])

    def _flags(self) -> list[str]:
        limit = "all" if self.limit is None else str(self.limit)
        given = {"store": self.store, "snapshot": self.snapshot, **self._asked, "limit": limit}
        if self.offset:
            given["offset"] = str(self.offset)
        found = []
        for name, value in given.items():
            flag = f"--{name.replace('_', '-')}"
            found += [flag] * bool(value) if isinstance(value, bool) else [flag, str(value)]
        return [*found, "--format", "csv"]

    def url(self) -> str:
        """The address of the HTTP API."""
        limit = "all" if self.limit is None else self.limit
        given = {"scope": self.view.target.scope, **self._asked, "limit": limit,
                 "snapshot": self.snapshot}  # fmt: skip
        path = f"{PREFIX}/reports/{self.view.report.name}"
        if self.offset:
            question = question_of(self.view.report.name, self._model(given))
            given["cursor"] = str(Cursor(self.snapshot, self.offset, question))
        return address(self.server.rstrip("/") + path, **given)

    def _model(self, given: dict[str, Any]) -> dict[str, Any]:
        return model_of(self.view.report.name)(**given).model_dump()

    def call(self) -> str:
        """The call in Python."""
        limit = [f"limit={self.limit!r}"] if self.limit is not None else []
        offset = [f"offset={self.offset}"] if self.offset else []
        arguments = [repr(self.view.target.scope)]
        arguments += [f"{name}={value!r}" for name, value in self._asked.items()]
        lines = "".join(f"    {argument},\n" for argument in (*arguments, *limit, *offset))
        return (
            "import linkshed\n\n"
            f"web = linkshed.open({self.store!r}, {self.snapshot!r})\n"
            f"result = web.{self.view.report.name}(\n{lines})\n"
            "rows = result.to_dicts()"
        )
