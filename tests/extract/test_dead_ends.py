"""Places that look like links and lead nowhere."""

from __future__ import annotations

import pytest

from linkshed.extract.deadends import MAX_DEAD_ENDS
from linkshed.extract.page import extract
from linkshed.extract.response import Response
from linkshed.schema import DeadEnd, LinkKind


def found(body: str) -> list[tuple[str, str | None, str]]:
    """Reason, address and words of each dead end."""
    response = Response("https://a.example/x/", 200, [("Content-Type", "text/html")], body.encode())
    columns = extract(response).dead_ends
    rows = zip(columns["reason"], columns["href"], columns["anchor"], strict=True)
    return [(DeadEnd(reason).name.lower(), href, words) for reason, href, words in rows]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<a href='javascript:go()'>Go</a>", ("script", "javascript:go()", "Go")),
        ("<a>Nowhere</a>", ("no_href", None, "Nowhere")),
        ("<a href=' '>Nowhere</a>", ("no_href", None, "Nowhere")),
        ("<a id=x onclick='go()'>Go</a>", ("onclick", None, "Go")),
        ("<a href='#' onclick='go()'>Go</a>", ("onclick", "#", "Go")),
        (
            "<div onclick=\"location.href = '/b'\">Go</div>",
            ("onclick", "location.href = '/b'", "Go"),
        ),
        ("<a href='#nowhere'>Down</a>", ("fragment", "#nowhere", "Down")),
        ("<a href='#/route'>Down</a>", ("fragment", "#/route", "Down")),
        ("<a href='file:///c:/x'>File</a>", ("scheme", "file:///c:/x", "File")),
        ("<a href='http://'>Bad</a>", ("malformed", "http://", "Bad")),
        ("<a href='http://a b/'>Bad</a>", ("malformed", "http://a b/", "Bad")),
        ("<a href='javascript:x'><img alt='Cart'></a>", ("script", "javascript:x", "Cart")),
    ],
)
def test_each_kind_is_told(body: str, expected: tuple[str, str | None, str]) -> None:
    assert found(f"<body><p>text {body}</body>") == [expected]


@pytest.mark.parametrize(
    "body",
    [
        "<a href='/b'>B</a>", "<a name=x></a>", "<a href='#'>Up</a>", "<a href='#TOP'>Up</a>",
        "<a href='#x'>Down</a><p id=x>Here", "<a href='#x'>Down</a><a name=\"x\"></a>",
        "<a href='#x%20y'>Down</a><b id='x y'>Here</b>", "<a href='#:~:text=a'>Down</a>",
        "<a href='mailto:a@b.example'>Write</a>", "<a href='tel:+1'>Call</a>",
        "<a role=button onclick='open()'>Menu</a>", "<a href='javascript:;' aria-expanded=false>Menu</a>",
        "<div onclick='show()'>More</div>", "<button onclick='show()'>More</button>",
    ],
)  # fmt: skip
def test_what_readers_can_use_is_none(body: str) -> None:
    assert found(f"<body><p>text {body}</body>") == []


def test_a_page_full_of_them_is_bounded_and_all_are_counted() -> None:
    body = "<a href='javascript:x'>Go</a>" * (MAX_DEAD_ENDS + 50)
    assert len(found(body)) == MAX_DEAD_ENDS
    response = Response("https://a.example/", 200, [("Content-Type", "text/html")], body.encode())
    assert extract(response).page["n_refused_links"] == MAX_DEAD_ENDS + 50


def test_an_hreflang_link_keeps_its_code() -> None:
    head = "<link rel=alternate hreflang=' de-AT ' href='/at'><link rel=next href='/2'>"
    headers = [("Content-Type", "text/html"), ("Link", '</fr>; rel="alternate"; hreflang="fr"')]
    links = extract(Response("https://a.example/", 200, headers, head.encode())).links
    codes = dict(zip(links["target_url"], links["anchor"], strict=True))
    assert codes == {
        "https://a.example/fr": "fr",
        "https://a.example/at": "de-AT",
        "https://a.example/2": "",
    }
    assert links["kind"].count(LinkKind.HREFLANG) == 2
