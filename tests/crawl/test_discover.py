"""The crawl follows the links that the report will show: two readings of the same pages agree."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkshed.extract.page import extract
from linkshed.extract.response import Response
from linkshed.ingest.crawl.discover import Answer, addresses
from linkshed.schema import LinkKind

URL = "https://example.com/folder/page"
HTML = [("Content-Type", "text/html; charset=utf-8")]
NOT_FOLLOWED = (LinkKind.FORM, LinkKind.FEED)
REAL_PAGES = sorted(path for path in Path("/usr/share/doc").rglob("*.htm*") if path.is_file())[::7]


def followed(status: int, headers: list[tuple[str, str]], body: bytes) -> set[str]:
    return {found.url for found in addresses(Answer(URL, status, headers, body))} - {URL}


def reported(status: int, headers: list[tuple[str, str]], body: bytes) -> set[str]:
    links = extract(Response(URL, status, headers, body)).links
    pairs = zip(links["target_url"], links["kind"], strict=True)
    return {target for target, kind in pairs if kind not in NOT_FOLLOWED} - {URL}


PAGES = {
    "words": "<a href=/a>a</a><area href=b><a>none</a><a href=''>x</a><a href='#f'>f</a>",
    "base": "<base href=/other/><a href=a>a</a><base href=/no/>",
    "broken base": "<base href='http://['><a href=a>a</a>",
    "head": "<link rel=canonical href=/c><link rel='alternate' hreflang=de href=/de>"
    "<link rel=stylesheet href=/s.css><link rel=next href=/2><link rel=icon href=/i.png>",
    "feed": "<link rel=alternate type=application/rss+xml href=/feed><form action=/search>",
    "frames": "<iframe src=/frame></iframe><frameset><frame src=/f2></frameset>",
    "refresh": "<meta http-equiv=Refresh content='3; URL=/later'><meta name=x content='0;url=/n'>",
    "silent": "<noscript><a href=/n>n</a></noscript><template><a href=/t>t</a></template>"
    "<svg><a href=/s>s</a></svg><textarea><a href=/x>x</a></textarea><select><a href=/o>",
    "comment": "<!-- <a href=/no>no</a> --><script>'<a href=/no>'</script><a href=/yes>yes</a>",
    "schemes": "<a href='mailto:x@y.z'>m</a><a href='javascript:f()'>j</a><a href='//b.com/x'>b</a>",
    "spaces": "<a href=' /a b \n'>x</a><a href='\thttps://EXAMPLE.com/A%7e'>y</a>",
    "nested": "<a href=/1><a href=/2><table><a href=/3><tr><td><a href=/4>",
    "deep": "<div>" * 6_000 + "<a href=/deep>x</a>",
    "entities": "<a href='/a?x=1&amp;y=2&copy=3'>x</a>",
}


@pytest.mark.parametrize("name", PAGES)
def test_both_readings_agree_on(name: str) -> None:
    body = PAGES[name].encode()
    assert followed(200, HTML, body) == reported(200, HTML, body)


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (301, [("Location", "/to")]),
        (302, [("location", "../to?x")]),
        (200, [("Location", "/ignored")]),
        (200, [("Link", '</c>; rel="canonical", </s.css>; rel=preload, </p>; rel=prev')]),
        (200, [("Refresh", "0; url=/r")]),
        (404, []),
    ],
)
def test_headers_lead_where_rows_say(status: int, headers: list[tuple[str, str]]) -> None:
    body = b"<a href=/a>a</a>"
    assert followed(status, HTML + headers, body) == reported(status, HTML + headers, body)


@pytest.mark.parametrize("media", ["text/html", "text/plain", "application/json", "", "text/xml"])
def test_what_counts_as_markup_is_the_same(media: str) -> None:
    headers = [("Content-Type", media)]
    for body in (
        b"<html><a href=/a>a</a>",
        b"plain <b>",
        b"\0<a href=/a>a</a>",
        b"<?xml?><a href=/a/>",
    ):
        assert followed(200, headers, body) == reported(200, headers, body)


@given(st.text(alphabet="<>/a bhref=\"'#?&;!-ifmtx\n", max_size=120))
def test_both_agree_on_any_tag_soup(text: str) -> None:
    body = text.encode()
    assert followed(200, HTML, body) == reported(200, HTML, body)


@given(st.binary(max_size=200))
def test_it_never_fails(body: bytes) -> None:
    addresses(Answer(URL, 200, [("Content-Type", "text/html")], body))


@pytest.mark.skipif(not REAL_PAGES, reason="no HTML below /usr/share/doc")
def test_both_agree_on_real_pages() -> None:
    differ = [path for path in REAL_PAGES[:150]
              if followed(200, HTML, path.read_bytes()) != reported(200, HTML, path.read_bytes())]  # fmt: skip
    assert differ == []


def test_nofollow_counts_only_where_every_link_says_so() -> None:
    body = b"<a rel=nofollow href=/a>1</a><a href=/a>2</a><a rel='ugc,NoFollow' href=/b>3</a>"
    found = {
        address.url[-2:]: address.is_nofollow for address in addresses(Answer(URL, 200, HTML, body))
    }
    assert found == {"/a": False, "/b": True}
    meta = b"<meta name=robots content='index, nofollow'><a href=/a>1</a>"
    assert all(address.is_nofollow for address in addresses(Answer(URL, 200, HTML, meta)))
