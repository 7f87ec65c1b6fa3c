"""Crawls of the hostile server, as a user would run them."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hostile import Server

from linkshed import api
from linkshed.ingest.crawl.settings import settings_of
from linkshed.schema import LinkKind
from linkshed.snapshot.tables import Snapshot

QUICK: dict[str, Any] = {
    "allow_private": True,
    "delay": 0.0,
    "look_again_after": 0.2,
    "timeout": 5.0,
    "workers": 1,
}


class Crawled:
    """A finished crawl, built into a snapshot. Addresses are shown without the server's port."""

    def __init__(self, server: Server, store: Path, counts: dict[str, Any]) -> None:
        self.server, self.store, self.counts = server, store, counts
        self.record: dict[str, Any] = counts["crawl"]
        self.web = api.build(store, base=None)
        rows = {self.short(row["url"]): row for row in _rows(self.web._snapshot)}
        self.looked_at = {name: row for name, row in rows.items() if row["outcome"]}
        self.pages = {name: row for name, row in rows.items() if row["status"]}

    def short(self, url: str) -> str:
        """An address as tests write it: ``/path``, or ``host/path`` of other hosts."""
        rest = url.partition("://")[2].replace(f":{self.server.server_address[1]}", "")
        return rest.removeprefix("site.test")

    def links(self, *kinds: LinkKind) -> set[tuple[str, str]]:
        """Links as (source, target), of some kinds or all."""
        snapshot = self.web._snapshot
        urls = [self.short(row["url"]) for row in _rows(snapshot)]
        table = snapshot.columns("links", ["source", "target", "kind"]).to_pylist()
        return {
            (urls[row["source"]], urls[row["target"]])
            for row in table
            if not kinds or row["kind"] in kinds
        }


def crawl(server: Server, folder: Path, *starts: str, **options: Any) -> Crawled:
    """Crawl ``server`` from paths on, ``/`` unless given, into the store in a folder."""
    port = server.server_address[1]
    urls = [start if "://" in start else server.url(start) for start in starts or ("/",)]
    hosts = {"site.test", *(name.partition("/")[0] for name in server.pages if name[0] != "/")}
    options = QUICK | {"resolve": [f"{host}=127.0.0.1" for host in hosts if port]} | options
    return Crawled(server, folder / "store", api.crawl(urls, store=folder / "store", **options))


def _rows(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    from linkshed.urls.key import key_url

    names = ["key", "scheme", "status", "content_type", "indexability", "title", "size_bytes",
             "liveness", "outcome", "n_vain_looks"]  # fmt: skip
    for row in snapshot.columns("pages", names).to_pylist():
        yield {"url": key_url(row["key"], row["scheme"]), **row}


PRETENDING = """
import sys
from linkshed.ingest.crawl import addresses
addresses.is_public = lambda address: address == "127.0.0.1"
from linkshed.ingest.crawl import __main__ as crawling
crawling.main()
"""
"""The crawl as it is, but for what it takes for public, as nothing here is."""


def outside(server: Server, folder: Path, **options: Any) -> dict[str, Any]:
    """Crawl ``server`` as if it stood in the open internet and 127.0.0.2, named inner.test, in a
    private network; gives the record of the crawl."""
    crawl_folder = folder / "1" / "0001"
    crawl_folder.mkdir(parents=True)
    told = settings_of([server.url()], {
        **QUICK, "allow_private": False, "sitemaps": False, "looks": 1, "workers": None,
        "resolve": ["site.test=127.0.0.1", "inner.test=127.0.0.2"], **options,
    })  # fmt: skip
    words = {"settings": told.as_dict(), "headers": [], "cookies": [], "user": ""}
    with subprocess.Popen([sys.executable, "-c", PRETENDING, str(crawl_folder)], text=True,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # fmt: skip
        assert process.stdin is not None
        process.stdin.write(json.dumps(words) + "\n")
        process.stdin.flush()
        assert process.wait(timeout=240) == 0
    record: dict[str, Any] = json.loads((crawl_folder / "completeness.json").read_text())
    return record


@contextmanager
def listening() -> Iterator[tuple[int, list[str]]]:
    """A port inside; whoever connects is noted."""
    seen: list[str] = []
    listener = socket.create_server(("127.0.0.2", 0))

    def listen() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            seen.append(connection.recv(200).decode("latin-1"))
            connection.close()

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield listener.getsockname()[1], seen
    finally:
        listener.close()
