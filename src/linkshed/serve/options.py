"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

MODES = ("url", "prefix", "host", "subdomains", "domain", "set")
FORMATS = ("table", "csv", "xlsx", "json", "ndjson", "parquet")

store = click.option(
    "--store", type=click.Path(file_okay=False), envvar="LINKSHED_STORE",
    help="Folder of the store.  [default: ./linkshed-store]",
)  # fmt: skip
LATEST = "latest"
SNAPSHOT = f"A ref, an id, or the start of one; {LATEST}: the newest that is scored."
snapshot = click.option("--snapshot", default=LATEST, show_default=True, help=SNAPSHOT)
built_snapshot = click.option(
    "--snapshot", default=LATEST, show_default=True,
    help="A ref, an id, or the start of one; latest: the newest, scored or not.",
)  # fmt: skip
memory_limit = click.option(
    "--memory-limit", default="2GB", show_default=True, help="Memory to keep within."
)
quiet = click.option("--quiet", "-q", is_flag=True, help="No progress, no closing line.")
counts_format = click.option(
    "--format", "format_", type=click.Choice(["table", "json"]), default="table",
    show_default=True, help="How to print the result.",
)  # fmt: skip


def output(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --format, --output, --excel and --raw."""
    for option in (
        click.option("--raw", is_flag=True,
                     help="Leave CSV cells that look like formulas as they are."),
        click.option("--excel", is_flag=True, help="Begin CSV with a mark for Excel: UTF-8."),
        click.option("--output", type=click.Path(dir_okay=False),
                     help="Write to this file, whole or not at all."),
        click.option("--format", "format_", type=click.Choice(FORMATS),
                     help="Form of the rows.  [default: table, or the ending of --output]"),
    ):  # fmt: skip
        command = option(command)
    return command
