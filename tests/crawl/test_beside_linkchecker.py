"""The same sites crawled by linkchecker, by Scrapy's own extractor and by linkshed.

Several hosts are served here, one of pages made for this test and, where they are installed, others
of real Debian documentation. Programs that ask DNS reach them through a proxy, which is the same
server. Every difference must be explained by a rule that says why.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from crawling import Crawled, crawl
from hostile import Page, Server, links, moved, serving
from test_beside_scrapy import CLICKS, DOCUMENTS, SPIDER

from linkshed.errors import UrlError
from linkshed.schema import LinkKind, Liveness, Resolution
from linkshed.urls.parse import parse_url, resolve

MADE = "made.test"
REAL = {"libffi.test": "libffi8/html", "libxslt.test": "libxslt1-dev/html"}
TYPES = {"html": "text/html", "css": "text/css", "png": "image/png", "gif": "image/gif"}
needs_linkchecker = pytest.mark.skipif(
    shutil.which("linkchecker") is None,
    reason="no linkchecker here: on Debian, apt install linkchecker",
)


@dataclass
class Seen:
    """What one program found: addresses that answer well, and addresses that do not."""

    alive: set[str]
    broken: set[str]


def made(at: str, elsewhere: list[str]) -> dict[str, Page]:
    """A host with every well-behaved way of leading on; ``{at}`` is its address."""
    return {
        "/": links("/a", "/b?y=2&x=1", "folder/", "/moved", "/gone", "/410", "/%C3%84", "/~ann",
                   "/a#part", "mailto:ann@made.test", "tel:1", "javascript:go()", "", "#top",
                   "/403", "/401", "/500", "/nofollowed", "/moved-to-gone", "/based", "/parts",
                   "/head", "/file.pdf", "/resources", "/Case", "/case", "/refresh", *elsewhere),
        "/a": links("/", "./b?y=2&x=1", "//made.test:{port}/a/../scheme-relative"),
        "/scheme-relative": "end",
        "/b*": links("?page=2"),
        "/folder/": links("./", "../", "sub/page.html", "../folder/sub/page.html#x", "none.html"),
        "/folder/sub/page.html": links("../../a", "missing"),
        "/moved": moved("/moved/again", 302),
        "/moved/again": moved("/folder/", 308),
        "/moved-to-gone": moved("/gone"),
        "/410": (410, {}, b"gone"),
        "/403": (403, {}, b"no"),
        "/401": (401, {}, b"who are you"),
        "/500": (500, {}, b"sorry"),
        "/%C3%84": "umlaut",
        "/~ann": "ann",
        "/nofollowed": "<a rel=nofollow href=/behind-nofollow>x</a>",
        "/behind-nofollow": links("/only-there"),
        "/only-there": "end",
        "/based": "<base href='/folder/sub/'><a href=page.html>x</a><a href=../../head>y</a>",
        "/parts": "<iframe src=/framed></iframe><map><area href=/area alt=a></map>"
                  "<form action=/answers><input></form>",
        "/framed": links("/in-frame"),
        "/in-frame": "end", "/area": "end", "/answers": "end",
        "/head": "<link rel=next href=/next><link rel=canonical href=/head>"
                 "<link rel=alternate hreflang=de href=/de><link rel=stylesheet href=/style.css>",
        "/next": "end", "/de": "end",
        "/style.css": (200, {"Content-Type": "text/css"}, b"p { background: url(/by-style.png) }"),
        "/file.pdf": (200, {"Content-Type": "application/pdf"}, b"%PDF-1.4"),
        "/resources": "<img src=/shown.png><img src=/not-there.png srcset='/twice.png 2x'>"
                      "<script src=/code.js></script><a href=/linked.png>as a link</a>",
        "/shown.png": (200, {"Content-Type": "image/png"}, b"\x89PNG"),
        "/twice.png": (200, {"Content-Type": "image/png"}, b"\x89PNG"),
        "/by-style.png": (200, {"Content-Type": "image/png"}, b"\x89PNG"),
        "/linked.png": (200, {"Content-Type": "image/png"}, b"\x89PNG"),
        "/code.js": (200, {"Content-Type": "text/javascript"}, b"1"),
        "/Case": "upper", "/case": "lower",
        "/refresh": f"<meta http-equiv=refresh content='0; url={at}/refreshed'>x",
        "/refreshed": "end",
    }  # fmt: skip


def site(server: Server, real: dict[str, str]) -> list[str]:
    """Fill a server; gives the address of each host, that of the made one first."""
    port = server.server_address[1]
    homes = {host: f"http://{host}:{port}/index.html" for host in real}
    at = f"http://{MADE}:{port}"
    pages = made(at, list(homes.values()))
    server.more_headers = {"LinkChecker": "as fast as you can"}
    filled = {name: page.replace("{port}", str(port)) if isinstance(page, str) else page
              for name, page in pages.items()}  # fmt: skip
    server.pages = {f"{MADE}{name}": page for name, page in filled.items()}
    for host, folder in real.items():
        root = DOCUMENTS / folder
        for path in root.rglob("*"):
            if path.is_file():
                kind = TYPES.get(path.suffix[1:], "application/octet-stream")
                answer = (200, {"Content-Type": kind}, path.read_bytes())
                server.pages[f"{host}/{path.relative_to(root)}"] = answer
    return [f"{at}/", *homes.values()]


def by_linkchecker(server: Server, folder: Path, starts: list[str]) -> Seen:
    settings = folder / "linkcheckerrc"
    settings.write_text("[checking]\nmaxrequestspersecond=1000\n")
    command = ["linkchecker", "--config", str(settings), "--no-status", "--verbose", "--threads=20",
               "--output=csv", *starts]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, env=proxied(server))
    lines = [line for line in done.stdout.splitlines() if line and line[0] != "#"]
    seen = Seen(set(), set())
    for row in csv.DictReader(lines, delimiter=";"):
        for name in ("url", "urlname"):
            if (address := absolute(row, row[name])) is not None:
                (seen.alive if row["valid"] == "True" else seen.broken).add(address)
    assert seen.alive, done.stderr
    return seen


def absolute(row: dict[str, str], written: str) -> str | None:
    """An address of a row; None for what is no page of the web, or is not of our hosts."""
    try:
        base = resolve(parse_url(row["parentname"]), row["base"]) if row["base"] else ""
        found = (
            resolve(base or parse_url(row["parentname"]), written)
            if row["parentname"]
            else parse_url(written)
        )
    except UrlError:
        return None
    return found if ".test:" in found else None


def by_scrapy(server: Server, starts: list[str]) -> Seen:
    prefixes = [start[: start.find("/", 8) + 1] for start in starts]
    done = subprocess.run([sys.executable, "-c", SPIDER, starts[0], *prefixes], text=True,
                          capture_output=True, check=True, timeout=100, env=proxied(server))  # fmt: skip
    pages = {parse_url(url): status for url, status in json.loads(done.stdout)["pages"].items()}
    return Seen({url for url, status in pages.items() if status < 400},
                {url for url, status in pages.items() if status >= 400})  # fmt: skip


def proxied(server: Server) -> dict[str, str]:
    proxy = f"http://127.0.0.1:{server.server_address[1]}"
    return {**os.environ, "http_proxy": proxy, "HTTP_PROXY": proxy, "no_proxy": "", "NO_PROXY": ""}


def ours(server: Server, folder: Path, starts: list[str]) -> tuple[Seen, Crawled]:
    hosts = [f"{start.split('/')[2].partition(':')[0]}=127.0.0.1" for start in starts]
    crawled = crawl(server, folder, *starts, sitemaps=False, scope="host", resolve=hosts, looks=1)
    dead = set(ids(crawled, "resolution", "resolution", lambda how: how >= Resolution.DEAD))
    looked_at = set(ids(crawled, "pages", "n_vain_looks", lambda n: n is not None))
    return Seen(looked_at - dead, dead), crawled


def ids(crawled: Crawled, table: str, name: str, holds: Callable[[Any], bool]) -> list[str]:
    """The addresses of pages whose column says so."""
    snapshot = crawled.web._snapshot
    cells = snapshot.columns(table, [name])[name].to_pylist()
    return snapshot.urls([row for row, cell in enumerate(cells) if holds(cell)])


class Shown(HTMLParser):
    """Addresses of what a page shows and runs: pictures, styles and scripts."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base, self.found = base, set[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        rel = (given.get("rel") or "").lower().split()
        written = [given.get("src")] if tag in ("img", "script") else []
        written += [part.split()[0] for part in (given.get("srcset") or "").split(",") if part]
        written += [given.get("href")] if tag == "link" and "stylesheet" in rel else []
        written += [given.get("background")] if tag in ("body", "table", "td") else []
        self.found |= {resolve(self.base, text) for text in written if text}


