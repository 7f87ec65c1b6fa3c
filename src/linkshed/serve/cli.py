"""The command line: thin, generated from the registries.

Nothing heavy is imported until a command runs; the one-line help of readers and reports is read
from their files without importing them.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from linkshed.errors import LinkshedError
from linkshed.serve import commands
from linkshed.serve.lazy import ReaderGroup, ReportGroup


@click.group(cls=ReportGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="linkshed")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def cli(debug: bool) -> None:
    """The open link intelligence engine: from links to explained strength.

    \b
    linkshed ingest warc crawl.warc.gz     read links into a store
    linkshed build                         make a snapshot and score it
    linkshed backlinks example.com         ask
    linkshed explain https://example.com/  see the account behind a number
    """


@cli.group(cls=ReaderGroup)
def ingest() -> None:
    """Read links into the store; the same command goes on where an interrupted one stopped."""


for command in commands.ALL:
    cli.add_command(command)


def main() -> None:
    """Run the command line; every expected error is one line and an exit code."""
    is_debug = "--debug" in sys.argv[1:]
    try:
        code: Any = cli.main(standalone_mode=False)
    except LinkshedError as error:
        if is_debug:
            raise
        click.echo(f"linkshed: {error}", err=True)
        sys.exit(error.exit_code)
    except click.exceptions.Abort as error:
        click.echo(f"linkshed: {error.__cause__ or 'interrupted'}", err=True)
        sys.exit(130)
    except KeyboardInterrupt as error:
        click.echo(f"linkshed: {error or 'interrupted'}", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)
