"""Sitemap files: the pages a site declares.

XML sitemaps, lists of addresses as text, RSS 2.0 and Atom, plain or gzip, up to 50 MiB unpacked. An
index names other sitemaps: their files are to be named, too. Addresses are known from then on, and
nothing else is said of them; a crawl reads sitemaps by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from linkshed.extract.sitemap import MAX_BYTES, read_sitemap
from linkshed.ingest.lines import require_files
from linkshed.ingest.reader import Batch, Item, Option, Refused
from linkshed.ingest.tally import Tally
from linkshed.schema import KnownFrom, Reason

TITLE = "sitemap files: the pages a site declares"
OPTIONS: tuple[Option, ...] = ()
_NO_URL = "https://sitemap.invalid/"


def inputs(named: Sequence[Path], options: dict[str, Any]) -> list[Path]:
    """The files named. Raises ParameterError, NotFoundError, FormatError."""
    return require_files(list(named), "sitemaps as XML, text, RSS or Atom, also gzip")


def size(path: Path) -> int:
    """Bytes of the file."""
    return path.stat().st_size


def items(path: Path, options: dict[str, Any]) -> Iterator[Item | Refused]:
    """The file as one item."""
    n_bytes = path.stat().st_size
    if n_bytes > MAX_BYTES:
        yield Refused(Reason.TOO_LARGE, path.name, f"{n_bytes} bytes, allowed {MAX_BYTES}")
        return
    yield Item(path.name, path.read_bytes(), n_bytes)


def rows(path: Path, items: Sequence[Item], options: dict[str, Any]) -> Batch:
    """What the sitemaps declare."""
    batch = Batch()
    for item in items:
        found = read_sitemap(_NO_URL, item.payload, most=MAX_BYTES)
        tally = Tally(batch, str(path), KnownFrom.SITEMAP)
        for url in found.pages:
            if url.startswith(_NO_URL):
                tally.refuse(Reason.BAD_URL, item.locator, url.removeprefix(_NO_URL))
            else:
                tally.name(url, item.locator)
        for url in found.children:
            tally.refuse(Reason.NOT_A_PAGE, item.locator, f"another sitemap: {url}")
        for _ in range(found.n_bad):
            tally.refuse(Reason.BAD_URL, item.locator, "entries that are no address")
        if found.problem:
            tally.refuse(Reason.DAMAGED, item.locator, found.problem.replace("_", " "))
        tally.close()
    return batch