def shown(server: Server) -> set[str]:
    """Addresses of what the pages of a server show, and their styles."""
    found = set[str]()
    for name, page in server.pages.items():
        host, _, path = name.partition("/")
        at = parse_url(f"http://{host}:{server.server_address[1]}/{path}")
        body = page[2] if isinstance(page, tuple) else page
        text = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body)
        kind = page[1].get("Content-Type", "text/html") if isinstance(page, tuple) else "text/html"
        if kind == "text/html":
            parser = Shown(at)
            parser.feed(text)
            found |= parser.found
        elif kind == "text/css":
            found |= {resolve(at, url.strip("'\" ")) for url in re.findall(r"url\((.*?)\)", text)}
    return found


def targets(crawled: Crawled, *kinds: LinkKind) -> set[str]:
    """Where links of some kinds lead."""
    snapshot = crawled.web._snapshot
    rows = np.isin(snapshot.array("links", "kind"), kinds)
    return set(snapshot.urls(np.unique(snapshot.array("links", "target")[rows])))


def clicked(crawled: Crawled, starts: list[str]) -> set[str]:
    """What is reached from the starts by links that can be clicked, and by redirects."""
    snapshot = crawled.web._snapshot
    rows = np.isin(snapshot.array("links", "kind"), (*CLICKS, LinkKind.REDIRECT))
    source, target = (snapshot.array("links", name)[rows] for name in ("source", "target"))
    reached = np.zeros(snapshot.n_pages, np.bool_)
    reached[[page for start in starts if (page := snapshot.page_id(start)) is not None]] = True
    n_reached = 0
    while n_reached < reached.sum():
        n_reached = int(reached.sum())
        reached[target[reached[source]]] = True
    return set(snapshot.urls(np.flatnonzero(reached)))


