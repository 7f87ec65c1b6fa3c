"""Every place that leads elsewhere, as a row: the parsing rules of the model, case by case."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from linkshed.errors import UrlError
from linkshed.extract.links import rel_of
from linkshed.extract.page import extract
from linkshed.extract.response import Extracted, Response
from linkshed.schema import AnchorKind, LinkKind, Placement, Rel
from linkshed.urls.parse import parse_url, resolve

URL = "https://a.com/dir/page.html"


def taken(
    html: str | bytes, *headers: tuple[str, str], status: int = 200, url: str = URL
) -> Extracted:
    body = html.encode() if isinstance(html, str) else html
    given = [("Content-Type", "text/html; charset=utf-8"), *headers]
    return extract(Response(url, status, given, body, 1_700_000_000))


def rows(found: Extracted) -> list[dict[str, Any]]:
    names = list(found.links)
    return [dict(zip(names, row, strict=True)) for row in zip(*found.links.values(), strict=True)]


def only(html: str, *headers: tuple[str, str], **options: Any) -> dict[str, Any]:
    found = rows(taken(html, *headers, **options))
    assert len(found) == 1
    return found[0]


def targets(html: str, *headers: tuple[str, str], **options: Any) -> list[str]:
    return taken(html, *headers, **options).links["target_url"]


def refused(html: str) -> dict[str, int]:
    return {reason: n for reason, _, n in taken(html).refused}


def test_a_link_is_told_whole() -> None:
    html = """<body><div id=main><p>First words.</p><p>Before it <a href="../x?b=1#part" rel="ugc me">
    the <b>words</b></a> after it</p></div>"""
    assert only(html) == {
        "target_url": "https://a.com/x?b=1", "kind": LinkKind.TEXT, "rel": Rel.UGC | Rel.ME,
        "placement": Placement.CONTENT, "anchor": "the words", "anchor_kind": AnchorKind.DESCRIPTIVE,
        "ordinal": 0, "position": 0.5714, "n_block": 1, "alt": None, "context_left": "Before it",
        "context_right": "after it", "path": "#main>p:2>a",
    }  # fmt: skip


def test_contexts_end_with_their_block() -> None:
    html = "<p>one</p><ul><li>two <a href=/a>A</a> three<li>four</ul>"
    row = only(html)
    assert (row["context_left"], row["context_right"]) == ("two", "three")


def test_long_contexts_are_cut_between_words() -> None:
    row = only(f"<p>{'word ' * 60}<a href=/a>A</a>{' more' * 60}</p>")
    assert set(row["context_left"].split()) == {"word"}
    assert set(row["context_right"].split()) == {"more"}
    assert 80 <= len(row["context_left"]) <= 100


@pytest.mark.parametrize("inside", ["<b>one</b> <i>two</i>", "one<br>two", "<b>one</b>\n<!-- -->two",
                                    "<span>one</span> <span>two </span>"])  # fmt: skip
def test_spaces_between_elements_are_words_apart(inside: str) -> None:
    row = only(f"<p>before <a href=/b>{inside}</a> after")
    assert (row["anchor"], row["context_right"]) == ("one two", "after")


def test_the_first_base_with_href_counts() -> None:
    html = "<base target=_top><base href='/else/'><base href='http://no.com/'><a href=x>x</a>"
    assert targets(html) == ["https://a.com/else/x"]
    assert targets("<base href='javascript:1'><a href=x>x</a>") == ["https://a.com/dir/x"]


def test_nothing_is_merged() -> None:
    assert targets("<a href=/b>1</a><a href=/b>2</a><a href=page.html>self</a>") == [
        "https://a.com/b", "https://a.com/b", URL,
    ]  # fmt: skip


def test_what_leads_nowhere_is_counted_by_reason() -> None:
    html = """<a href="#top">t</a><a href="#x">x</a><a href="javascript:go()">j</a>
    <a href="mailto:a@b.c">m</a><a href="tel:1">t</a><a href="">e</a><a>none</a><a name=n>anchor</a>
    <a href="http://[bad">b</a><a href="http://a,b.com/">c</a><span href="/no">s</span>"""
    assert refused(html) == {
        "fragment": 2, "javascript": 1, "bad_scheme": 2, "no_href": 2, "bad_url": 1, "bad_host": 1,
    }  # fmt: skip
    found = taken(html)
    assert found.page["n_refused_links"] == 9
    assert rows(found) == []


def test_images_and_areas() -> None:
    image = only("<a href=/b><img src=i.png alt=' A  cup '></a>")
    assert (image["kind"], image["anchor"], image["alt"]) == (LinkKind.IMAGE, "A cup", "A cup")
    bare = only("<a href=/b><img src=i.png></a>")
    assert (bare["kind"], bare["anchor_kind"], bare["alt"]) == (
        LinkKind.IMAGE,
        AnchorKind.EMPTY,
        None,
    )
    both = only("<a href=/b><img src=i.png alt=cup> words</a>")
    assert (both["kind"], both["anchor"], both["alt"]) == (LinkKind.TEXT, "words", "cup")
    area = only("<map><area href=/b alt=north></map>")
    assert (area["kind"], area["anchor"]) == (LinkKind.AREA, "north")
    label = only("<a href=/b aria-label='Open the cart'><svg><path/></svg></a>")
    assert label["anchor"] == "Open the cart"
    assert only("<a href=/b title='The cart'></a>")["anchor"] == "The cart"


def test_rel_is_split_at_spaces_and_flagged_at_commas() -> None:
    assert rel_of("NoFollow  noopener") == Rel.NOFOLLOW | Rel.NOOPENER
    assert rel_of("nofollow,ugc") == Rel.NOFOLLOW | Rel.UGC | Rel.COMMA
    assert rel_of("unknown") == rel_of("") == 0


HEAD = {
    '<link rel=canonical href="/c">': LinkKind.CANONICAL,
    '<link rel="alternate" hreflang=de href="/c">': LinkKind.HREFLANG,
    '<link rel=alternate type="application/rss+xml" href="/c">': LinkKind.FEED,
    '<link rel=alternate media="print" href="/c">': LinkKind.ALTERNATE,
    '<link rel=amphtml href="/c">': LinkKind.ALTERNATE,
    '<link rel=next href="/c">': LinkKind.NEXT,
    '<link rel=prev href="/c">': LinkKind.PREV,
    '<meta http-equiv=refresh content="0; url=/c">': LinkKind.REFRESH,
    "<meta http-equiv=refresh content=\"5;URL='/c'\">": LinkKind.DELAYED_REFRESH,
    '<body><iframe src="/c"></iframe>': LinkKind.FRAME,
    '<body><form action="/c"></form>': LinkKind.FORM,
}


@pytest.mark.parametrize(("html", "kind"), HEAD.items())
def test_other_kinds_are_typed(html: str, kind: LinkKind) -> None:
    row = only(html)
    assert (row["kind"], row["target_url"]) == (kind, "https://a.com/c")


@pytest.mark.parametrize("html", ["<link rel=stylesheet href=a.css>", "<link rel=icon href=i>",
                                  "<link rel='alternate stylesheet' href=a>", "<img src=i.png>",
                                  "<script src=s.js></script>", "<template><a href=/t>t</a></template>",
                                  "<body><noscript><a href=/n>n</a></noscript>"])  # fmt: skip
def test_resources_and_what_nobody_sees_are_no_links(html: str) -> None:
    assert targets(html) == []


HEADERS = [
    (("Link", '</c>; rel="canonical", </d>; rel=preload'), LinkKind.CANONICAL),
    (("Link", '</c>; rel="alternate"; hreflang="de"'), LinkKind.HREFLANG),
    (("Refresh", "0;url=/c"), LinkKind.REFRESH),
]


@pytest.mark.parametrize(("header", "kind"), HEADERS)
def test_headers_link_too(header: tuple[str, str], kind: LinkKind) -> None:
    row = only("", header)
    assert (row["kind"], row["target_url"]) == (kind, "https://a.com/c")


def test_a_redirect_is_a_link() -> None:
    row = only("", ("Location", "//b.com/x"), status=302)
    assert (row["kind"], row["target_url"]) == (LinkKind.REDIRECT, "https://b.com/x")
    assert targets("", ("Location", "/x"), status=200) == []


def test_hidden_links_say_so() -> None:
    for style in ("style='display: none'", "hidden", "style='VISIBILITY:hidden'"):
        assert only(f"<div {style}><p><a href=/b>x</a></p></div>")["placement"] == Placement.HIDDEN


def test_paths_find_the_link_again() -> None:
    html = "<body><div><ul><li>1</li><li><a href=/1>1</a><a href=/2>2</a></li></ul></div>"
    assert taken(html).links["path"] == ["body>div>ul>li:2>a", "body>div>ul>li:2>a:2"]


def test_paths_are_short_however_deep_the_link() -> None:
    deep = only("<div>" * 3_000 + "<p>1<p><a href=/b>x</a>")
    assert deep["path"] == "div>div>div>p:2>a"
    named = only("<main id=m>" + "<div>" * 3 + "<a href=/b>x</a>")
    assert named["path"] == "#m>div>div>div>a"
    assert only("<div><main id='m>n'><p><b><i><a id=a href=/b>x</a>")["path"] == "#a"
    assert only("<main id='m>n>o>p>q'><a href=/b>x</a>")["path"] == "n>o>p>q>a"


class Listing(HTMLParser):
    """An independent reading: every href of a and area."""

    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.base: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("a", "area") and given.get("href"):
            self.hrefs.append((given["href"] or "").strip())
        elif tag == "base" and self.base is None and given.get("href"):
            self.base = given["href"]


def resolved(base: str, href: str) -> str | None:
    try:
        return resolve(base, href) if href and href[0] != "#" else None
    except UrlError:
        return None


def test_real_pages_agree_with_another_parser(shared_data: Path) -> None:
    n_same = n_pages = 0
    with (shared_data / "archives" / "example.warc.gz").open("rb") as stream:
        for record in ArchiveIterator(stream):
            kind = record.http_headers and record.http_headers.get_header("Content-Type")
            if record.rec_type != "response" or "html" not in (kind or ""):
                continue
            body = record.content_stream().read()
            url = parse_url(record.rec_headers.get_header("WARC-Target-URI"))
            found = taken(body, url=url)
            clickable = {t for t, k in zip(found.links["target_url"], found.links["kind"], strict=True)
                         if k <= LinkKind.AREA}  # fmt: skip
            listing = Listing()
            listing.feed(body.decode("utf-8", "replace"))
            base = resolved(url, listing.base) if listing.base else url
            expected = {t for h in listing.hrefs if (t := resolved(base or url, h))}
            n_pages += 1
            n_same += clickable == expected
    assert n_pages > 100
    assert n_same >= 0.97 * n_pages
