"""An audit as one HTML file to send: no script, no address of another host, made to be printed.

The three charts are drawn as SVG here: a chart library would make the file ten times as large and
print worse. Texts come from strangers and are escaped by the template.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from linkshed import api
from linkshed.extras import need
from linkshed.serve import options
from linkshed.serve.export import whole_file

ROWS = 25
MOST_ROWS = 200


@click.command()
@click.argument("scope")
@options.store
@options.snapshot
@click.option("--mode", type=click.Choice(options.MODES),
              help="How to read SCOPE.  [default: from its form]")  # fmt: skip
@click.option("--output", type=click.Path(dir_okay=False), required=True,
              help="Write to this file, whole or not at all.")  # fmt: skip
@click.option("--against", help="An earlier snapshot to compare with, such as latest~1.")
@click.option("--rows", type=click.IntRange(1, MOST_ROWS), default=ROWS, show_default=True,
              help="Findings to show of each audit, largest first.")  # fmt: skip
@click.option("--for", "reader", metavar="NAME", help="For whom it is, written on top.")
@options.quiet
def handout(
    scope: str,
    store: str | None,
    snapshot: str,
    mode: str | None,
    output: str,
    against: str | None,
    rows: int,
    reader: str | None,
    quiet: bool,
) -> None:
    """Write the audit of a scope as one HTML file to send or print.

    It begins with how much of the site was read, has charts of depth, sections and the flow
    between them, and the findings of every audit by the equity they are about.
    """
    page = written(api.open(store, snapshot), scope, mode, against, rows, reader)
    with whole_file(Path(output)) as stream:
        stream.write(page.encode("utf-8", "replace"))
    if not quiet:
        click.echo(f"{output}: {len(page.encode('utf-8', 'replace')):,} bytes")


def written(
    web: api.Linkshed, scope: str, mode: str | None, against: str | None, rows: int,
    reader: str | None = None,
) -> str:  # fmt: skip
    """The file as text. Raises MissingExtra besides the errors of reports."""
    for package in ("jinja2", "starlette"):
        need(package, "serve")
    from linkshed.serve.handout.content import content
    from linkshed.serve.handout.page import render

    facts: dict[str, Any] = content(web, scope, mode, against, rows)
    made_at = datetime.now(UTC).strftime("%Y-%m-%d")
    return render(**facts, reader=reader, made_at=made_at)
