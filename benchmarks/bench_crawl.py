"""Crawling beside a bare Scrapy spider that only follows links with Scrapy's own extractor.

    python benchmarks/bench_crawl.py --pages /usr/share/doc

The folders of the real pages are served on this machine several times over. What counts is the
processor time of the crawling processes, start included; the server's is left out. linkshed also
keeps every answer in a web archive; ``read`` makes rows of them.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from urllib.parse import quote, unquote

from linkshed import api
from linkshed.ingest.crawl import completeness, process
from linkshed.ingest.crawl.settings import Secrets, settings_of

PORT = 8777
HOME = f"http://127.0.0.1:{PORT}/"
ROUNDS = 3
BARE = f"""
import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.linkextractors import LinkExtractor

class Bare(scrapy.Spider):
    name = "bare"
    start_urls = ["{HOME}"]
    extractor = LinkExtractor(allow=r"^{HOME}")
    n_pages = 0

    def parse(self, response):
        Bare.n_pages += 1
        if isinstance(response, scrapy.http.HtmlResponse):
            for link in self.extractor.extract_links(response):
                yield scrapy.Request(link.url)

process = CrawlerProcess({{"LOG_ENABLED": False, "HTTPERROR_ALLOW_ALL": True,
    "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False}})
process.crawl(Bare)
process.start()
print(Bare.n_pages)
"""


def main() -> None:
    """Crawl in turn, several rounds; print the best of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=Path, required=True, help="folder of HTML files")
    parser.add_argument("--copies", type=int, default=12, help="how often the folder is served")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        asyncio.run(serve(options.pages, options.copies))
        return
    with subprocess.Popen([sys.executable, *sys.argv, "--serve"], stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        server.stdout.readline()
        try:
            compare()
        finally:
            server.terminate()


def compare() -> None:
    """Time both, and reading what linkshed kept."""
    spent: dict[str, list[float]] = {"bare Scrapy": [], "linkshed crawl": [], "read": []}
    counts = {}
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            crawl = Path(folder, "crawls", "0001")
            crawl.mkdir(parents=True)
            works = {"bare Scrapy": bare, "linkshed crawl": partial(ours, crawl),
                     "read": partial(read, crawl)}  # fmt: skip
            for name, work in works.items():
                counts[name], seconds = timed(work)
                spent[name].append(seconds)
    best = {name: min(times) for name, times in spent.items()}
    best["linkshed crawl and read"] = best["linkshed crawl"] + best.pop("read")
    n_pages = counts["linkshed crawl"]
    assert counts["bare Scrapy"] <= n_pages
    print(f"{n_pages:,} pages; best of {ROUNDS} interleaved rounds\n")
    print("| what | processor s | pages/s per core | against Scrapy |\n|---|--:|--:|--:|")
    for name, seconds in best.items():
        ratio = best["bare Scrapy"] / seconds
        print(f"| {name} | {seconds:.1f} | {n_pages / seconds:,.0f} | {ratio:.1f} |")


def bare() -> int:
    """Pages a bare spider fetched."""
    done = subprocess.run([sys.executable, "-c", BARE], capture_output=True, text=True, check=True)
    return int(done.stdout)


def ours(folder: Path) -> int:
    """Pages linkshed fetched."""
    options = {"allow_private": True, "delay": 0.0, "concurrency": 8, "sitemaps": False}
    process.crawl(folder, settings_of([HOME], options), Secrets())
    n_pages: int = completeness(folder)["pages"]
    return n_pages


def read(folder: Path) -> int:
    """Pages linkshed made rows of."""
    counts = api.ingest("crawl", [folder], store=folder.parent / "store", workers=1)
    n_pages: int = counts["pages"]
    return n_pages


def timed(work: Callable[[], int]) -> tuple[int, float]:
    """The result, and the processor seconds of this process and of those it started."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    before = sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, kinds))
    result = work()
    after = sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, kinds))
    return result, after - before


async def serve(folder: Path, copies: int) -> None:
    """Serve the folder's pages under ``/0/``, ``/1/`` and so on, as fast as may be."""
    files = {f"/{path.relative_to(folder)}": path.read_bytes()
             for path in folder.rglob("*.html") if path.is_file()}  # fmt: skip
    starts = "".join(f'<p><a href="/{copy}{quote(name)}">page</a>'
                     for copy in range(copies) for name in sorted(files)[::10])  # fmt: skip
    home = starts.encode()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await answer_all(reader, writer)
        writer.close()

    async def answer_all(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            path = unquote(head.split(b" ", 2)[1].decode("latin-1").partition("?")[0])
            copy, _, rest = path[1:].partition("/")
            body = home if path == "/" else files.get(f"/{rest}") if copy.isdigit() else None
            status = b"404 Not Found" if body is None else b"200 OK"
            body = body or b"not found"
            writer.write(b"HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s"
                         % (status, len(body), body))  # fmt: skip
            await writer.drain()

    server = await asyncio.start_server(answer, "127.0.0.1", PORT)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    main()
