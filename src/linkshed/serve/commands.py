"""The commands that are not reports and not readers."""

from __future__ import annotations

import json
import os

import click

from linkshed import api
from linkshed.config import store_path
from linkshed.serve import options
from linkshed.serve.agents import mcp
from linkshed.serve.crawls import crawl
from linkshed.serve.handout import handout
from linkshed.serve.lazy import ScoreGroup
from linkshed.serve.scores import note_newer, snapshot_line, snapshot_row
from linkshed.serve.service import serve
from linkshed.serve.watches import run_all, watch

LEDGER_LINES = 20
DEMO_LINKS = 10


@click.command()
@options.store
@options.memory_limit
@click.option("--threads", type=int, help="Threads to use.  [default: all cores]")
@click.option("--fresh", is_flag=True, help="From all that was ingested, not the last snapshot.")
@click.option("--ignore-redirects", is_flag=True, help="Let redirecting pages keep their equity.")
@click.option("--ignore-canonicals", is_flag=True, help="Let canonicalised pages keep theirs.")
@click.option("--no-score", is_flag=True, help="Leave the scores for later.")
@click.option("--profile", help="Profile of link weights for the scores.")
@click.option("--watch", "is_watched", is_flag=True, help="Then run the watches of the store.")
@options.quiet
def build(
    store: str | None,
    memory_limit: str,
    threads: int | None,
    fresh: bool,
    ignore_redirects: bool,
    ignore_canonicals: bool,
    no_score: bool,
    profile: str | None,
    is_watched: bool,
    quiet: bool,
) -> None:
    """Make a snapshot of all that was ingested, and score it."""
    from linkshed.serve.progress import stages

    with stages(quiet) as show:
        made = api.build(
            store,
            memory_limit=memory_limit,
            threads=threads,
            base=None if fresh else "latest",
            honour_redirects=not ignore_redirects,
            honour_canonicals=not ignore_canonicals,
            on_progress=show,
        )
        if not no_score and (made.profile is None or profile not in (None, made.profile)):
            made = api.score(
                store,
                profile,
                snapshot=made.snapshot,
                threads=threads,
                memory_limit=memory_limit,
                on_progress=show,
            )
    if not quiet:
        click.echo(snapshot_line(made.manifest))
    if is_watched:
        run_all(str(store_path(store)), quiet=quiet)


@click.group(cls=ScoreGroup, invoke_without_command=True, subcommand_metavar="[SCORE [ARGS]...]")
@options.store
@options.built_snapshot
@click.option("--profile", help="Profile of link weights: reasonable-v1, classic ...")
@click.option("--start", help="Begin with the equity of this scored snapshot; saves some sweeps.")
@options.memory_limit
@options.quiet
@click.pass_context
def score(
    context: click.Context,
    store: str | None,
    snapshot: str,
    profile: str | None,
    start: str | None,
    memory_limit: str,
    quiet: bool,
) -> None:
    """Compute equity, ratings, depth and degrees of a snapshot.

    With the name of a score below, add that one to a snapshot that has been scored.
    """
    from linkshed.serve.progress import stages

    if context.invoked_subcommand is not None:
        _refuse_misplaced(context)
        return
    scored = api.open(store, api.built_id(store, snapshot)).manifest.scores
    with stages(quiet) as show:
        made = api.score(
            store,
            profile,
            snapshot=snapshot,
            start=start,
            memory_limit=memory_limit,
            on_progress=show,
        )
    if dropped := [name for name in api.ON_REQUEST if name in scored]:
        click.echo(f"note: begun anew without {', '.join(dropped)}: ask again", err=True)
    if not quiet:
        click.echo(snapshot_line(made.manifest))


def _refuse_misplaced(context: click.Context) -> None:
    written = click.core.ParameterSource.COMMANDLINE
    misplaced = [n for n in context.params if context.get_parameter_source(n) is written]
    if misplaced:
        name = context.invoked_subcommand
        raise click.UsageError(f"write --{misplaced[0]} behind {name!r}; see: {name} --help")


@click.command()
@click.argument("url")
@options.store
@options.snapshot
@click.option("--limit", default=str(LEDGER_LINES), show_default=True,
              help="Lines of each list; all for every line.")  # fmt: skip
@options.counts_format
def explain(url: str, store: str | None, snapshot: str, limit: str, format_: str) -> None:
    """Show the account of a page: where its equity comes from, and where it goes."""
    from linkshed.serve.account import told

    if limit != "all" and not limit.isdigit():
        raise click.UsageError(f"--limit {limit!r}; allowed: a number of lines, or all")
    web = api.open(store, snapshot)
    note_newer(store, snapshot, web.snapshot)
    account = web.explain(url)
    if format_ == "json":
        click.echo(json.dumps(account, indent=1, ensure_ascii=False))
    else:
        click.echo(told(account, 10**9 if limit == "all" else int(limit)))


@click.command()
@options.store
@options.counts_format
def snapshots(store: str | None, format_: str) -> None:
    """List the snapshots of a store."""
    found = api.snapshots(store)
    if format_ == "json":
        click.echo(json.dumps([snapshot_row(manifest) for manifest in found], indent=1))
        return
    for manifest in found:
        click.echo(snapshot_line(manifest))


@click.command()
@options.store
@options.built_snapshot
def verify(store: str | None, snapshot: str) -> None:
    """Read every byte of a snapshot and compare it with its hashes."""
    manifest = api.verify(store, snapshot)
    n_bytes = sum(entry.size_bytes for entry in manifest.files)
    click.echo(f"{manifest.id}: {len(manifest.files)} files, {n_bytes:,} bytes, all as written")


@click.command()
@options.store
@options.counts_format
def doctor(store: str | None, format_: str) -> None:
    """Say what is installed, what is missing and how to get it."""
    from linkshed.serve.doctor import findings, told

    found = findings(store)
    click.echo(json.dumps(found, indent=1) if format_ == "json" else told(found))
    if not found["is_well"]:
        raise click.exceptions.Exit(1)


@click.command()
@click.option("--store", type=click.Path(file_okay=False), default="demo-store",
              show_default=True, help="Folder of the demonstration's store.")  # fmt: skip
def demo(store: str) -> None:
    """Build the demonstration web and show what linkshed makes of it."""
    from linkshed.serve.account import told
    from linkshed.serve.ingests import told as counts_told
    from linkshed.serve.table import show

    archive, domain, url = api.write_demo(store)
    _step(f"linkshed ingest warc {archive} --store {store}")
    click.echo(counts_told(api.ingest("warc", [archive], store=store)))
    _step(f"linkshed build --store {store}")
    web = api.build(store)
    web = api.score(store) if web.profile is None else web
    click.echo(snapshot_line(web.manifest))
    _step(f"linkshed overview {domain} --store {store}")
    click.echo(show(web.report("overview", domain)))
    _step(f"linkshed backlinks {domain} --limit {DEMO_LINKS} --store {store}")
    click.echo(show(web.report("backlinks", domain, limit=DEMO_LINKS)))
    _step(f"linkshed explain {url} --store {store}")
    click.echo(told(web.explain(url), LEDGER_LINES))


def _step(command: str) -> None:
    click.echo(f"\n$ {command}", color="NO_COLOR" not in os.environ)


ALL = (
    crawl, build, score, explain, snapshots, verify, serve, mcp, watch, handout, doctor, demo
)  # fmt: skip
