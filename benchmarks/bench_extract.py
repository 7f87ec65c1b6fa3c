"""Full extraction beside link listings of other libraries, over the same pages in one run.

    python benchmarks/bench_extract.py --pages /usr/share/doc

linkshed makes a page row and every link row (anchor, context, placement, path ...); the others list
the addresses of links. Seconds are those of the process (CPU time), so that a busy machine disturbs
less.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin

import lxml.html
from scrapy.http import HtmlResponse
from scrapy.linkextractors.lxmlhtml import LxmlLinkExtractor
from selectolax.lexbor import LexborHTMLParser

from linkshed.extract.page import extract
from linkshed.extract.response import Response

SMALLEST, LARGEST = 10_000, 60_000
ROUNDS = 5
BASE = "https://docs.example/"
EXTRACTOR = LxmlLinkExtractor(unique=False)


def scrapy_links(url: str, body: bytes) -> int:
    """Scrapy's link extractor, all defaults but for uniqueness."""
    return len(EXTRACTOR.extract_links(HtmlResponse(url, body=body, encoding="utf-8")))


def lxml_links(url: str, body: bytes) -> int:
    """Addresses by lxml and urljoin."""
    tree = lxml.html.fromstring(body)
    return len([urljoin(url, href) for href in tree.xpath("//a/@href")])


def selectolax_links(url: str, body: bytes) -> int:
    """Addresses by selectolax, not resolved."""
    return len([node.attributes.get("href") for node in LexborHTMLParser(body).css("a[href]")])


def linkshed_rows(url: str, body: bytes) -> int:
    """linkshed's full extraction."""
    headers = [("Content-Type", "text/html")]
    return len(extract(Response(url, 200, headers, body, 0)).links["kind"])


CONTENDERS: dict[str, Callable[[str, bytes], int]] = {
    "Scrapy LxmlLinkExtractor": scrapy_links,
    "lxml, bare listing": lxml_links,
    "selectolax, bare listing": selectolax_links,
    "linkshed, full extraction": linkshed_rows,
}


def main() -> None:
    """Time all contenders in turn, several rounds; print medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=Path, required=True, help="folder of HTML files")
    parser.add_argument("--limit", type=int, default=300, help="pages to use at most")
    options = parser.parse_args()
    pages = chosen(options.pages, options.limit)
    seconds: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    for _ in range(ROUNDS):
        for name, work in CONTENDERS.items():
            gc.collect()
            gc.disable()  # as linkshed's workers do; for all contenders alike
            started = time.process_time()
            for url, body in pages:
                work(url, body)
            seconds[name].append(time.process_time() - started)
            gc.enable()
    rates = {name: len(pages) / statistics.median(spent) for name, spent in seconds.items()}
    size = sum(len(body) for _, body in pages) / len(pages)
    n_links = sum(selectolax_links(*page) for page in pages) / len(pages)
    print(f"{len(pages)} pages, {size / 1000:.0f} KB and {n_links:.0f} links each; one core of"
          f" {os.cpu_count()}, {platform.machine()}, Python {platform.python_version()};"
          f" median of {ROUNDS} interleaved rounds\n")  # fmt: skip
    print("| what | pages/s | against Scrapy |\n|---|--:|--:|")
    for name, rate in rates.items():
        print(f"| {name} | {rate:,.0f} | {rate / rates['Scrapy LxmlLinkExtractor']:.1f} |")


def chosen(folder: Path, limit: int) -> list[tuple[str, bytes]]:
    """Pages of middle size, spread evenly over the folder."""
    found = sorted(p for p in folder.rglob("*.html") if SMALLEST <= p.stat().st_size <= LARGEST)
    step = max(len(found) // limit, 1)
    return [(f"{BASE}{path.name}", path.read_bytes()) for path in found[::step][:limit]]


if __name__ == "__main__":
    main()
