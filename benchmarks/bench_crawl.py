"""Crawling beside a bare Scrapy spider that only follows links with Scrapy's own extractor, and
beside advertools, where it is installed.

    python benchmarks/bench_crawl.py --pages /usr/share/doc --advertools-python PATH

The folders of the real pages are served on this machine several times over. What counts is the
processor time of the crawling processes, start included; the server's is left out. linkshed also
keeps every answer in a web archive; ``read`` makes rows of them.
advertools makes rows as it crawls, so it is to be set beside ``linkshed crawl and read``; it may
live in an environment of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import subprocess
import sys
import tempfile
from collections import defaultdict
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
ADVERTOOLS = """
import sys
import advertools

advertools.crawl(sys.argv[1], sys.argv[2], follow_links=True,
    allowed_domains=["127.0.0.1"], custom_settings={
    "LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False})
print(sum(1 for _ in open(sys.argv[2])))
"""


def main() -> None:
    """Crawl in turn, several rounds; print the best of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=Path, required=True, help="folder of HTML files")
    parser.add_argument("--copies", type=int, default=12, help="how often the folder is served")
    parser.add_argument("--advertools-python", default=sys.executable, metavar="PATH",
                        help="a Python that has advertools")  # fmt: skip
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        asyncio.run(serve(options.pages, options.copies))
        return
    with subprocess.Popen([sys.executable, *sys.argv, "--serve"], stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        server.stdout.readline()
        try:
            compare(options.advertools_python)
        finally:
            server.terminate()


def compare(advertools_python: str) -> None:
    """Time all, and reading what linkshed kept."""
    spent: dict[str, list[float]] = defaultdict(list)
    counts = {}
    has_advertools = subprocess.run([advertools_python, "-c", "import advertools"],
                                    capture_output=True).returncode == 0  # fmt: skip
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            crawl = Path(folder, "crawls", "0001")
            crawl.mkdir(parents=True)
            works = {"bare Scrapy": bare, "linkshed crawl": partial(ours, crawl),
                     "read": partial(read, crawl)}  # fmt: skip
            if has_advertools:
                works["advertools"] = partial(advertools, advertools_python, Path(folder, "a.jl"))
            for name, work in works.items():
                counts[name], seconds = timed(work)
                spent[name].append(seconds)
    best = {name: min(times) for name, times in spent.items()}
    best["linkshed crawl and read"] = best["linkshed crawl"] + best.pop("read")
    counts["linkshed crawl and read"] = counts["linkshed crawl"]
    n_pages = counts["linkshed crawl"]
    assert counts["bare Scrapy"] <= n_pages
    if not has_advertools:
        print("advertools is not installed: see --advertools-python\n")
    print(f"{n_pages:,} pages; best of {ROUNDS} interleaved rounds\n")
    print("| what | pages | processor s | pages/s per core | against Scrapy |")
    print("|---|--:|--:|--:|--:|")
    for name, seconds in best.items():
        rate, ratio = counts[name] / seconds, best["bare Scrapy"] / seconds
        print(f"| {name} | {counts[name]:,} | {seconds:.1f} | {rate:,.0f} | {ratio:.1f} |")


def bare() -> int:
    """Pages a bare spider fetched."""
    done = subprocess.run([sys.executable, "-c", BARE], capture_output=True, text=True, check=True)
    return int(done.stdout)


def advertools(python: str, path: Path) -> int:
    """Pages advertools fetched and wrote rows of, following links."""
    env = {**os.environ, "PATH": f"{Path(python).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run([python, "-c", ADVERTOOLS, HOME, str(path)], env=env,
                          capture_output=True, text=True, check=True)  # fmt: skip
    return int(done.stdout.split()[-1])


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
