"""Sitemaps of every kind, whole and broken."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkshed.extract import sitemap as sitemaps
from linkshed.extract.sitemap import read_sitemap

URL = "https://example.com/sitemap.xml"
A, B = "https://example.com/a", "https://example.com/b"
XML = f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>{A}</loc></url><url><loc> {B}\n</loc></url></urlset>"


@pytest.mark.parametrize(
    "text",
    [
        XML,
        f'<?xml version="1.0"?>{XML}',
        XML.replace("<loc>", "<loc><![CDATA[").replace("</loc>", "]]></loc>"),
        XML.replace("<url>", "<s:url>").replace("loc>", "s:loc>"),
        XML.replace("<url>", "<!-- <loc>https://example.com/c</loc> --><url>"),
        XML.replace("</url>", "<image:image><image:loc>https://e.com/i.png</image:loc></image:image></url>"),
        f"{A}\n\n  {B}  \r\n",
        f"<rss version='2.0'><channel><item><link>{A}</link></item><item><link>{B}</link></item></channel></rss>",
        f"<feed xmlns='http://www.w3.org/2005/Atom'><link rel='self' href='{URL}'/><entry><link href='{A}'/></entry><entry><link rel=\"alternate\" href=\"{B}\"/></entry></feed>",
        XML.replace("https://example.com", ""),
    ],
    ids="plain declared cdata prefixed commented images text rss atom relative".split(),
)  # fmt: skip
def test_every_kind_gives_its_pages(text: str) -> None:
    for body in (text.encode(), gzip.compress(text.encode()), text.encode("utf-8-sig")):
        found = read_sitemap(URL, body)
        assert (found.pages, found.children, found.n_bad, found.problem) == ([A, B], [], 0, "")


def test_an_index_gives_sitemaps() -> None:
    body = f"<sitemapindex><sitemap><loc>{A}?x=1&amp;y=2</loc></sitemap></sitemapindex>"
    found = read_sitemap(URL, body.encode())
    assert (found.pages, found.children) == ([], [f"{A}?x=1&y=2"])


def test_entries_that_are_no_address_are_counted() -> None:
    found = read_sitemap(URL, XML.replace(A, "http://exa mple").encode())
    assert (found.pages, found.n_bad) == ([B], 1)


def test_an_error_page_is_no_sitemap() -> None:
    assert read_sitemap(URL, b"<html><body>not found</body></html>").problem == "no_sitemap"
    assert read_sitemap(URL, b"\x1f\x8bnot gzip at all").problem == "damaged_gzip"


def test_a_file_cut_short_gives_what_stands_before_the_cut() -> None:
    whole = gzip.compress((XML * 50).encode())
    assert read_sitemap(URL, whole[: len(whole) // 2]).problem == ""
    assert read_sitemap(URL, XML[: XML.index(B)].encode()).pages == [A]


def test_a_gzip_bomb_and_an_entity_bomb_stay_small() -> None:
    bomb = gzip.compress(XML.encode() + bytes(sitemaps.MAX_BYTES * 2))
    assert read_sitemap(URL, bomb).pages == [A, B]
    entities = "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]>" + XML.replace(A, A + "&b;")
    assert all(len(page) < 100 for page in read_sitemap(URL, entities.encode()).pages)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_it_never_fails(body: bytes) -> None:
    read_sitemap(URL, body)
    read_sitemap(URL, b"<urlset>" + body)
    read_sitemap(URL, b"\x1f\x8b" + body)
