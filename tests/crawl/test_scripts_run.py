"""Pages made by scripts, run in a real browser: what is found, marked, refused and bounded."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from crawling import Crawled, crawl, listening, outside
from hostile import Handler, Page, links, moved, serving

from linkshed.errors import MissingExtra, ParameterError
from linkshed.extract.page import extract
from linkshed.extract.response import Response
from linkshed.extract.scripted import with_scripts
from linkshed.ingest.crawl.rendering import MAX_REQUESTS, executable
from linkshed.ingest.crawl.settings import settings_of
from linkshed.schema import LinkKind

BROWSER = next(
    (path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), None
)
needs_browser = pytest.mark.skipif(
    BROWSER is None, reason="no Chromium here: on Debian, apt install chromium"
)
JAVASCRIPT = {"Content-Type": "text/javascript"}
APP = """
document.querySelector("#app").innerHTML = "<h1>Made</h1><nav><a href=/in-html>again</a></nav>";
document.querySelector("#gone").remove();
fetch("/api").then(answer => answer.json()).then(paths => paths.forEach(path => {
    const link = document.createElement("a");
    link.href = path; link.textContent = "to " + path;
    document.querySelector("#app").append(link);
}));
"""


def script(text: str) -> str:
    return f"<!doctype html><title>raw</title><div id=app></div><script>{text}</script>"


def count_requests(handler: Handler) -> Any:
    return (200, JAVASCRIPT, b"1")


PAGES: dict[str, Page] = {
    "/robots.txt": (200, {}, b"User-agent: *\nDisallow: /secret\n"),
    "/": links("/app", "/plain", "/leads-away", "/asks-much", "/asks-secret",
               "/writes", "/huge-dom", "/tabs", "/dialogs", "/files", "/robots-blocked-script"),
    "/app": (200, {"Link": "</from-header>; rel=next"},
             b"<!doctype html><title>raw</title><a href=/in-html>in HTML</a>"
             b"<p id=gone><a href=/only-in-html>x</a></p><div id=app></div>"
             b"<link rel=stylesheet href=/style.css><img src=/picture.png>"
             b"<script src=/app.js></script>"),
    "/app.js": (200, JAVASCRIPT, APP.encode()),
    "/api": (200, {"Content-Type": "application/json"},
             json.dumps(["/made", "/made-too"]).encode()),
    "/made": "made", "/made-too": "too", "/in-html": "in", "/only-in-html": "only",
    "/from-header": "next",
    "/plain": links("/in-html", "/made"),
    "/leads-away": script("location.href = '/arrived'"),
    "/arrived": "arrived",
    "/asks-much": script("for (let n = 0; n < 300; n++) fetch('/many?' + n);"
                         "document.querySelector('#app').innerHTML = '<a href=/after-many>x</a>'"),
    "/many*": "1", "/after-many": "after",
    "/asks-secret": script("fetch('/secret/api').then(a => a.text()).then(t =>"
                           "document.querySelector('#app').innerHTML = '<a href=/' + t + '>x</a>')"),
    "/secret/api": "told",
    "/writes": script("fetch('/written', {method: 'POST', body: 'x'});"
                      "navigator.sendBeacon('/written'); document.forms"),
    "/huge-dom": script("document.querySelector('#app').textContent = 'x'.repeat(5000000)"),
    "/tabs": script("window.open('/opened'); document.querySelector('#app').innerHTML ="
                    "'<iframe src=/framed></iframe><a href=/after-tabs>x</a>'"),
    "/framed": "framed", "/after-tabs": "after",
    "/dialogs": script("alert(1); confirm(2); document.querySelector('#app').innerHTML ="
                       "'<a href=/after-dialogs>x</a>'"),
    "/after-dialogs": "after",
    "/files": script("const told = t => document.querySelector('#app').innerHTML +="
                     "'<a href=/read-' + (t ? 'a-file' : 'nothing') + '>x</a>';"
                     "fetch('file:///etc/passwd').then(a => a.text()).then(told, () => told(''));"
                     "const f = document.createElement('iframe'); f.src = 'file:///etc/passwd';"
                     "document.body.append(f); location.href = 'file:///etc/passwd'"),
    "/read-nothing": "nothing",
    "/robots-blocked-script": "<script src=/secret/code.js></script>",
}  # fmt: skip


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with serving(dict(PAGES)) as server:
        folder = tmp_path_factory.mktemp("scripts")
        yield crawl(server, folder, render="all", render_seconds=60.0, sitemaps=False,
                    max_bytes=2_000_000, timeout=60.0)  # fmt: skip


def scripted(crawled: Crawled, source: str) -> dict[str, bool | None]:
    """Where a page leads, and whether scripts made the link."""
    snapshot = crawled.web._snapshot
    page = next(row for row in range(snapshot.n_pages)
                if crawled.short(snapshot.urls([row])[0]) == source)  # fmt: skip
    rows = snapshot.out_links(page)
    found = snapshot.take("links", ["target", "is_scripted"], rows).to_pylist()
    names = [crawled.short(url) for url in snapshot.urls([row["target"] for row in found])]
    return dict(zip(names, (row["is_scripted"] for row in found), strict=True))


@needs_browser
def test_links_that_scripts_make_are_found_followed_and_marked(crawled: Crawled) -> None:
    assert scripted(crawled, "/app") == {
        "/from-header": False, "/in-html": False, "/only-in-html": False,
        "/made": True, "/made-too": True,
    }  # fmt: skip
    assert {"/made", "/made-too", "/only-in-html"} <= set(crawled.pages)
    assert crawled.pages["/app"]["title"] == "raw"
    assert scripted(crawled, "/plain") == {"/in-html": False, "/made": False}


@needs_browser
def test_a_page_whose_scripts_lead_away_is_a_refresh(crawled: Crawled) -> None:
    assert ("/leads-away", "/arrived") in crawled.links(LinkKind.REFRESH)
    assert "/arrived" in crawled.pages


@needs_browser
def test_pictures_styles_frames_and_windows_are_not_fetched(crawled: Crawled) -> None:
    for name in ("/picture.png", "/style.css", "/opened"):
        assert crawled.server.requests[name] == 0
    assert crawled.server.requests["/app"] == 1
    assert crawled.server.requests["/app.js"] == 1
    assert {"/after-tabs", "/framed", "/after-dialogs"} <= set(crawled.pages)


@needs_browser
def test_robots_txt_holds_for_what_pages_ask(crawled: Crawled) -> None:
    assert crawled.server.requests["/secret/api"] == crawled.server.requests["/secret/code.js"] == 0
    assert scripted(crawled, "/asks-secret") == {}


@needs_browser
def test_nothing_is_written_and_no_file_is_read(crawled: Crawled) -> None:
    assert crawled.server.requests["/written"] == 0
    assert scripted(crawled, "/files") == {"/read-nothing": True}


@needs_browser
def test_bytes_and_requests_are_bounded_and_told(crawled: Crawled) -> None:
    told = crawled.record["javascript"]
    assert told["problems"] == {"too_many_requests": 1, "too_large": 1}
    assert "/after-many" in crawled.pages
    n_many = sum(n for name, n in crawled.server.requests.items() if name.startswith("/many"))
    assert n_many <= MAX_REQUESTS
    assert not crawled.record["is_complete"]


@needs_browser
def test_the_folder_read_again_gives_the_same_rows(crawled: Crawled, tmp_path: Path) -> None:
    [folder] = (crawled.store / "crawls").glob("*/0001")
    words = ["ingest", "crawl", str(folder), "--store", str(tmp_path / "other"), "--format", "json"]
    done = subprocess.run([sys.executable, "-m", "linkshed", *words], capture_output=True,
                          text=True, check=True, timeout=300)  # fmt: skip
    assert json.loads(done.stdout)["links"] == crawled.counts["links"]


@needs_browser
def test_thin_pages_alone_are_rendered_on_request(tmp_path: Path) -> None:
    pages: dict[str, Page] = {
        "/": links(*(f"/{n}" for n in range(6))) + "<script>document.body.innerHTML=''</script>",
        "/0": script("document.querySelector('#app').innerHTML = '<a href=/made>x</a>'"),
        "/made": "made",
    }
    with serving(pages) as server:
        crawled = crawl(server, tmp_path, render="thin", sitemaps=False)
    assert "/made" in crawled.pages
    assert scripted(crawled, "/") == {f"/{n}": None for n in range(6)}
    assert crawled.record["javascript"]["pages"] == 2


def reaching_inside(port: int) -> str:
    at = f"http://127.0.0.2:{port}"
    return script(f"""
        for (const url of ["{at}/fetch", "http://inner.test:{port}/name", "/to-inner",
                           "http://[::ffff:127.0.0.2]:{port}/six", "http://0x7f000002:{port}/hex"])
            fetch(url, {{mode: "no-cors"}}).catch(() => 0);
        new Image().src = "{at}/image";
        navigator.sendBeacon("{at}/beacon", "x");
        new EventSource("{at}/events");
        const code = document.createElement("script"); code.src = "{at}/code.js";
        document.body.append(code);
        const frame = document.createElement("iframe"); frame.src = "{at}/frame";
        document.body.append(frame);
        new WebSocket("ws://127.0.0.2:{port}/socket");
        const link = document.createElement("link"); link.rel = "preconnect"; link.href = "{at}";
        document.head.append(link);
        const peer = new RTCPeerConnection({{iceServers: [
            {{urls: "turn:127.0.0.2:{port}?transport=tcp", username: "a", credential: "b"}}]}});
        peer.createDataChannel("x"); peer.createOffer().then(o => peer.setLocalDescription(o));
        try {{ new Worker(URL.createObjectURL(new Blob(["fetch('{at}/worker')"]))) }} catch (e) {{}}
        document.querySelector("#app").innerHTML = "<a href=/after-all>x</a>";
        setTimeout(() => location.href = "{at}/gone-there", 300);
    """)


@needs_browser
def test_scripts_reach_no_private_address_by_any_way(tmp_path: Path) -> None:
    with listening() as (port, seen), serving({}) as server:
        server.pages = {"/": reaching_inside(port), "/after-all": "after",
                        "/to-inner": moved(f"http://127.0.0.2:{port}/redirected", 302)}  # fmt: skip
        record = outside(server, tmp_path, render="all", render_seconds=60.0, timeout=60.0)
        requests = server.requests
    assert requests["/after-all"] == 1
    assert requests["/to-inner"] == 1
    assert record["javascript"]["pages"] == 2
    assert seen == []


@needs_browser
def test_time_is_bounded_and_a_killed_crawl_leaves_no_browser_and_goes_on(tmp_path: Path) -> None:
    pages: dict[str, Page] = {"/": links("/slow", "/app"), "/app": PAGES["/leads-away"],
                              "/slow": script("while (true) {}"), "/arrived": "there"}  # fmt: skip
    with serving(pages) as server:
        words = ["crawl", server.url(), "--store", str(tmp_path / "store"), "--allow-private",
                 "--delay", "0", "--no-sitemaps", "--look-again-after", "0.2", "--resolve",
                 "site.test=127.0.0.1", "--workers", "1", "--timeout", "5", "--render", "all",
                 "--render-seconds", "2"]  # fmt: skip
        with subprocess.Popen([sys.executable, "-m", "linkshed", *words], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, start_new_session=True) as process:  # fmt: skip
            wait_until(lambda: server.requests["/slow"] > 0)
            browsers = below(process.pid)
            process.kill()
        assert any("chrom" in name for name in browsers.values())
        wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in browsers))
        done = subprocess.run([sys.executable, "-m", "linkshed", *words], capture_output=True,
                              text=True, check=True, timeout=300)  # fmt: skip
    assert "crawled: 4 pages" in done.stdout
    assert "timeout" in done.stdout.partition("scripts run on:")[2]


def below(process: int) -> dict[int, str]:
    """The processes below one, with their names; without those that end meanwhile."""
    found: dict[int, str] = {}
    with suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in map(int, (task / "children").read_text().split()):
                found |= below(child)
                with suppress(FileNotFoundError, ProcessLookupError):
                    found[child] = Path(f"/proc/{child}/comm").read_text()
    return found


def wait_until(holds: Any, seconds: float = 120) -> None:
    done = threading.Event()
    for _ in range(int(seconds * 20)):
        if holds():
            return
        done.wait(0.05)
    raise AssertionError("it did not come about")


def test_without_a_browser_it_says_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    with pytest.raises(MissingExtra, match="apt install chromium"):
        executable()
    with pytest.raises(MissingExtra, match="no browser 'opera'"):
        executable("opera")


@needs_browser
def test_a_browser_that_does_not_start_is_named(tmp_path: Path) -> None:
    with serving({"/": "home"}) as server, pytest.raises(MissingExtra, match="does not start"):
        crawl(server, tmp_path, render="all", browser=shutil.which("true"), sitemaps=False)
    assert not server.requests["/"]


def test_a_mode_that_is_none_is_refused() -> None:
    with pytest.raises(ParameterError, match="never, thin, all"):
        settings_of(["https://a.test/"], {"render": "sometimes"})


def extracted(body: str) -> Any:
    return extract(
        Response("https://a.test/", 200, [("Content-Type", "text/html")], body.encode(), 1)
    )


def test_links_before_and_after_scripts_are_told_apart() -> None:
    before = extracted("<a href=/kept>a</a><a href=/dropped>b</a><a href=/kept>a</a>")
    after = extracted(
        "<title>t</title><a href=/new>n</a><a href=/kept>changed</a><a href=/new>m</a>"
    )
    both = with_scripts(before, after)
    told = zip(both.links["target_url"], both.links["anchor"], both.is_scripted, strict=True)
    assert list(told) == [
        ("https://a.test/new", "n", True),
        ("https://a.test/kept", "changed", False),
        ("https://a.test/new", "m", True),
        ("https://a.test/dropped", "b", False),
    ]
    assert both.links["ordinal"] == [0, 1, 2, 3]
    assert both.page["title"] == "t"
    assert both.page["content_hash"] == before.page["content_hash"]
