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


def file_of(view: View) -> str:
    """The name of a file for the rows of a view."""
    return f"{view.report.name}.parquet"


@dataclass(frozen=True)
class Made:
    """What a table shows. ``offset`` rows are skipped; ``limit`` None for all; ``server`` is the
    address of this server, ``store`` its folder; ``stored`` is the statement over the snapshot's
    files, None when its rows are computed; ``filed`` then tells how SQL takes them from a file.
    """

    view: View
    snapshot: str
    select: str
    offset: int
    limit: int | None
    server: str
    store: str
    stored: str | None
    filed: Any

    @property
    def _asked(self) -> dict[str, Any]:
        asked = self.view.asked | {"select": self.select}
        return {name: value for name, value in asked.items() if value not in (None, "")}

    def command(self) -> str:
        """The command line."""
        limit = "all" if self.limit is None else str(self.limit)
        offset = {"offset": str(self.offset)} if self.offset else {}
        return self._line(self._asked | {"limit": limit} | offset | {"format": "csv"})

    @property
    def sql(self) -> str:
        """The statement: over the snapshot's files, or over the file that ``writing`` writes."""
        return self.stored or str(self.filed.sql)

    def writing(self) -> str | None:
        """The command line that writes the file the statement reads; None when it needs none."""
        if self.stored is not None:
            return None
        asked = self._asked | {"select": self.filed.select, "where": self.filed.where}
        asked = {name: value for name, value in asked.items() if value is not None}
        return self._line(asked | {"limit": "all", "output": file_of(self.view)})

    def _line(self, asked: dict[str, Any]) -> str:
        found = []
        for name, value in {"store": self.store, "snapshot": self.snapshot, **asked}.items():
            flag = f"--{name.replace('_', '-')}"
            found += [flag] * bool(value) if isinstance(value, bool) else [flag, str(value)]
        scope = self.view.target.scope
        words = ["linkshed", self.view.report.name, *found, *["--"] * scope.startswith("-"), scope]
        return shlex.join(words)

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
