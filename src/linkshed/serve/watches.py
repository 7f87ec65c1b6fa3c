"""The commands for watches: add, list, remove, run."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import click

from linkshed import api
from linkshed.config import store_path
from linkshed.errors import LinkshedError, NotFoundError
from linkshed.serve import options
from linkshed.serve.table import counted, plain

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_TERM = re.compile(r"([1-9][0-9]{0,5})([smhd])")
NONE_YET = "no watches yet: make one with linkshed watch add"
KINDS = "new, lost, changed, found, unseen, falling, rising, broken"


@click.group()
def watch() -> None:
    """Be told what changed: new, lost and changed links, falling, rising and broken pages."""


@watch.command()
@click.argument("name")
@click.argument("scope")
@options.store
@click.option("--mode", type=click.Choice(options.MODES), help="How to read SCOPE.")
@click.option("--kinds", help=f"What to tell, with commas: {KINDS}."
                              "  [default: new,lost,changed,falling,broken]")  # fmt: skip
@click.option("--where", help="Only these links; a filter on the columns of newlost.")
@click.option("--where-pages", help="Only these pages; a filter on the columns of movers.")
@click.option("--points", type=float, default=1.0, show_default=True,
              help="Least change of rating of a falling or rising page.")  # fmt: skip
@click.option("--file", type=click.Path(dir_okay=False, path_type=Path),
              help="Tell this file: Markdown when it ends in .md, else a line of JSON for each"
                   " event.")  # fmt: skip
@click.option("--webhook", help="Tell this URL; or env:NAME or file:PATH where it stands.")
@click.option("--webhook-secret", help="env:NAME or file:PATH of a key that signs what is sent.")
@click.option("--allow-private", is_flag=True, help="The webhook may be in a private network.")
@click.option("--mail-to", multiple=True, help="Tell this address; may be given again.")
@click.option("--mail-from", help="Address of the sender.")
@click.option(
    "--smtp", default="localhost", show_default=True, help="Mail server, HOST or HOST:PORT."
)
@click.option("--smtp-security", type=click.Choice(["tls", "starttls", "none"]), default="starttls",
              show_default=True, help="How the way to the mail server is kept secret.")  # fmt: skip
@click.option("--smtp-user", help="User at the mail server.")
@click.option("--ca-file", type=click.Path(dir_okay=False, path_type=Path),
              help="Certificates of further authorities, in PEM, that may vouch for the webhook or"
                   " the mail server.")  # fmt: skip
@click.option("--smtp-password", help="env:NAME or file:PATH of the password.")
def add(name: str, scope: str, store: str | None, **given: Any) -> None:
    """Store a watch NAME over SCOPE; it tells of what changes from the newest snapshot on."""
    from linkshed.serve.watch.batch import check
    from linkshed.serve.watch.definition import DESTINATIONS, Watch, made
    from linkshed.serve.watch.folder import Folder

    path = str(store_path(store))
    told = api.snapshot_id(path)
    table = _table(given)
    for kind in DESTINATIONS.keys() & table.keys():
        table[kind] = made(DESTINATIONS[kind], table[kind], kind)
    watched = made(Watch, {"name": name, "scope": scope} | table, name)
    check(path, watched)
    Folder(path).add(watched, told)
    click.echo(_line(watched, 0))
    for member in api.open(path).absent(scope, watched.mode):
        click.echo(plain(f"note: {member} is not in snapshot {told}"), err=True)


def _table(given: dict[str, Any]) -> dict[str, Any]:
    """The definition, as it stands in TOML."""
    plain = {
        n: given[n] for n in ("mode", "where", "where_pages", "points") if given[n] is not None
    }
    if given["kinds"] is not None:
        plain["kinds"] = [kind.strip() for kind in given["kinds"].split(",") if kind.strip()]
    if (file := given["file"]) is not None:
        if not file.absolute().parent.is_dir():
            raise NotFoundError(f"no folder {file.absolute().parent}", allowed="one that is there")
        form = "markdown" if file.suffix == ".md" else "ndjson"
        plain["file"] = {"path": str(file.absolute()), "form": form}
    ca_file = given["ca_file"] and str(given["ca_file"].absolute())
    if given["webhook"] is not None:
        plain["webhook"] = {"address": given["webhook"], "secret": given["webhook_secret"],
                            "allow_private": given["allow_private"],
                            "ca_file": ca_file}  # fmt: skip
    if given["mail_to"]:
        plain["mail"] = _mail(given) | {"ca_file": ca_file}
    return plain


def _mail(given: dict[str, Any]) -> dict[str, Any]:
    if given["mail_from"] is None:
        raise click.UsageError("--mail-to needs --mail-from")
    host, colon, port = given["smtp"].rpartition(":")
    has_port = bool(colon) and port.isdigit()
    return {
        "to": list(given["mail_to"]),
        "sender": given["mail_from"],
        "host": host if has_port else given["smtp"],
        "port": int(port) if has_port else None,
        "security": given["smtp_security"],
        "user": given["smtp_user"],
        "password": given["smtp_password"],
    }


@watch.command(name="list")
@options.store
def list_(store: str | None) -> None:
    """List the watches of a store, without their secrets."""
    from linkshed.serve.watch.folder import Folder

    folder = Folder(store_path(store))
    names = folder.names()
    for name in names:
        click.echo(_line(folder.watch(name), len(folder.state(name).waiting)))
    if not names:
        click.echo(NONE_YET, err=True)


def _line(watched: Any, n_waiting: int) -> str:
    told = "; ".join(to.told for to in watched.destinations.values())
    waiting = f"  ({n_waiting} waiting to be sent)" if n_waiting else ""
    rows = f"  {counted(len(watched.chosen), 'chosen rows')}" if watched.chosen else ""
    kinds = ", ".join(watched.kinds)
    return plain(f"{watched.name}  {watched.scope}{rows}  {kinds} -> {told}{waiting}")


@watch.command()
@click.argument("name")
@options.store
def remove(name: str, store: str | None) -> None:
    """Remove a watch, with what it still had to send."""
    from linkshed.serve.watch.folder import Folder

    n_waiting = Folder(store_path(store)).remove(name)
    dropped = f"; {n_waiting} batches were not sent and are dropped" if n_waiting else ""
    click.echo(f"removed {name}{dropped}")


@watch.command()
@click.argument("name")
@options.store
def skip(name: str, store: str | None) -> None:
    """Leave out what happened up to now: the next run compares with the newest snapshot."""
    from linkshed.serve.watch.folder import Folder

    path = str(store_path(store))
    told = api.snapshot_id(path)
    Folder(path).skip(name, told)
    click.echo(f"{name} goes on from snapshot {told}")


@watch.command(name="try")
@click.argument("name")
@options.store
def try_(name: str, store: str | None) -> None:
    """Send a trial without events to all whom a watch tells, to see that it arrives.

    Of a watch that is restricted to chosen rows it says which they are.
    """
    from linkshed.serve.watch.folder import Folder
    from linkshed.serve.watch.run import attempt

    path = str(store_path(store))
    outcome = attempt(path, name)
    click.echo(f"{name}: a trial; {outcome.n_sent} sent")
    for row in Folder(path).watch(name).chosen:
        click.echo(f"only {row.told}")
    _raise([_of(name, problem) for problem in outcome.problems])


@watch.command()
@click.argument("names", nargs=-1)
@options.store
@click.option("--every", help="Go on, and run again after this time: 30m, 12h, 1d.")
@options.quiet
def run(names: tuple[str, ...], store: str | None, every: str | None, quiet: bool) -> None:
    """Tell what changed since the last run, and send what could not be sent then.

    All watches, unless some are named. What cannot be sent is kept for the next run.
    """
    pause = None if every is None else _seconds(every)
    path = str(store_path(store))
    while pause is not None:
        try:
            run_all(path, names, quiet=quiet)
        except LinkshedError as error:
            click.echo(f"linkshed: {error}", err=True)
        time.sleep(pause)
    run_all(path, names, quiet=quiet)


def _seconds(text: str) -> int:
    found = _TERM.fullmatch(text)
    if found is None:
        raise click.UsageError(
            f"--every {text!r}; allowed: a number with s, m, h or d, such as 12h"
        )
    return int(found[1]) * _UNITS[found[2]]


def run_all(store: str, names: tuple[str, ...] = (), *, quiet: bool) -> None:
    """Run watches one after another. Raises the first problem when all have run."""
    from linkshed.serve.watch.folder import Folder
    from linkshed.serve.watch.run import run as run_one

    problems: list[LinkshedError] = []
    chosen = names or Folder(store).names()
    for name in chosen:
        try:
            outcome = run_one(store, name)
        except LinkshedError as error:
            problems.append(error)
            continue
        problems += [_of(name, problem) for problem in outcome.problems]
        if not quiet:
            click.echo(_told(outcome))
    if not (chosen or quiet):
        click.echo(NONE_YET, err=True)
    _raise(problems)


def _of(name: str, problem: LinkshedError) -> LinkshedError:
    """A problem that says whose it is."""
    received = f"watch {name}: {problem.received}"
    return type(problem)(received, allowed=problem.allowed, repair=problem.repair)


def _raise(problems: list[LinkshedError]) -> None:
    for problem in problems[1:]:
        click.echo(f"linkshed: {problem}", err=True)
    if problems:
        raise problems[0]


def _told(outcome: Any) -> str:
    counts = ", ".join(f"{n:,} {kind}" for kind, n in outcome.totals.items() if n)
    if not outcome.is_compared:
        counts = f"not compared (to begin anew: linkshed watch skip {outcome.name})"
    n = outcome.n_waiting
    waiting = f"; {n} {'batch waits' if n == 1 else 'batches wait'} to be sent" if n else ""
    return f"{outcome.name}: {counts or 'nothing new'}; {outcome.n_sent} sent{waiting}"
