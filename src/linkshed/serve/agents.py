"""The command that serves a store to an agent over MCP."""

from __future__ import annotations

import click

from linkshed import api
from linkshed.config import store_path
from linkshed.extras import need
from linkshed.serve import options

MAX_SECONDS = 120


@click.command()
@options.store
@click.option("--max-seconds", type=click.IntRange(1), default=MAX_SECONDS, show_default=True,
              help="Longest time for one question.")  # fmt: skip
def mcp(store: str | None, max_seconds: int) -> None:
    """Answer an agent over standard input and output (Model Context Protocol).

    Nine tools that only read: they list, describe and run reports, explain pages, simulate edits
    and find links to write. Agents start this command themselves; see docs/how-to.md.
    """
    need("mcp")
    from linkshed.serve.mcp import run

    path = str(store_path(store))
    api.snapshot_id(path)
    run(path, max_seconds)
