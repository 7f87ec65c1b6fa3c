"""The reference says what the code says, and everything public is described."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path

import click
import pytest

from linkshed import errors
from linkshed.ingest import READERS
from linkshed.report import REPORTS
from linkshed.schema import TABLES, Column
from linkshed.score import SCORES

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "docs"))

from generate import FOLDER, PAGES, cli, commands  # noqa: E402

ALL_COMMANDS = {" ".join(path): command for path, command in commands(cli, ("linkshed",))}
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")


@pytest.mark.parametrize("name", PAGES)
def test_the_reference_is_up_to_date(name: str) -> None:
    written = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    assert written == PAGES[name](), "run `make docs`"


@pytest.mark.parametrize("name", ALL_COMMANDS)
def test_every_command_and_option_is_described(name: str) -> None:
    command = ALL_COMMANDS[name]
    options = [item for item in command.params if isinstance(item, click.Option)]
    assert command.help
    assert [item.name for item in options if not item.help] == []


def test_every_column_is_described() -> None:
    columns: list[Column] = [column for table in TABLES for column in table.columns]
    columns += [column for name in REPORTS.names for column in REPORTS.load(name).REPORT.columns]
    columns += [item.column for name in SCORES.names for item in SCORES.load(name).COLUMNS]
    assert [column.name for column in columns if not column.meaning] == []


def test_every_reader_option_is_described() -> None:
    options = [option for name in READERS.names for option in READERS.load(name).OPTIONS]
    assert [option.name for option in options if not option.meaning] == []


def test_every_error_is_described_and_drawn_in_the_tree() -> None:
    classes = [item for item in vars(errors).values() if inspect.isclass(item)]
    ours = [item for item in classes if issubclass(item, errors.LinkshedError)]
    assert [item.__name__ for item in ours if not item.__doc__] == []
    assert [item.__name__ for item in ours if item.__name__ not in str(errors.__doc__)] == []


@pytest.mark.parametrize(
    "path", [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")], ids=lambda path: path.name
)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    targets = LINK.findall(path.read_text(encoding="utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []
