"""robots.txt by RFC 9309: one crawl of many hosts, each with a robots.txt of another kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from crawling import Crawled, crawl
from hostile import Page, links, moved, serving

from linkshed.ingest.crawl.robots import MAX_BYTES, rules_of
from linkshed.schema import Unseen

AGENT = "linkshed/0.1.0"
TEXT = {"Content-Type": "text/plain"}
DENY = b"User-agent: *\nDisallow: /no\n"


def robots(body: bytes, status: int = 200) -> Page:
    return (status, TEXT, body)


KINDS: dict[str, dict[str, Page]] = {
    "rules.test": {"/robots.txt": robots(DENY)},
    "missing.test": {},
    "forbidden.test": {"/robots.txt": robots(DENY, 403)},
    "down.test": {"/robots.txt": robots(DENY, 503)},
    "asked-too-much.test": {"/robots.txt": robots(DENY, 429)},
    "hangs-up.test": {"/robots.txt": lambda h: h.raw(b"")},
    "recovers.test": {},
    "moved.test": {
        "/robots.txt": moved("/hop/1"),
        **{f"/hop/{n}": moved(f"/hop/{n + 1}") for n in range(1, 5)},
        "/hop/5": robots(DENY),
    },
    "moved-too-often.test": {
        "/robots.txt": moved("/hop/1"),
        **{f"/hop/{n}": moved(f"/hop/{n + 1}") for n in range(1, 9)},
    },
    "named.test": {
        "/robots.txt": robots(b"User-agent: *\nDisallow: /\n\nUser-agent: Linkshed\nDisallow: /no")
    },
    "html.test": {"/robots.txt": "<h1>welcome</h1>Disallow: /no"},
}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    pages: dict[str, Page] = {}
    for host, own in KINDS.items():
        pages |= {f"{host}/": links("/yes", "/no"), f"{host}/yes": "yes", f"{host}/no": "no"}
        pages |= {host + path: page for path, page in own.items()}
    answers = iter([robots(b"", 500), robots(DENY), robots(DENY)])
    pages["recovers.test/robots.txt"] = lambda handler: next(answers)
    with serving(pages) as server:
        starts = [server.url("/", host) for host in KINDS]
        yield crawl(server, tmp_path_factory.mktemp("robots"), *starts, sitemaps=False)


@pytest.mark.parametrize("host", ["rules.test", "moved.test", "named.test", "recovers.test"])
def test_rules_are_obeyed(host: str, crawled: Crawled) -> None:
    assert f"{host}/yes" in crawled.pages
    assert f"{host}/no" not in crawled.pages
    assert crawled.server.requests[f"{host}/no"] == 0


@pytest.mark.parametrize(
    "host", ["missing.test", "forbidden.test", "moved-too-often.test", "html.test"]
)
def test_without_a_file_everything_is_allowed(host: str, crawled: Crawled) -> None:
    assert {f"{host}/", f"{host}/yes", f"{host}/no"} <= set(crawled.pages)


@pytest.mark.parametrize("host", ["down.test", "asked-too-much.test", "hangs-up.test"])
def test_a_file_that_cannot_be_read_forbids_everything(host: str, crawled: Crawled) -> None:
    assert crawled.server.requests[f"{host}/robots.txt"] >= 2
    assert crawled.server.requests[f"{host}/"] == 0
    assert not any(page.startswith(host) for page in crawled.pages)


def test_what_robots_txt_hid_is_counted_by_reason(crawled: Crawled) -> None:
    assert crawled.record["unseen"]["robots"] == 4
    assert crawled.record["unseen"]["robots_unreachable"] == 2
    assert crawled.record["unseen"]["connection"] == 1
    outcomes = {crawled.short(f"{r['origin']}/"): r["outcome"] for r in crawled.record["robots"]}
    assert outcomes["down.test/"] == "unreachable"
    assert outcomes["moved.test/"] == "rules"
    assert outcomes["missing.test/"] == "none"


def test_only_the_first_500_kib_count() -> None:
    padding = b"#" * (MAX_BYTES - 40) + b"\n"
    rules = rules_of(200, b"User-agent: *\n" + padding + b"Disallow: /near\nDisallow: /no\n", AGENT)
    assert rules.reason_against("https://a.test/no", AGENT) is None
    whole = rules_of(200, b"User-agent: *\nDisallow: /no\n" + padding, AGENT)
    assert whole.reason_against("https://a.test/no", AGENT) is Unseen.ROBOTS


@pytest.mark.parametrize(
    ("body", "allowed", "forbidden"),
    [
        (b"User-agent: *\nDisallow: /a\nAllow: /a/b\n", "/a/b/c", "/a/c"),
        (b"User-agent: *\nDisallow: /*.pdf$\n", "/x.pdf?y", "/x.pdf"),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /a\n", "/b", "/a"),
        (b"USER-AGENT: *\r\nDISALLOW: /a # why\r\n", "/A", "/a"),
        (b"User-agent: other\nDisallow: /\n\nUser-agent: *\nDisallow: /a\n", "/b", "/a"),
        (b"User-agent: linkshed\nUser-agent: x\nDisallow: /a\n", "/b", "/a"),
        ("User-agent: *\nDisallow: /grün\n".encode(), "/gr%C3%BC", "/gr%C3%BCn"),
        (b"User-agent: *\nDisallow: /a%3Cd.html\n", "/a", "/a%3Cd.html"),
    ],
)
def test_cases_of_the_standard(body: bytes, allowed: str, forbidden: str) -> None:
    rules = rules_of(200, body, AGENT)
    assert rules.reason_against(f"https://a.test{allowed}", AGENT) is None
    assert rules.reason_against(f"https://a.test{forbidden}", AGENT) is Unseen.ROBOTS


def test_delays_and_sitemaps_are_read() -> None:
    body = b"User-agent: *\nCrawl-delay: 2.5\nSitemap: https://a.test/s.xml\n"
    rules = rules_of(200, body, AGENT)
    assert (rules.delay, rules.sitemaps) == (2.5, ["https://a.test/s.xml"])
