"""The same site crawled by a bare Scrapy spider with Scrapy's own link extractor."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from crawling import Crawled, crawl
from hostile import Page, Server, links, moved, serving

from linkshed.schema import LinkKind
from linkshed.urls.parse import parse_url

DOCUMENTS = Path("/usr/share/doc")
ROOTS = ("valgrind/html", "libffi8/html")
CLICKS = (LinkKind.TEXT, LinkKind.IMAGE, LinkKind.AREA)

SPIDER = """
import json, sys
import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.linkextractors import LinkExtractor

found = {"pages": {}, "links": []}

class Bare(scrapy.Spider):
    name = "bare"
    start_urls = [sys.argv[1]]
    extractor = LinkExtractor(deny_extensions=[], unique=False)

    def parse(self, response):
        found["pages"][response.url] = response.status
        location = response.headers.get("Location")
        if location:
            yield response.follow(location.decode(), errback=None)
        if not isinstance(response, scrapy.http.HtmlResponse):
            return
        for link in self.extractor.extract_links(response):
            found["links"].append([response.url, link.url])
            if link.url.startswith(tuple(sys.argv[2:])):
                yield scrapy.Request(link.url)

process = CrawlerProcess({"LOG_ENABLED": False, "HTTPERROR_ALLOW_ALL": True,
    "REDIRECT_ENABLED": False, "METAREFRESH_ENABLED": False, "RETRY_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False})
process.crawl(Bare)
process.start()
print(json.dumps(found))
"""


def bare(server: Server, start: str) -> tuple[dict[str, int], set[tuple[str, str]]]:
    """Pages with their statuses, and links, of a bare spider."""
    at = f"http://127.0.0.1:{server.server_address[1]}"
    done = subprocess.run([sys.executable, "-c", SPIDER, at + start, at + "/"],
                          capture_output=True, text=True, check=True, timeout=120)  # fmt: skip
    found = json.loads(done.stdout)

    def short(url: str) -> str:
        known = parse_url(url)
        return known.removeprefix(at) if known.startswith(at) else known.partition("://")[2]

    pages = {short(url): status for url, status in found["pages"].items()}
    targets = {(short(a), short(b)) for a, b in found["links"] if b.startswith("http")}
    return pages, {(a, b) for a, b in targets if a != b}


def ours(server: Server, folder: Path, start: str) -> tuple[Crawled, set[tuple[str, str]]]:
    at = f"http://127.0.0.1:{server.server_address[1]}"
    crawled = crawl(server, folder, at + start, sitemaps=False)
    crawled.pages = {name.removeprefix("127.0.0.1"): row for name, row in crawled.pages.items()}
    clicks = {
        tuple(name.removeprefix("127.0.0.1") for name in link) for link in crawled.links(*CLICKS)
    }
    return crawled, {(a, b) for a, b in clicks if a != b}


def test_a_made_site_gives_the_same_pages_statuses_and_links(tmp_path: Path) -> None:
    pages: dict[str, Page] = {
        "/robots.txt": (404, {}, b""),
        "/": links("/a", "/b?y=2&x=1", "/folder/", "c.html", "/moved", "/gone", "/Ä", "/%7Eann",
                   "//other.test/elsewhere", "mailto:a@b.c", "/a#part", "/image.png"),
        "/a": "<base href='/deep/er/'><a href='x'>x</a><a href='../y'>y</a><area href=/z>",
        "/b*": links("?page=2", "?page=3"),
        "/folder/": links("./", "../", "sub/page.html", "sub/"),
        "/folder/sub/": links("page.html?"),
        "/folder/sub/page.html*": "end",
        "/moved": moved("/moved/again", 302),
        "/moved/again": moved("/folder/", 308),
        "/%C3%84": "umlaut",
        "/~ann": "ann",
        "/%7Eann": "ann",  # the same page; Scrapy asks for it as it is written
        "/image.png": (200, {"Content-Type": "image/png"}, b"\x89PNG"),
    }  # fmt: skip
    pages = {f"127.0.0.1{name}": page for name, page in pages.items()}
    with serving(pages) as server:
        crawled, clicks = ours(server, tmp_path, "/")
        statuses, their_clicks = bare(server, "/")
    found = {name: row["status"] for name, row in crawled.pages.items()}
    assert found.pop("/folder/sub/page.html?") == 200  # Scrapy takes an empty query for none
    assert found == statuses
    source, target = "/folder/sub/", "/folder/sub/page.html"
    assert clicks - {(source, f"{target}?")} == their_clicks - {(source, target)}


@pytest.mark.skipif(
    not all((DOCUMENTS / root).is_dir() for root in ROOTS), reason="no Debian documentation here"
)
def test_real_documentation_gives_the_same_pages_and_links(tmp_path: Path) -> None:
    files = [path for root in ROOTS for path in (DOCUMENTS / root).rglob("*") if path.is_file()]
    pages: dict[str, Page] = {
        f"127.0.0.1/{path.relative_to(DOCUMENTS)}": typed(path) for path in files
    }
    pages["127.0.0.1/"] = links(*(f"/{root}/index.html" for root in ROOTS))
    with serving(pages) as server:
        crawled, clicks = ours(server, tmp_path, "/")
        statuses, their_clicks = bare(server, "/")
    found = {name: row["status"] for name, row in crawled.pages.items()}
    assert len(found) > 50
    other_kinds = {target for _, target in crawled.links() - crawled.links(*CLICKS)}
    more = set(found) - set(statuses)
    assert {name: found.get(name) for name in statuses} == statuses
    assert {f"127.0.0.1{name}" for name in more} <= other_kinds  # rel=next and the like
    common = {(a, b) for a, b in clicks if a in statuses}
    assert common == their_clicks


def typed(path: Path) -> Page:
    """A file as a server sends it."""
    kind = "text/html" if path.suffix in (".html", ".htm") else "application/octet-stream"
    return (200, {"Content-Type": kind}, path.read_bytes())