@needs_linkchecker
def test_all_three_find_the_same_pages_and_broken_links(tmp_path: Path) -> None:
    real = {host: folder for host, folder in REAL.items() if (DOCUMENTS / folder).is_dir()}
    with serving({}) as server:
        starts = site(server, real)
        tmp_path.chmod(0o755)
        checker, spider = by_linkchecker(server, tmp_path, starts), by_scrapy(server, starts)
        found, crawled = ours(server, tmp_path, starts)
        resources = shown(server)
    at = starts[0]
    pages = (*CLICKS, LinkKind.FRAME, LinkKind.NEXT, LinkKind.HREFLANG)
    resources -= targets(crawled, *pages)
    forms = targets(crawled, LinkKind.FORM)
    may_live = set(ids(crawled, "pages", "liveness", lambda how: how == Liveness.BLOCKED))
    may_live |= {f"{at}500"}
    hops = set(ids(crawled, "pages", "status", lambda status: 300 <= (status or 0) < 400))
    dotted = {f"{at}scheme-relative", f"{at}a/../scheme-relative"}
    unclicked = found.alive - clicked(crawled, starts)

    assert len(found.alive) > (100 if real else 20)
    assert {f"{at}gone", f"{at}410", f"{at}folder/none.html"} < found.broken

    # linkchecker also fetches what pages show and run, and asks the targets of forms
    assert checker.alive - found.alive - resources - forms == set()
    # linkchecker names the two ends of a chain of redirects, not the hops between them
    assert found.alive - checker.alive <= hops | may_live
    # 401, 403 and 500 are broken for linkchecker; they may live, and are shown as that
    assert checker.broken - found.broken - resources == may_live
    assert may_live <= found.alive
    assert found.broken - checker.broken == set()

    # Scrapy's extractor takes what can be clicked: no frames, rel=next, translations, refreshes
    # (and what only they lead to), and asks for //host/a/../b without taking out the dots
    assert spider.alive - found.alive == {f"{at}moved-to-gone"}
    assert found.alive - spider.alive <= unclicked | may_live | dotted
    assert spider.broken - found.broken <= may_live | dotted
    # a redirect to a page that is gone is broken; Scrapy has seen an answer of 301
    assert found.broken - spider.broken == {f"{at}moved-to-gone"}
