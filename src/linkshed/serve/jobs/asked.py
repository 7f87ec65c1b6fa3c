"""What a job may be asked for, and the commands that do it. Nothing from outside is a path."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field

from linkshed import api
from linkshed.errors import Forbidden, NotFoundError, ParameterError
from linkshed.serve.closed import Closed
from linkshed.serve.jobs.readers import form_of, readers, words_of

Url = Annotated[
    str, Field(min_length=1, max_length=2048, pattern=r"^[^\s\x00-\x1f-][^\s\x00-\x1f]*$")
]
Command = tuple[str, ...]
_SWITCHES = ("check_external", "obey_nofollow", "no_sitemaps")
_VALUES = ("scope", "max_pages", "max_depth", "max_seconds", "concurrency", "delay", "user_agent")


class Asked(Closed):
    """What every job has."""

    build: bool = Field(True, description="Make a scored snapshot afterwards.")
    watch: bool = Field(False, description="Run the watches of the store after that.")


class CrawlJob(Asked):
    """Crawl from addresses on. A crawl that was stopped is continued by the same job."""

    kind: Literal["crawl"] = Field("crawl", description="Which job this is.")
    urls: list[Url] = Field(min_length=1, max_length=100, description="Where to begin.")
    scope: Literal["domain", "subdomains", "host", "prefix"] = Field(
        "domain", description="What belongs to the crawl, around each address."
    )
    max_pages: int = Field(10_000, ge=1, le=1_000_000, description="Pages to fetch at most.")
    max_depth: int = Field(100, ge=0, le=1000, description="Clicks from the start.")
    max_seconds: float = Field(3600, gt=0, le=604_800, description="Time to crawl at most.")
    concurrency: int | None = Field(
        None, ge=1, le=16, description="Requests under way at one host; 4 without it."
    )
    delay: float | None = Field(
        None, ge=0, le=3600, description="Seconds between requests to a host; by how fast it"
        " answers without it.",
    )  # fmt: skip
    user_agent: str | None = Field(
        None, max_length=300, pattern=r"^[ -~]*$", description="Who to say that we are."
    )
    check_external: bool = Field(False, description="Look at external pages, without crawling.")
    obey_nofollow: bool = Field(False, description="Do not follow nofollow links.")
    no_sitemaps: bool = Field(False, description="Do not read sitemaps.")


class IngestJob(Asked):
    """Read files of the inbox. What ``options`` holds depends on the reader."""

    kind: Literal["ingest"] = Field("ingest", description="Which job this is.")
    reader: str
    options: Any
    files: list[str] = Field(min_length=1, max_length=1000, description="Names in the inbox.")


FORMS: dict[str, type[CrawlJob | IngestJob]] = {
    "crawl": CrawlJob, **{name: form_of(name, IngestJob) for name in readers()}
}  # fmt: skip
"""The forms of jobs: the one of crawls, and that of each reader."""


def form_name(given: Any) -> str:
    """Which of FORMS is meant; none by what is no object. Raises ParameterError."""
    if not isinstance(given, dict):
        return ""
    kind = given.get("kind", "crawl" if "urls" in given else "ingest")
    if kind == "crawl":
        return "crawl"
    if kind != "ingest":
        raise ParameterError(f"kind {str(kind)[:200]!r}", allowed="crawl, ingest")
    if given.get("reader") not in readers():
        wrong = f"reader {str(given['reader'])[:200]!r}" if "reader" in given else "no reader"
        raise ParameterError(wrong, allowed=", ".join(readers()))
    return str(given["reader"])


def commands(asked: CrawlJob | IngestJob, store: str, inbox: str | None, *, allow_private: bool
             ) -> tuple[Command, ...]:  # fmt: skip
    """The commands of a job, each for our own command line.

    Raises ParameterError, NotFoundError, Forbidden, MissingExtra: all that is wrong with a job
    before anything is read or asked.
    """
    if isinstance(asked, CrawlJob):
        first = _crawl(asked, store, allow_private)
    else:
        first = _ingest(asked, store, inbox)
    build = ("build", "--store", store, *["--watch"] * asked.watch)
    return (first, build) if asked.build else (first,)


def _crawl(asked: CrawlJob, store: str, allow_private: bool) -> Command:
    given = asked.model_dump()
    filled = {name: given[name] for name in _VALUES if given[name] not in (None, "")}
    starts = api.crawl_starts(asked.urls, **filled)
    if not allow_private:
        _check_public(starts)
    words = ["crawl", "--store", store, "--format", "json"]
    words += [f"--{name.replace('_', '-')}={value}" for name, value in filled.items()]
    words += [f"--{name.replace('_', '-')}" for name in _SWITCHES if given[name]]
    return (*words, *["--allow-private"] * allow_private, "--", *asked.urls)


def _check_public(urls: Iterable[str]) -> None:
    """Refuse addresses of machines that are not of the open internet. What a name leads to shows
    only when it is asked.
    """
    for url in urls:
        try:
            is_public = api.is_public(urlsplit(url).hostname or "")
        except ValueError:
            continue
        if not is_public:
            raise Forbidden(
                f"a crawl of {url[:200]!r}", allowed="addresses of the open internet",
                repair="start the server with --allow-private",
            )  # fmt: skip


def _ingest(asked: IngestJob, store: str, inbox: str | None) -> Command:
    known = waiting_in(inbox)
    for name in asked.files:
        if name not in known:
            raise NotFoundError(f"file {name[:200]!r}", allowed="the name of a file in the inbox")
    api.reader_options(asked.reader, asked.options.model_dump())
    paths = [str(known[name]) for name in dict.fromkeys(asked.files)]
    words = ["ingest", asked.reader, "--store", store, "--format", "json"]
    return (*words, *words_of(asked.reader, asked.options), "--", *paths)


def waiting_in(inbox: str | None) -> dict[str, Path]:
    """The files of the inbox by name. Raises Forbidden without one."""
    if inbox is None:
        raise Forbidden(
            "a file to read", allowed="crawls", repair="start the server with --inbox DIR"
        )
    home = Path(inbox).resolve()
    found = (path for path in sorted(home.iterdir()) if not path.name.startswith("."))
    return {path.name: path for path in found if path.is_file() and path.resolve().parent == home}
