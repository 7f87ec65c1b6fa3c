"""Crawl in a process of its own, so that a program may crawl as often as it likes.

A crawl lies in ``<crawls>/<id>/<number>/``: the id is made of what is crawled, the number counts
the crawls of it. One that was interrupted is continued; after a finished one the next begins.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from linkshed import errors
from linkshed.errors import LinkshedError, MissingExtra, ResourceError
from linkshed.ingest.crawl.record import NAME as RECORD
from linkshed.ingest.crawl.rendering import executable
from linkshed.ingest.crawl.settings import CrawlSettings, Secrets

_PACKAGES = ("scrapy", "protego")


@dataclass(frozen=True)
class CrawlProgress:
    """One look at a crawl, its interrupted earlier runs included."""

    pages: int
    """Pages of the scope that answered."""
    waiting: int
    """Pages known and not yet fetched; some may turn out to be out of bounds."""
    known: int
    """Addresses met, external ones too."""
    bytes: int
    seconds: float
    pages_per_second: float
    """Of this run."""
    seconds_left: float | None
    """For what waits now; more may be found. None until pages came."""
    failures: dict[str, int] = field(default_factory=dict)
    """Looks in vain, by ``schema.Unseen`` or ``http_<status>``."""


def need_packages() -> None:
    """Raises MissingExtra without what a crawl needs."""
    for package in _PACKAGES:
        if find_spec(package) is None:
            raise MissingExtra(
                f"{package} is not installed, and crawling needs it",
                repair="pip install 'linkshed[crawl]'",
            )


def folder_for(crawls: Path, settings: CrawlSettings) -> Path:
    """The folder of the crawl to continue or to begin."""
    crawls = crawls / settings.id
    crawls.mkdir(parents=True, exist_ok=True)
    numbers = sorted(int(path.name) for path in crawls.iterdir() if path.name.isdigit())
    last = crawls / f"{numbers[-1] if numbers else 0:04d}"
    if numbers and not _mark(last).exists():
        return last
    folder = crawls / f"{int(last.name) + 1:04d}"
    folder.mkdir(exist_ok=True)
    return folder


def is_ended(folder: Path) -> bool:
    """Whether a crawl has nothing left to fetch."""
    return (folder / RECORD).exists()


def mark_read(folder: Path) -> None:
    """Note that what was fetched is in the store, so that the next crawl may begin."""
    _mark(folder).touch()


def _mark(folder: Path) -> Path:
    """Beside the folder, whose own files never change once the crawl has ended."""
    return folder.with_name(f"{folder.name}.read")


def crawl(
    folder: Path,
    settings: CrawlSettings,
    secrets: Secrets,
    on_progress: Callable[[CrawlProgress], None] | None = None,
) -> None:
    """Crawl into a folder until nothing is left.

    Raises MissingExtra without Scrapy, StoreError when another process works on this crawl,
    ResourceError when the crawling process dies, KeyboardInterrupt after Ctrl-C; after the last
    three the same call goes on where this one stopped.
    """
    need_packages()
    if settings.render != "never":
        executable(settings.browser)
    command = [sys.executable, "-m", "linkshed.ingest.crawl", str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(_told(settings, secrets)) + "\n")
        process.stdin.flush()
        end = _follow(process, process.stdout, on_progress or (lambda progress: None))
        process.wait()
    _check(end, process.returncode, folder)


def _told(settings: CrawlSettings, secrets: Secrets) -> dict[str, Any]:
    proofs = {"headers": secrets.headers, "cookies": secrets.cookies, "user": secrets.user}
    return {"settings": settings.as_dict(), **proofs}


def _follow(
    process: subprocess.Popen[str], lines: IO[str], report: Callable[[CrawlProgress], None]
) -> dict[str, Any]:
    """Report until the process ends; gives its last words. Ctrl-C is handed on, twice kills."""
    last: dict[str, Any] = {}
    n_interrupts = 0
    first_pages: int | None = None
    first_seconds = 0.0
    said = _said(lines)
    while True:
        try:
            words = next(said)
            if "waiting" in words:
                if first_pages is None:
                    first_pages, first_seconds = words["pages"], words["seconds"]
                report(_progress(words, first_pages, first_seconds))
            else:
                last = words
        except StopIteration:
            return last
        except KeyboardInterrupt:
            n_interrupts += 1
            process.terminate() if n_interrupts == 1 else process.kill()
            said = _said(lines)


def _said(lines: IO[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        words: dict[str, Any] = json.loads(line)
        yield words


def _progress(words: dict[str, Any], first_pages: int, first_seconds: float) -> CrawlProgress:
    rate = (words["pages"] - first_pages) / max(words["seconds"] - first_seconds, 1e-9)
    left = words["waiting"] / rate if rate > 0 else None
    return CrawlProgress(**words, pages_per_second=rate, seconds_left=left)


def _check(end: dict[str, Any], code: int, folder: Path) -> None:
    if "error" in end:
        kind: type[LinkshedError] = getattr(errors, end["kind"], ResourceError)
        raise kind(end["error"])
    if end.get("ended") == "stopped":
        raise KeyboardInterrupt(
            f"interrupted after {end['pages']} pages; what is done is kept; repair: run the same"
            " command again, it goes on where it stopped"
        )
    if "ended" not in end:
        how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
        raise ResourceError(
            f"the crawling process {how}; its last words are in {str(folder / 'scrapy.log')!r}",
            repair="run the same command again, it goes on where it stopped",
        )
