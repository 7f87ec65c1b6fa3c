"""One crawl of a site that does everything wrong: it ends, nothing is lost, nothing is guessed."""

from __future__ import annotations

import gzip
import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from crawling import Crawled, crawl
from hostile import Handler, Page, gzip_bomb, huge, links, moved, serving, slow_bytes

from linkshed.schema import Indexability, LinkKind, Liveness

_flip = itertools.count()


def flapping(handler: Handler) -> Any:
    """Fails at the first look only."""
    return (503, {"Retry-After": "0"}, b"") if next(_flip) == 0 else links("/after-flap")


def calendar(handler: Handler) -> Any:
    """A month, with links to the next and the one before, for ever."""
    year, month = (int(part) for part in handler.path.split("/")[2:4])
    after = (year + month // 12, month % 12 + 1)
    return links(f"/calendar/{after[0]}/{after[1]}")


def deeper(handler: Handler) -> Any:
    """A folder that holds itself."""
    return links("more/", "../")


PAGES: dict[str, Page] = {
    "/robots.txt": (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /private\n"),
    "/": links(
        "/slow", "/loop/1", "/short", "/long", "/bomb", "/huge", "/huge-said", "/latin", "/cut-gzip",
        "/calendar/2031/1", "/self/", "/Mixed/Case", "HTTP://SITE.TEST:{port}/mixed", "/private/x",
        "/no-http", "/hangs-up", "/flap", "/always-503", "/403", "/410", "/missing", "/pdf",
        "/utf16", "/empty", "/bad-header", "/deep", "http://inner.test:{port}/", "/set-cookie",
        "/wants-cookie", "http://xn--bcher-kva.site.test:{port}/", "/too/many/" + "x" * 2100,
        "/q?" + "&".join(f"p{n}=1" for n in range(20)), "/text", "/refresh", "/moved-out",
        "/nul", "/chunked-lie", "/challenge",
    ),
    "/slow": slow_bytes,
    "/loop/**": lambda h: moved(f"/loop/{int(h.path.rpartition('/')[2]) + 1}"),
    "/short": lambda h: h.raw(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n"
        b"<title>short</title><a href=/from-short>x</a>"
    ),
    "/from-short": "found",
    "/long": lambda h: h.raw(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 8\r\n\r\n<a href=/from-long>"
    ),
    "/bomb": gzip_bomb,
    "/huge": huge,
    "/huge-said": (200, {"Content-Length": "100000000", "Connection": "close"}, b"<p>x"),
    "/latin": (200, {"Content-Type": "text/html; charset=iso-8859-1"},
               "<title>Übung</title><a href='/grün'>grün</a>".encode("latin-1")),
    "/gr%C3%BCn": "green",
    "/cut-gzip": (200, {"Content-Encoding": "gzip"},
                  gzip.compress(links("/from-cut").encode() * 400)[:150]),
    "/calendar/**": calendar,
    "/self/**": deeper,
    "/self/": deeper,
    "/Mixed/Case": "upper",
    "/mixed": "lower",
    "/no-http": lambda h: h.raw(b"SSH-2.0-OpenSSH_9\r\n"),
    "/hangs-up": lambda h: h.raw(b""),
    "/flap": flapping,
    "/after-flap": "here",
    "/always-503": (503, {}, b""),
    "/403": (403, {}, b"forbidden"),
    "/410": (410, {}, b"gone"),
    "/pdf": (200, {"Content-Type": "application/pdf"}, b"%PDF" + bytes(100_000)),
    "/utf16": (200, {"Content-Type": "text/html"},
               "<title>sixteen</title><a href='/from-utf16'>x</a>".encode("utf-16")),
    "/empty": (200, {}, b""),
    "/bad-header": lambda h: h.raw(
        b"HTTP/1.1 200 OK\r\nno colon here\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
        b"<a href=/from-bad-header>x</a>"
    ),
    "/deep": "<div>" * 50_000 + "<a href=/from-deep>x</a>",
    "inner.test/": "never",
    "/set-cookie": (200, {"Set-Cookie": "taste=oolong; Path=/"}, links("/sees-cookie").encode()),
    "/sees-cookie": "cookie",
    "xn--bcher-kva.site.test/": "books",
    "/text": (200, {"Content-Type": "text/plain"}, b"http://site.test/not-a-link\n"),
    "/refresh": '<meta http-equiv=refresh content="0; url=/refreshed"><p>moving',
    "/refreshed": "end",
    "/moved-out": moved("http://other.test/page"),
    "/nul": b"<title>a</title>\0\0<a href=/from-nul>x</a>",
    "/chunked-lie": lambda h: h.raw(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"zz\r\n<a href=/x>x</a>"
    ),
    "/challenge": (200, {"cf-mitigated": "challenge"}, b"prove that you are human"),
}  # fmt: skip


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with serving(dict(PAGES)) as server:
        port = str(server.server_address[1])
        server.pages["/"] = str(PAGES["/"]).replace("{port}", port)
        folder = tmp_path_factory.mktemp("hostile")
        yield crawl(server, folder, timeout=4.0, looks=2, concurrency=8, max_bytes=2_000_000)


def reason(crawled: Crawled, why: str) -> set[str]:
    return {crawled.short(url) for url in crawled.record["examples"].get(why, [])}


def test_it_ends_and_says_that_it_is_not_complete(crawled: Crawled) -> None:
    assert crawled.record["ended"] == "finished"
    assert crawled.record["is_complete"] is False
    assert crawled.record["pages"] == sum(crawled.record["by_status"].values())


def test_what_was_found_behind_damage_is_followed(crawled: Crawled) -> None:
    found = {"/from-short", "/gr%C3%BCn", "/from-utf16", "/from-bad-header", "/after-flap",
             "/refreshed", "/sees-cookie"}  # fmt: skip
    assert found - set(crawled.pages) == set()


def test_bodies_that_never_end_or_grow_without_bound_are_given_up(crawled: Crawled) -> None:
    assert reason(crawled, "timeout") == {"/slow"}
    assert reason(crawled, "too_large") == {"/bomb", "/huge", "/huge-said"}
    assert reason(crawled, "connection") >= {"/no-http", "/hangs-up"}


def test_redirects_are_kept_hop_by_hop_and_end(crawled: Crawled) -> None:
    hops = crawled.links(LinkKind.REDIRECT)
    assert {(f"/loop/{n}", f"/loop/{n + 1}") for n in range(1, 11)} <= hops
    assert ("/moved-out", "other.test/page") in hops
    assert all(crawled.pages[f"/loop/{n}"]["status"] == 301 for n in range(1, 12))
    assert reason(crawled, "too_many_hops") == {"/loop/12"}


def test_traps_are_bounded_and_named(crawled: Crawled) -> None:
    assert crawled.record["unseen"]["calendar"] == 1
    assert sum(page.startswith("/calendar/") for page in crawled.pages) == 50
    assert crawled.record["unseen"]["repeated_path"] == 1
    assert crawled.record["unseen"]["long_url"] == 1
    assert crawled.record["unseen"]["many_parameters"] == 1


def test_robots_txt_is_obeyed_and_counted(crawled: Crawled) -> None:
    assert reason(crawled, "robots") == {"/private/x"}
    assert crawled.server.requests["/private/x"] == 0


def test_states_of_liveness_follow_the_evidence(crawled: Crawled) -> None:
    assert crawled.record["liveness"]["dead"] == 1 + sum(
        page["status"] == 404 for page in crawled.pages.values()
    )
    assert crawled.record["liveness"]["blocked"] == 2  # 403 and the challenge
    assert crawled.pages["/always-503"]["status"] == 503
    assert crawled.server.requests["/always-503"] == 2
    found = {name: (Liveness(row["liveness"]).name, row["outcome"], row["n_vain_looks"])
             for name, row in crawled.looked_at.items()}  # fmt: skip
    assert found["/410"] == ("DEAD", "410", 1)
    assert found["/403"] == ("BLOCKED", "403", 0)
    assert found["/challenge"] == ("BLOCKED", "challenge", 0)
    assert found["/always-503"] == ("UNKNOWN", "503", 2)
    assert found["/slow"] == ("UNKNOWN", "timeout", 2)
    assert found["/huge"][:2] == ("ALIVE", "too_large")
    assert found["/"] == ("ALIVE", "200", 0)
    assert crawled.server.requests["/flap"] == 2
    assert crawled.record["vain_looks"]["http_503"] == 2


def test_letter_case_of_paths_counts_and_that_of_hosts_does_not(crawled: Crawled) -> None:
    assert {"/Mixed/Case", "/mixed"} <= set(crawled.pages)


def test_hosts_in_other_scripts_are_reached(crawled: Crawled) -> None:
    assert crawled.pages["xn--bcher-kva.site.test/"]["status"] == 200


def test_files_are_known_by_their_headers(crawled: Crawled) -> None:
    pdf = crawled.pages["/pdf"]
    assert (pdf["status"], pdf["content_type"]) == (200, "application/pdf")
    assert pdf["indexability"] == Indexability.INDEXABLE
    assert pdf["size_bytes"] is None
    assert crawled.pages["/huge-said"]["indexability"] == Indexability.UNKNOWN
    assert crawled.pages["/empty"]["indexability"] == Indexability.EMPTY


def test_cookies_come_back_to_the_server_and_never_into_the_archive(crawled: Crawled) -> None:
    assert crawled.server.headers["/sees-cookie"]["Cookie"] == "taste=oolong"
    folder = crawled.store / "crawls"
    archives = b"".join(gzip.decompress(p.read_bytes()) for p in folder.rglob("*.warc.gz"))
    assert b"taste=oolong" not in archives


def test_every_request_ends_in_a_row_or_a_counted_reason(crawled: Crawled) -> None:
    asked = {name for name in crawled.server.requests
             if not name.endswith(("/robots.txt", "/sitemap.xml"))}  # fmt: skip
    unseen = {crawled.short(url) for urls in crawled.record["examples"].values() for url in urls}
    assert asked - set(crawled.pages) - unseen == set()


def test_counts_add_up(crawled: Crawled) -> None:
    counts = crawled.counts
    assert counts["read"] == counts["kept"] + sum(counts["rejected"].values())
    assert counts["kept"] == len(crawled.looked_at)


def test_the_record_is_kept_with_the_snapshot(crawled: Crawled) -> None:
    [given] = crawled.web.manifest.inputs
    assert given["completeness"] == [crawled.record]
    json.dumps(given)
