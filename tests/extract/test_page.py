"""Page facts, encodings, and pages made to break a reader."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkshed.extract.anchors import anchor_kind
from linkshed.extract.dates import seconds_of
from linkshed.extract.document import MAX_DEPTH
from linkshed.extract.encoding import decode
from linkshed.extract.indexability import robots_of
from linkshed.extract.page import MAX_BODY_BYTES, extract
from linkshed.extract.response import Extracted, Response
from linkshed.extract.rows import add_to
from linkshed.extract.sketch import sketch
from linkshed.extract.words import count_words
from linkshed.ingest.reader import Batch
from linkshed.schema import AnchorKind, Canonical, Indexability


def taken(body: str | bytes, *headers: tuple[str, str], status: int = 200, kind: str = "text/html"
          ) -> Extracted:  # fmt: skip
    raw = body.encode() if isinstance(body, str) else body
    return extract(Response("https://a.com/", status, [("Content-Type", kind), *headers], raw, 5))


def page(body: str | bytes, *headers: tuple[str, str], **options: Any) -> dict[str, Any]:
    return taken(body, *headers, **options).page


def test_facts_of_a_page() -> None:
    html = """<!doctype html><html lang=de-AT><head><title> Tee &amp;
    Kuchen </title><meta name=author content="Mei Lindqvist">
    <meta property="article:published_time" content="2026-01-02T03:04:05Z">
    <meta property="article:modified_time" content="2026-02-01"></head>
    <body><main><p>Ein Satz mit sechs guten Worten, der lang genug ist.</p></main></body></html>"""
    found = page(html, ("Last-Modified", "Tue, 03 Mar 2026 00:00:00 GMT"))
    assert found["title"] == "Tee & Kuchen"
    assert found["language"] == "de-AT"
    assert found["author"] == "Mei Lindqvist"
    assert found["published_at"] == seconds_of("2026-01-02T03:04:05+00:00") == 1_767_323_045
    assert found["modified_at"] == seconds_of("2026-02-01")
    assert found["n_words"] == 10
    assert found["text"] == "Ein Satz mit sechs guten Worten, der lang genug ist."
    assert found["indexability"] == Indexability.INDEXABLE
    assert found["encoding"] == "utf-8"
    assert (found["status"], found["fetched_at"], found["size_bytes"]) == (
        200,
        5,
        len(html.encode()),
    )
    assert len(found["content_hash"]) == 32


def test_structured_data_names_author_and_dates() -> None:
    html = """<script type="application/ld+json">{"@graph": [{"@type": "Article", "author":
    [{"name": "A. Writer"}], "datePublished": "2025-05-05", "dateModified": "2025-06-06"}]}</script>
    <script type="application/ld+json">{broken</script>"""
    found = page(html)
    assert found["author"] == "A. Writer"
    assert found["published_at"] == seconds_of("2025-05-05")
    assert found["modified_at"] == seconds_of("2025-06-06")


ENCODINGS = {
    "mark": ("\ufeffé".encode(), "text/html", "utf-8", "é"),
    "wide mark": ("\ufeffé".encode("utf-16"), "text/html; charset=iso-8859-1", "utf-16-le", "é"),
    "header": ("é".encode("cp1251", "replace"), "text/html; charset=windows-1251", "cp1251", "?"),
    "latin1 is windows": (b"\x93x\x94", "text/html; charset=ISO-8859-1", "windows-1252", "“x”"),
    "meta": (b'<meta charset="shift_jis">\x93\xfa', "text/html", "cp932", "日"),
    "http-equiv": (b'<meta http-equiv=x content="text/html; charset=gb2312">\xd6\xd0', "", "gb18030", "中"),
    "xml": (b'<?xml version="1.0" encoding="koi8-r"?>\xcd', "", "koi8-r", "м"),
    "valid utf-8": ("茶".encode(), "text/html", "utf-8", "茶"),
    "neither": (b"caf\xe9", "text/html", "windows-1252", "café"),
    "unknown label": (b"caf\xe9", "text/html; charset=klingon", "windows-1252", "café"),
    "lying utf-8": (b"caf\xe9", "text/html; charset=utf-8", "utf-8", "caf\ufffd"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "kind", "encoding", "words"), ENCODINGS.values(), ids=ENCODINGS)
def test_bytes_become_text(body: bytes, kind: str, encoding: str, words: str) -> None:
    text, used = decode(body, kind)
    assert used == encoding
    assert text.endswith(words)


INDEXABILITY = [
    ({"status": 404}, Indexability.CLIENT_ERROR),
    ({"status": 429}, Indexability.SERVER_ERROR),
    ({"status": 503}, Indexability.SERVER_ERROR),
    ({"status": 308}, Indexability.REDIRECTED),
    ({"status": 204, "body": ""}, Indexability.EMPTY),
    ({"body": ""}, Indexability.EMPTY),
    ({"body": "<meta name=robots content='index, NoIndex'>x"}, Indexability.NOINDEX_META),
    ({"body": "<meta name=googlebot content=none>x"}, Indexability.NOINDEX_META),
    ({"body": "<meta name=otherbot content=noindex>x"}, Indexability.INDEXABLE),
    ({"header": "noindex, nofollow"}, Indexability.NOINDEX_HEADER),
    ({"header": "googlebot: noindex"}, Indexability.NOINDEX_HEADER),
    ({"header": "otherbot: noindex"}, Indexability.INDEXABLE),
    ({"header": "unavailable_after: 25 Jun 2030 15:00:00 PST"}, Indexability.INDEXABLE),
    ({"body": "<meta http-equiv=refresh content='0;url=/b'>"}, Indexability.REFRESHED),
    ({"body": "<meta http-equiv=refresh content='0;url=/'>x"}, Indexability.INDEXABLE),
    ({"body": "<meta http-equiv=refresh content='9;url=/b'>x"}, Indexability.INDEXABLE),
    ({"body": "<title>404 - Page not found</title><h1>Sorry</h1>"}, Indexability.NOT_FOUND_TEXT),
    ({"body": f"<title>Not found: a novel</title>{'word ' * 300}"}, Indexability.INDEXABLE),
    ({"body": f"<title>Nicht gefunden</title><h1>Seite nicht gefunden</h1>{'a ' * 300}"},
     Indexability.NOT_FOUND_TEXT),
]  # fmt: skip


@pytest.mark.parametrize(("case", "verdict"), INDEXABILITY, ids=str)
def test_indexability_gives_the_reason(case: dict[str, Any], verdict: Indexability) -> None:
    headers = [("X-Robots-Tag", case["header"])] if "header" in case else []
    found = page(case.get("body", "words"), *headers, status=case.get("status", 200))
    assert found["indexability"] == verdict


def test_the_more_restrictive_rule_wins() -> None:
    robots = robots_of([("robots", "index,follow"), ("ROBOTS", " NOFOLLOW ")], ["all"])
    assert (robots.noindex_meta, robots.nofollow) == (False, True)


CANONICALS = {
    "<link rel=canonical href=/a>": Canonical.NONE,
    "<link rel=canonical href=/a><link rel=canonical href=/a>": Canonical.NONE,
    "<link rel=canonical href=/a><link rel=canonical href=/b>": Canonical.SEVERAL,
    "<link rel=canonical href='http://[x'>": Canonical.MALFORMED,
}


@pytest.mark.parametrize(("html", "issue"), CANONICALS.items())
def test_canonical_issues_are_noted(html: str, issue: Canonical) -> None:
    assert page(html)["canonical_issue"] == issue


def test_types_that_lie() -> None:
    html = "<!doctype html><title>t</title><a href=/x>x</a>"
    for kind in ("text/plain", "application/xml", "", "application/xhtml+xml"):
        assert len(taken(html, kind=kind).links["kind"]) == 1
    assert taken("just words < a href=x", kind="text/plain").links["kind"] == []
    binary = taken(b"\x89PNG\r\n\0\0<a href=/x>x</a>", kind="text/html")
    assert binary.links["kind"] == []
    assert page(b"%PDF-1.7", kind="application/pdf")["indexability"] == Indexability.INDEXABLE


@pytest.mark.parametrize("piece", ["<div>", "<p><b>", "<table><tr><td>", "<a href=x>", "<font>",
                                   "<a href=/x>y</a>", "&amp;", "</div>", "<!-- ", "<ul><li>"])  # fmt: skip
def test_pages_made_to_break_a_reader_are_read_in_time(piece: str) -> None:
    started = time.monotonic()
    found = taken(piece * 100_000 + "<a href=/end>end</a>")
    assert time.monotonic() - started < 20
    assert len({len(column) for column in found.links.values()}) == 1


def test_a_cut_page_says_so() -> None:
    deep = taken("<div>" * (MAX_DEPTH + 10) + "<a href=/x>x</a>")
    assert "too_large" in {reason for reason, _, _ in deep.refused}
    big = taken(b"<a href=/x>x</a>" + b" " * MAX_BODY_BYTES + b"<a href=/y>y</a>")
    assert big.links["target_url"] == ["https://a.com/x"]
    assert "too_large" in {reason for reason, _, _ in big.refused}


def test_words_of_many_scripts() -> None:
    assert count_words("one two  three") == 3
    assert count_words("お茶 is tea") == 4
    assert count_words("") == 0


ANCHORS = {
    "": AnchorKind.EMPTY, "  ": AnchorKind.EMPTY, "»": AnchorKind.GENERIC, "2": AnchorKind.GENERIC,
    "Click here!": AnchorKind.GENERIC, "weiterlesen …": AnchorKind.GENERIC,
    "подробнее": AnchorKind.GENERIC, "こちら": AnchorKind.GENERIC, "اقرأ المزيد": AnchorKind.GENERIC,
    "example.com": AnchorKind.NAKED_URL, "https://a.b/c?d": AnchorKind.NAKED_URL,
    "www.example.co.uk/x": AnchorKind.NAKED_URL, "Node.js": AnchorKind.NAKED_URL,
    "best oolong tea": AnchorKind.DESCRIPTIVE, "here is how": AnchorKind.DESCRIPTIVE,
}  # fmt: skip


@pytest.mark.parametrize(("words", "kind"), ANCHORS.items())
def test_anchor_kinds(words: str, kind: AnchorKind) -> None:
    assert anchor_kind(words) == kind


DATES = {
    "2026-01-02": 1_767_312_000, "2026-01-02T00:00:00+01:00": 1_767_308_400,
    "Fri, 02 Jan 2026 00:00:00 GMT": 1_767_312_000, "2026-1-2 nonsense": 1_767_312_000,
    "": None, "soon": None, "1066-10-14": None, "9999-99-99": None, "x" * 100: None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "seconds"), DATES.items())
def test_dates(text: str, seconds: int | None) -> None:
    assert seconds_of(text) == seconds


def test_alike_texts_have_alike_sketches() -> None:
    text = " ".join(f"word{i}" for i in range(200))
    changed = text.replace("word7 ", "other ")
    different = " ".join(f"else{i}" for i in range(200))
    one, near, far = sketch(text), sketch(changed), sketch(different)
    assert None not in (one, near, far)
    assert (one ^ near).bit_count() < 10 < (one ^ far).bit_count()
    assert sketch("") is None


def test_rows_are_added_to_a_batch_with_counts() -> None:
    batch = Batch()
    add_to(batch, taken("<a href=/x>x</a><a href='#y'>y</a><a href='#z'>z</a>"), 5, "in.warc")
    assert batch.n_links == 3
    assert batch.refused_links == {"fragment": 2}
    assert batch.links["source_url"] == ["https://a.com/"]
    assert batch.links["last_verified"] == [5]
    assert {len(column) for column in batch.links.values()} == {1}


def test_a_processing_instruction_says_nothing() -> None:
    found = taken("<body><p>one <?php echo 1 ?>two <a href=/b>three</a>")
    assert (found.page["text"], found.links["path"]) == ("one two three", ["body>p>a"])


TAGS = ["<a href=", "</a>", "<p>", "<div hidden>", "</div>", '"', "'", ">", "#", "/x", "<table>", "<td>",
        "<script>", "</script>", "<!--", "-->", "<base href=//b.com/>", "<meta http-equiv=refresh content=",
        "0;url=", "javascript:", "<svg>", "\0", "&#x", "<title>", "<link rel=canonical href=", "<?pi?>"]  # fmt: skip


@given(st.lists(st.sampled_from(TAGS) | st.text(max_size=5), max_size=40).map("".join))
@settings(max_examples=150, deadline=None)
def test_tag_soup_never_breaks_it(html: str) -> None:
    check(taken(html.encode("utf-8", "replace")))


@given(st.binary(max_size=300), st.sampled_from(["text/html", "", "text/plain; charset=utf-16"]))
@settings(max_examples=100, deadline=None)
def test_random_bytes_never_break_it(body: bytes, kind: str) -> None:
    check(taken(body, kind=kind))


def check(found: Extracted) -> None:
    assert len({len(column) for column in found.links.values()}) == 1
    assert found.page["n_refused_links"] == sum(n for _, _, n in found.refused)
    assert found.links["ordinal"] == list(range(len(found.links["ordinal"])))
