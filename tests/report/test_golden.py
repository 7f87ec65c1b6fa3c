"""Every report, and the account of a page, has an example that states its web and its answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from golden import FILES, refreshed
from linkshed.report import REPORTS


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_commands_print_what_the_example_shows(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert refreshed(text, tmp_path) == text, "old output: run `make docs`"


@pytest.mark.parametrize("name", [*REPORTS.names, "explain"])
def test_it_has_an_example_that_asks_it(name: str) -> None:
    examples = {path.stem: path.read_text(encoding="utf-8") for path in FILES}
    assert f"```console\n$ linkshed {name} " in examples.get(name, ""), f"write {name}.md"
