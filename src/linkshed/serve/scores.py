"""A command for each score that is computed on request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from linkshed import api
from linkshed.serve import options

_TYPES = {str: click.STRING, int: click.INT, Path: click.Path(path_type=Path)}


def score_command(name: str) -> click.Command:
    """``linkshed score <name>``, with the score's own options."""
    module = api.SCORES.load(name)

    def run(
        store: str | None,
        snapshot: str,
        threads: int | None,
        memory_limit: str,
        quiet: bool,
        **given: Any,
    ) -> None:
        from linkshed.serve.progress import stages
        from linkshed.serve.table import plain

        with stages(quiet) as show:
            made = api.score(
                store,
                only=name,
                snapshot=snapshot,
                threads=threads,
                memory_limit=memory_limit,
                on_progress=show,
                **given,
            )
        for note in made.manifest.scores[name].get("notes", ()):
            click.echo(f"note: {plain(note)}", err=True)
        if not quiet:
            click.echo(snapshot_line(made.manifest))

    parameters: list[click.Parameter] = [_option(option) for option in module.OPTIONS]
    parameters.append(
        click.Option(["--threads"], type=int, help="Threads to use.  [default: all cores]")
    )
    told = f"Add {module.TITLE}.\n\nColumns: {_columns(module)}."
    command = click.Command(name, callback=run, params=parameters, help=told)
    for decorate in (options.quiet, options.memory_limit, options.built_snapshot, options.store):
        command = decorate(command)
    return command


def _columns(module: Any) -> str:
    return ", ".join(f"{item.table}.{item.column.name}" for item in module.COLUMNS)


def _option(option: Any) -> click.Option:
    kind: click.ParamType[Any] = _TYPES[option.type]
    if option.choices:
        kind = click.Choice(option.choices)
    elif option.limits is not None:
        kind = click.IntRange(*option.limits)
    return click.Option(
        [f"--{option.name.replace('_', '-')}", option.name],
        type=kind,
        default=option.default,
        help=option.meaning,
        show_default=option.default is not None,
    )


def is_scored(manifest: Any) -> bool:
    """Whether a snapshot has every score that is not on request."""
    return not set(api.SCORES) - set(api.ON_REQUEST) - set(manifest.scores)


def note_newer(store: str | None, asked: str, shown: str) -> None:
    """Say that there is a newer snapshot than the latest that is scored."""
    newest = api.built_id(store)
    if asked == options.LATEST and newest != shown:
        click.echo(f"note: snapshot {newest} is newer, but not scored: linkshed score", err=True)


def snapshot_row(manifest: Any) -> dict[str, Any]:
    """A snapshot as an object."""
    return {
        "id": manifest.id,
        "created_at": manifest.created_at,
        "counts": manifest.counts,
        "scores": sorted(manifest.scores),
        "parents": manifest.parents,
    }


def snapshot_line(manifest: Any) -> str:
    """A snapshot in one line."""
    counts = manifest.counts
    more = [name for name in api.ON_REQUEST if name in manifest.scores]
    scored = ", ".join(["scored", *more]) if manifest.scores else "not scored"
    return (
        f"snapshot {manifest.id}  {manifest.created_at[:19]}  {counts['pages']:,} pages,"
        f" {counts['domains']:,} domains, {counts['links']:,} links, {scored}"
    )
