"""Where a crawl goes and where it stops: scope, depth, pages, sitemaps, other sites, politeness."""

from __future__ import annotations

import gzip
import itertools
import random
import time
from pathlib import Path
from typing import Any

import pytest
from crawling import crawl, listening, outside
from hostile import Handler, Page, links, moved, serving

from linkshed.errors import NotFoundError
from linkshed.schema import LinkKind

XML = {"Content-Type": "application/xml"}


def locs(*urls: str) -> bytes:
    return ("<urlset>" + "".join(f"<url><loc>{u}</loc></url>" for u in urls) + "</urlset>").encode()


def two_hosts() -> dict[str, Page]:
    there = "http://www.site.test:{port}"
    return {
        "/": links("/docs/", "/docs/a", "/other", f"{there}/", "http://far.test:{port}/x"),
        "/docs/": links("/docs/a", "/other"),
        "/docs/a": links("/docs/deep/b"),
        "/docs/deep/b": "b",
        "/other": "other",
        "www.site.test/": links("http://site.test:{port}/from-www", "/w"),
        "www.site.test/w": "w",
        "/from-www": "found",
        "far.test/x": "far",
    }


def with_port(pages: dict[str, Page], port: int) -> dict[str, Page]:
    def filled(page: Page) -> Page:
        return page.replace("{port}", str(port)) if isinstance(page, str) else page

    return {name: filled(page) for name, page in pages.items()}


def test_the_scope_is_the_domain_or_a_folder(tmp_path: Path) -> None:
    with serving({}) as server:
        server.pages = with_port(two_hosts(), server.server_address[1])
        domain = crawl(server, tmp_path / "domain")
        folder = crawl(server, tmp_path / "folder", "/docs/a", scope="prefix", check_external=True)
    here = {"/", "/docs/", "/docs/a", "/docs/deep/b", "/other"}
    assert set(domain.pages) == here | {"www.site.test/", "www.site.test/w", "/from-www"}
    assert set(folder.pages) == {"/docs/a", "/docs/deep/b"}
    assert domain.record["is_complete"]
    assert domain.record["external"]["found"] == 1
    assert server.requests["far.test/x"] == 0


def tree(handler: Handler) -> Any:
    """Each page leads to three more; answers come in any order."""
    time.sleep(random.random() * 0.02)
    path = handler.path.rstrip("/")
    depth = path.count("/")
    return links(*(f"{path}/{name}{depth}" for name in "abc"))


def test_bounds_cut_at_the_same_pages_whatever_comes_first(tmp_path: Path) -> None:
    with serving({"/**": tree, "/robots.txt": (404, {}, b"")}) as server:
        first = crawl(server, tmp_path / "1", max_pages=30, sitemaps=False, concurrency=8)
        again = crawl(server, tmp_path / "2", max_pages=30, sitemaps=False, concurrency=2)
        flat = crawl(server, tmp_path / "3", max_depth=2, sitemaps=False)
    assert set(first.pages) == set(again.pages)
    assert len(first.pages) == 30
    assert first.record["unseen"] == {"max_pages": 60 + 1}
    assert len(flat.pages) == 1 + 3 + 9
    assert flat.record["unseen"] == {"depth": 27}
    assert not flat.record["is_complete"]


def test_sitemaps_of_all_kinds_are_read(tmp_path: Path) -> None:
    names = ("guess", "gzip", "feed", "list", "other-host")
    with serving({}) as server:
        at = server.url("").rstrip("/")
        named = f"Sitemap: {at}/index.xml\nSitemap: {at}/list.txt\nSitemap: {at}/gone.xml\n"
        server.pages = {
            "/robots.txt": (200, {}, named.encode()),
            "/": links("/linked"),
            "/linked": moved(f"{at.replace('site', 'www.site')}/"),
            "www.site.test/": "other host",
            "www.site.test/sitemap.xml": (200, XML, locs(f"{at}/by-other-host")),
            "/sitemap.xml": moved("/moved.xml"),
            "/moved.xml": (200, XML, locs(f"{at}/by-guess")),
            "/index.xml": (
                200, XML,
                f"<sitemapindex><loc>{at}/zipped.xml.gz</loc><loc>{at}/feed</loc></sitemapindex>"
                .encode(),
            ),
            "/zipped.xml.gz": (
                200, {"Content-Type": "application/gzip"},
                gzip.compress(locs(f"{at}/by-gzip", "http://far.test/x", f"{at}/linked")),
            ),
            "/feed": (
                200, {"Content-Type": "application/rss+xml"},
                f"<rss><item><link>{at}/by-feed</link></item></rss>".encode(),
            ),
            "/list.txt": (200, {"Content-Type": "text/plain"}, f"{at}/by-list\n".encode()),
            **{f"/by-{name}": name for name in names},
        }  # fmt: skip
        crawled = crawl(server, tmp_path)
    linked = {"/", "/linked", "www.site.test/"}
    assert set(crawled.pages) == linked | {f"/by-{name}" for name in names}
    assert crawled.record["only_in_sitemaps"] == len(names)
    read = {crawled.short(s["url"]): s for s in crawled.record["sitemaps"]}
    assert read["/gone.xml"]["problem"] == "http_404"
    assert (read["/zipped.xml.gz"]["n_pages"], read["/zipped.xml.gz"]["n_bad"]) == (2, 1)


