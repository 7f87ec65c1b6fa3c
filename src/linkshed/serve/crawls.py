"""The command that crawls, and what it tells of a crawl."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import click

from linkshed import api
from linkshed.serve import options
from linkshed.serve.ingests import told as counts_told
from linkshed.serve.progress import crawl_progress
from linkshed.serve.table import plain

MOST_SITEMAPS = 10
"""Sitemaps named that could not be read."""
_RENDER = ("never", "thin", "all")
_SCOPES = ("domain", "subdomains", "host", "prefix")


@click.command()
@click.argument("urls", nargs=-1)
@options.store
@click.option(
    "--list",
    "lists",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="A file of further URLs to begin with, one a line.",
)
@click.option(
    "--scope",
    type=click.Choice(_SCOPES),
    help="What belongs to the crawl: the domain of each URL with all its hosts, its host"
    " and those below, its host alone, or its folder.  [default: domain]",
)
@click.option("--max-pages", type=int, help="Pages to fetch at most.")
@click.option("--max-depth", type=int, help="Clicks from the start.  [default: 100]")
@click.option("--max-seconds", type=float, help="Time to crawl at most.")
@click.option("--max-bytes", type=int, help="Largest body to read.  [default: 20000000]")
@click.option(
    "--max-per-pattern",
    type=int,
    help="Addresses to fetch that differ in their query only.  [default: 1000]",
)
@click.option("--user-agent", help="Who to say that we are; robots.txt is read for this name.")
@click.option(
    "--header",
    "headers",
    multiple=True,
    metavar="NAME:VALUE",
    help="Send a header to the hosts of the URLs. Not stored.",
)
@click.option(
    "--cookie",
    "cookies",
    multiple=True,
    metavar="NAME=VALUE",
    help="Send a cookie to the hosts of the URLs. Not stored.",
)
@click.option(
    "--user",
    metavar="NAME:PASSWORD",
    help="Log in to the hosts of the URLs (basic authentication). Not stored.",
)
@click.option("--concurrency", type=int, help="Requests under way at one host.  [default: 4]")
@click.option(
    "--delay",
    type=float,
    help="Seconds between requests to a host.  [default: by how fast it answers]",
)
@click.option("--timeout", type=float, help="Seconds for one answer.  [default: 30]")
@click.option("--looks", type=int, help="Looks at an address that does not answer.  [default: 3]")
@click.option(
    "--look-again-after", type=float, help="Seconds before the second look.  [default: 10]"
)
@click.option("--no-sitemaps", is_flag=True, help="Do not read sitemaps.")
@click.option("--obey-nofollow", is_flag=True, help="Do not follow nofollow links.")
@click.option(
    "--check-external",
    is_flag=True,
    help="Look at external pages that are linked to, without crawling them.",
)
@click.option(
    "--all-again",
    is_flag=True,
    help="Fetch pages again that have not changed since the last crawl.",
)
@click.option(
    "--render",
    type=click.Choice(_RENDER),
    help="Run the scripts of pages in a browser: of all, or of thin ones with hardly a link in"
    " their HTML.  [default: never]",
)
@click.option(
    "--render-seconds", type=float, help="Seconds for the scripts of a page.  [default: 20]"
)
@click.option("--browser", help="The browser to run scripts in.  [default: the Chromium found]")
@click.option(
    "--allow-private", is_flag=True, help="Allow addresses of this machine and of private networks."
)
@click.option("--insecure", is_flag=True, help="Accept certificates that prove nothing.")
@click.option(
    "--resolve",
    multiple=True,
    metavar="HOST=ADDRESS",
    help="Reach a host at this address, whatever DNS says.",
)
@click.option(
    "--workers", type=int, help="Processes that read what was fetched.  [default: all cores]"
)
@options.counts_format
@options.quiet
def crawl(
    urls: tuple[str, ...],
    lists: tuple[Path, ...],
    store: str | None,
    workers: int | None,
    format_: str,
    quiet: bool,
    no_sitemaps: bool,
    all_again: bool,
    insecure: bool,
    **given: Any,
) -> None:
    """Crawl from URLs on and read the pages into the store.

    Ctrl-C stops it; the same command continues it, and once it has ended begins the next crawl.
    """
    starts = [*urls, *(line for path in lists for line in _lines(path))]
    given |= {"sitemaps": not no_sitemaps, "conditional": not all_again, "verify_tls": not insecure}
    with crawl_progress(quiet) as (show, show_reading):
        counts = api.crawl(
            starts, store=store, workers=workers, on_progress=show, on_reading=show_reading,
            **given,
        )  # fmt: skip
    if format_ == "json":
        click.echo(json.dumps(counts, indent=1, ensure_ascii=False))
    elif not quiet:
        click.echo(told(counts["crawl"]))
        click.echo(counts_told(counts))
        given_store = "" if store is None else f" --store {shlex.quote(store)}"
        click.echo(f"reports tell of it after: linkshed build{given_store}", err=True)


def told(record: dict[str, Any]) -> str:
    """What a crawl saw and did not see, in words."""
    statuses = ", ".join(f"{n:,} x {status}" for status, n in record["by_status"].items())
    pages = "1 page" if record["pages"] == 1 else f"{record['pages']:,} pages"
    lines = [f"crawled: {pages} ({statuses or 'none'}) in {record['seconds']:,.0f} s"]
    lines += [f"alive or not: {_counts(record['liveness'])}"]
    if record["external"]["looked_at"]:
        lines.append(f"external: {record['external']['looked_at']:,} looked at,"
                     f" {_counts(record['external']['liveness'])}")  # fmt: skip
    if record["javascript"] != "not run":
        lines.append(_scripts(record["javascript"]))
    lines += _sitemaps(record["sitemaps"])
    if record["is_complete"]:
        return "\n".join([*lines, "nothing in the scope was left unseen"])
    unseen = sum(record["unseen"].values())
    lines.append(
        f"not seen: {'1 address' if unseen == 1 else f'{unseen:,} addresses'} in the scope"
    )
    for reason, n in sorted(record["unseen"].items(), key=lambda item: -item[1]):
        example = record["examples"][reason][0]
        lines.append(f"    {n:>9,}  {reason.replace('_', ' ')}, as {plain(example)[:100]}")
    return "\n".join(lines)


def _sitemaps(told: list[dict[str, Any]]) -> list[str]:
    """How many sitemaps were read, and which were not, with the reason."""
    failed = [sitemap for sitemap in told if sitemap["problem"]]
    named, read = sum(sitemap["n_pages"] for sitemap in told), len(told) - len(failed)
    lines = [f"sitemaps: {read:,} read, which name {named:,} pages"] if told else []
    return lines + [
        f"    not read: {plain(sitemap['url'])[:100]} ({sitemap['problem'].replace('_', ' ')})"
        for sitemap in failed[:MOST_SITEMAPS]
    ]


def _scripts(told: dict[str, Any]) -> str:
    problems = ", ".join(f"{n:,} {word.replace('_', ' ')}" for word, n in told["problems"].items())
    return f"scripts run on: {told['pages']:,} pages{f' (trouble: {problems})' if problems else ''}"


def _counts(liveness: dict[str, int]) -> str:
    return ", ".join(f"{n:,} {state}" for state, n in liveness.items() if n) or "none"


def _lines(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    return [line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"]
