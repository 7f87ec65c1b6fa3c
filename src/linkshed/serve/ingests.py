"""A command for each reader."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from linkshed import api
from linkshed.serve import options
from linkshed.serve.progress import ingest_progress

_TYPES = {str: click.STRING, int: click.INT, Path: click.Path(path_type=Path)}


def ingest_command(name: str) -> click.Command:
    """``linkshed ingest <name>``, with the reader's own options."""
    module = api.READERS.load(name)

    def run(
        inputs: tuple[Path, ...],
        store: str | None,
        workers: int | None,
        format_: str,
        quiet: bool,
        **given: Any,
    ) -> None:
        with ingest_progress(quiet) as show:
            counts = api.ingest(
                name, inputs, store=store, workers=workers, on_progress=show, **given
            )
        for note in api.notes_of(name, inputs):
            click.echo(f"note: {note}", err=True)
        if format_ == "json":
            click.echo(json.dumps(counts, indent=1))
        elif not quiet:
            click.echo(told(counts))

    parameters: list[click.Parameter] = [
        click.Argument(["inputs"], nargs=-1, required=True, type=click.Path(path_type=Path)),
        click.Option(["--workers"], type=int, help="Processes; 1 for none.  [default: all cores]"),
        *(_option(option) for option in module.OPTIONS),
    ]
    command = click.Command(name, callback=run, params=parameters, help=f"Read {module.TITLE}.")
    for decorate in (options.quiet, options.counts_format, options.store):
        command = decorate(command)
    return command


def _option(option: Any) -> click.Option:
    flag = f"--{option.name.replace('_', '-')}"
    if option.type is bool:
        return click.Option([flag], is_flag=True, default=bool(option.default), help=option.meaning)
    return click.Option(
        [flag, option.name],
        type=click.Choice(option.choices) if option.choices else _TYPES[option.type],
        default=option.default,
        required=option.required,
        help=option.meaning,
        show_default=option.default is not None,
    )


def told(counts: dict[str, Any]) -> str:
    """The counts in words."""
    lines = ["this input was read before; its counts were:"] if counts["already_read"] else []
    for level, part in (("records", counts), ("links", counts["links"])):
        lines.append(f"{level}: {part['read']:,} read = {part['kept']:,} kept"
                     f" + {part['read'] - part['kept']:,} rejected")  # fmt: skip
        lines += [f"    {n:>9,}  {reason}" for reason, n in part["rejected"].items()]
    lines.append(f"pages: {counts['pages']:,}")
    return "\n".join(lines)