def test_pages_elsewhere_are_looked_at_and_not_crawled(tmp_path: Path) -> None:
    with serving({}) as server:
        port = server.server_address[1]
        far = f"http://far.test:{port}"
        server.pages = {
            "/": links(f"{far}/alive", f"{far}/dead", f"{far}/moved", f"{far}/shut", f"{far}/no",
                       f"http://no-such-host.invalid:{port}/", f"http://127.0.0.1:{port + 1}/"),
            "far.test/robots.txt": (200, {}, b"User-agent: *\nDisallow: /no"),
            "far.test/alive": links("/never"),
            "far.test/moved": moved("/alive"),
            "far.test/shut": (403, {}, b""),
        }  # fmt: skip
        crawled = crawl(server, tmp_path, check_external=True, looks=1)
    external = crawled.record["external"]
    assert external["liveness"] == {"alive": 2, "dead": 2, "blocked": 1, "unknown": 1}
    assert external["found"] == 7
    assert crawled.server.requests["far.test/never"] == 0
    assert crawled.server.requests["far.test/no"] == 0
    assert crawled.record["is_complete"]
    assert crawled.pages["far.test/dead"]["status"] == 404
    assert crawled.links(LinkKind.REDIRECT) == {("far.test/moved", "far.test/alive")}
    assert not any(source.startswith("far.test/alive") for source, _ in crawled.links())


def test_a_crawl_delay_is_kept(tmp_path: Path) -> None:
    pages: dict[str, Page] = {
        "/robots.txt": (200, {}, b"User-agent: *\nCrawl-delay: 0.4"),
        "/": links("/a", "/b", "/c"),
    }
    with serving(pages) as server:
        crawl(server, tmp_path, sitemaps=False, concurrency=8, delay=None)
        times = [at for at, name in server.times if name != "/robots.txt"]
    gaps = [after - before for before, after in itertools.pairwise(times)]
    assert len(gaps) == 3
    assert min(gaps) > 0.15  # half to one and a half times the delay, as Scrapy spreads requests


def test_a_login_goes_to_its_own_host_and_into_no_file(tmp_path: Path) -> None:
    with serving({}) as server:
        port = server.server_address[1]
        server.pages = {
            "/": links("/in", f"http://www.site.test:{port}/", f"http://far.test:{port}/"),
            "/in": "in", "www.site.test/": "www", "far.test/": "far",
        }  # fmt: skip
        crawl(server, tmp_path, check_external=True, sitemaps=False, user="ann:tea-secret",
              headers=["X-Key: key-secret"], cookies=["session=cookie-secret"])  # fmt: skip
        sent = server.headers
    assert sent["/in"]["Authorization"] == "Basic YW5uOnRlYS1zZWNyZXQ="
    assert sent["/in"]["X-Key"] == "key-secret"
    assert sent["/in"]["Cookie"] == "session=cookie-secret"
    for name in ("www.site.test/", "far.test/"):
        assert not {"Authorization", "X-Key", "Cookie"} & set(sent[name])
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"-secret" not in stored
    assert b"YW5uOnRlYS1zZWNyZXQ" not in stored


def test_private_addresses_are_refused_unless_allowed(tmp_path: Path) -> None:
    with serving({"/": links("/a")}) as server:
        port = server.server_address[1]
        starts = [server.url(), f"http://127.0.0.1:{port}/", f"http://[::1]:{port}/",
                  f"http://0x7f.1:{port}/", f"http://localhost:{port}/"]  # fmt: skip
        with pytest.raises(NotFoundError, match=r"4 x private_address.*--allow-private"):
            crawl(server, tmp_path, *starts, allow_private=False)
    assert not server.requests


def test_a_public_site_leads_to_no_private_address(tmp_path: Path) -> None:
    """By no link, redirect, sitemap or robots.txt, under no way of writing it."""
    with listening() as (port, seen), serving({}) as server:
        inner = f"http://127.0.0.2:{port}"
        server.pages = {
            "/robots.txt": (200, {}, f"Sitemap: {inner}/map.xml\nSitemap: /moved-map\n".encode()),
            "/moved-map": moved(f"{inner}/map.xml"),
            "/": links("/moved", f"{inner}/link", f"http://inner.test:{port}/name",
                       f"http://2130706434:{port}/number", f"http://[::ffff:7f00:2]:{port}/six"),
            "/moved": moved(f"{inner}/moved"),
        }  # fmt: skip
        record = outside(server, tmp_path, check_external=True, sitemaps=True)
    assert record["by_status"] == {"200": 1, "301": 1}
    assert record["external"]["liveness"]["unknown"] == record["external"]["looked_at"] == 5
    assert record["vain_looks"] == {"private_address": 5}
    assert seen == []


def test_time_runs_out(tmp_path: Path) -> None:
    def endless(handler: Handler) -> Any:
        time.sleep(0.02)
        return links(f"/{int(handler.path[1:] or 0) + 1}")

    with serving({"/robots.txt": (404, {}, b""), "/**": endless}) as server:
        crawled = crawl(server, tmp_path, max_seconds=1.0, sitemaps=False)
    assert crawled.record["ended"] == "max_time"
    assert crawled.record["unseen"] == {"max_time": 1}
    assert crawled.record["pages"] == len(crawled.pages)
