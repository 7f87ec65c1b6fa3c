"""The command that serves a store: pages for people, addresses for programs."""

from __future__ import annotations

import os
import signal
import socket
from importlib.util import find_spec
from types import FrameType
from typing import NoReturn

import click

from linkshed.errors import MissingExtra, ParameterError
from linkshed.serve import options

PORT = 8017
PER_MINUTE = 600


@click.command()
@options.store
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True,
              help="Port to listen on; 0 for any that is free.")  # fmt: skip
@click.option("--api-key-file", type=click.Path(dir_okay=False),
              help="File of keys, one per line: requests must bring one.")  # fmt: skip
@click.option("--rate", type=click.IntRange(0), default=PER_MINUTE, show_default=True,
              help="Requests a minute for each key or address; 0 for any number.")  # fmt: skip
@click.option("--allow-public", is_flag=True, help="Listen on a public address without keys.")
@click.option(
    "--jobs",
    is_flag=True,
    help="Start crawls and ingests for those who ask, and keep their watch lists.",
)
@click.option("--inbox", type=click.Path(exists=True, file_okay=False),
              help="Folder whose files jobs may ingest.")  # fmt: skip
@click.option("--allow-private", is_flag=True,
              help="Let jobs crawl addresses of this machine and of private networks.")  # fmt: skip
@options.quiet
def serve(
    store: str | None,
    host: str,
    port: int,
    api_key_file: str | None,
    rate: int,
    allow_public: bool,
    jobs: bool,
    inbox: str | None,
    allow_private: bool,
    quiet: bool,
) -> None:
    """Show every report in the browser, and answer programs over HTTP.

    Open the address it prints. The addresses for programs are at /openapi.json of the server, and
    in docs/reference/http.md.
    """
    _need_packages()
    from linkshed.serve.http import run
    from linkshed.serve.http.settings import settings

    made = settings(
        store, host, api_key_file, rate, allow_public=allow_public, jobs=jobs, inbox=inbox,
        allow_private=allow_private,
    )  # fmt: skip
    with listening(host, port) as listener:
        signal.signal(signal.SIGINT, _end)
        if not quiet:
            address = f"[{host}]" if ":" in host else host
            click.echo(f"serving http://{address}:{listener.getsockname()[1]}/ (Ctrl-C ends)")
        run(made, listener)


def _end(_signal: int, _frame: FrameType | None) -> NoReturn:
    # The server ends itself in good order; this is for the moments before it listens to signals,
    # and after. An exception raised here could be swallowed by whatever is being imported then.
    os._exit(0)


def _need_packages() -> None:
    missing = [name for name in ("fastapi", "jinja2", "uvicorn") if find_spec(name) is None]
    if missing:
        raise MissingExtra(f"{missing[0]} is not installed", repair="pip install 'linkshed[serve]'")


def listening(host: str, port: int) -> socket.socket:
    """A listener whose connections send small answers at once, not when the last is confirmed."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        made = socket.create_server((host, port), family=family)
    except OSError as error:
        raise ParameterError(
            f"cannot listen on {host} port {port}: {error}",
            allowed="an address of this machine and a free port",
            repair="choose with --host and --port; --port 0 takes a free one",
        ) from error
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made
