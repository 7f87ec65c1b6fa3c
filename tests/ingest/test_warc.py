"""The archive reader on real archives, many of them damaged or odd, and on single records."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from archives import HTML, arc, http, warc, written
from folder_sink import FolderSink
from warcio.archiveiterator import ArchiveIterator

from linkshed.ingest import warc as reader
from linkshed.ingest.reader import Batch, Item
from linkshed.ingest.run import run
from linkshed.ingest.warc.capture import to_seconds

EDGE, PYWB = "warcio-edgecases/test/data/", "pywb-sample/warcs/"

REAL: dict[str, tuple[int, int, int, dict[str, int]]] = {
    # file: records, pages, revisits among them, refused records by reason.
    # Where no note is given, an independent reader (warcio) finds the same records, see below.
    "example.arc.gz": (300, 261, 0, {"not_a_response": 1, "not_http": 38}),
    "example.warc.gz": (822, 261, 0, {"not_a_response": 523, "not_http": 38}),
    "example.txt.warc.gz": (6, 2, 0, {"not_a_response": 4}),
    # 5 revisits, of which none is a redirect; the 10 responses hold one 301.
    "issue-493.warc": (32, 15, 5, {"not_a_response": 17}),
    "issue-514.warc": (8, 2, 0, {"not_a_response": 4, "not_http": 2}),
    "whirlwind.warc.gz": (4, 1, 0, {"not_a_response": 3}),
    "whirlwind.warc.wat.gz": (2, 0, 0, {"not_a_response": 2}),
    # One gzip member for the whole file, written by hand: a "null" date and three lengths that
    # are too long, one of which (680) runs into the next head.
    "badexample.arc.gz": (
        6, 1, 0, {"not_a_response": 1, "not_http": 1, "damaged": 1, "truncated": 2},
    ),
    # Four heads: three state "-1" or "abc" as length, the fourth one byte of no HTTP.
    PYWB + "bad.arc": (4, 0, 0, {"bad_http": 1, "damaged": 3}),
    EDGE + "bad.arc": (4, 0, 0, {"bad_http": 1, "damaged": 3}),
    # 12 captures, 9 of them revisits.
    PYWB + "dupes.warc.gz": (25, 12, 9, {"not_a_response": 13}),
    # One gzip member for the whole file, which warcio does not read: 1 response, 2 revisits, of
    # which one is a redirect with its head and so stands for itself.
    PYWB + "example-bad.warc.gz.bad": (6, 3, 1, {"not_a_response": 3}),
    # One of the two responses begins "HTTPX/1.1".
    PYWB + "example-extra.warc": (6, 3, 2, {"not_a_response": 2, "bad_http": 1}),
    PYWB + "example-url-agnostic-orig.warc.gz": (2, 1, 0, {"not_a_response": 1}),
    PYWB + "example-url-agnostic-revisit.warc.gz": (2, 1, 1, {"not_a_response": 1}),
    PYWB + "example-wget-1-14.warc.gz": (6, 1, 0, {"not_a_response": 2, "not_http": 3}),
    PYWB + "example-wpull.warc.gz": (4, 1, 0, {"not_a_response": 2, "not_http": 1}),
    PYWB + "example.arc": (2, 1, 0, {"not_a_response": 1}),
    PYWB + "example.arc.gz": (2, 1, 0, {"not_a_response": 1}),
    # The request at byte 4061 states 320 bytes and has more: no record begins behind them.
    PYWB + "example.warc": (6, 3, 1, {"not_a_response": 2, "damaged": 1}),
    PYWB + "example.warc.gz": (6, 3, 1, {"not_a_response": 3}),
    PYWB + "example2.warc.gz": (3, 1, 0, {"not_a_response": 2}),
    PYWB + "httpbin-resource.warc.gz": (1, 1, 0, {}),
    # 48 responses and 123 revisits.
    PYWB + "iana.warc.gz": (343, 171, 123, {"not_a_response": 172}),
    # Lines end in CR CR LF.
    PYWB + "missing-status-text.warc": (1, 1, 0, {}),
    PYWB + "post-test.warc.gz": (6, 3, 0, {"not_a_response": 3}),
    EDGE + "post-test.warc.gz": (6, 3, 0, {"not_a_response": 3}),
    # One gzip member for the whole file, which warcio does not read.
    EDGE + "example-bad-non-chunked.warc.gz": (6, 2, 1, {"not_a_response": 4}),
    EDGE + "example-digest.warc": (4, 0, 0, {"not_a_response": 4}),
    EDGE + "example-resource.warc.gz": (3, 1, 0, {"not_a_response": 2}),
    # The URI is "file:" with spaces.
    EDGE + "example-space-in-target-uri.warc.gz": (2, 0, 0, {"not_a_response": 1, "not_http": 1}),
    # Line ends were converted: the record states 1591 bytes, the file ends after 1574.
    EDGE + "example-space-in-url.arc": (2, 0, 0, {"not_a_response": 1, "truncated": 1}),
    EDGE + "example-trunc.warc": (4, 1, 0, {"not_a_response": 3}),
    # <http://...> in angle brackets, as old wget writes it.
    EDGE + "example-wget-bad-target-uri.warc.gz": (
        6, 1, 0, {"not_a_response": 3, "not_http": 2},
    ),
    EDGE + "example-wrong-chunks.warc.gz": (2, 1, 0, {"not_a_response": 1}),
    EDGE + "example.arc": (2, 1, 0, {"not_a_response": 1}),
    EDGE + "example.arc.gz": (2, 1, 0, {"not_a_response": 1}),
    EDGE + "example.warc": (6, 2, 1, {"not_a_response": 4}),
    EDGE + "example.warc.gz": (6, 2, 1, {"not_a_response": 4}),
}  # fmt: skip

WARCIO_DIFFERS = {
    "badexample.arc.gz", "bad.arc", "example-bad.warc.gz.bad", "example-extra.warc",
    "example-bad-non-chunked.warc.gz", "example-space-in-url.arc", "example-wrong-chunks.warc.gz",
}  # fmt: skip
"""Files of which warcio reads less, or bytes that are no whole record: explained above."""


def ingested(folder: Path, *paths: Path) -> tuple[Any, FolderSink]:
    store = folder / "store"
    store.mkdir(exist_ok=True)
    return run("warc", list(paths), {}, FolderSink(store)), FolderSink(store)


@pytest.mark.parametrize("name", REAL)
def test_real_archives(shared_data: Path, tmp_path: Path, name: str) -> None:
    result, store = ingested(tmp_path, shared_data / "archives" / name)
    n_revisits = sum(bool(flag) for batch in store.batches() for flag in batch.pages["is_revisit"])
    expected = REAL[name]
    assert (result.n_records, result.n_pages, n_revisits, result.refused_records) == expected
    assert result.n_records == result.n_kept_records + sum(result.refused_records.values())
    assert result.n_links == result.n_kept_links + sum(result.refused_links.values())
    assert result.n_kept_links == len(store.rows("links"))
    assert result.n_kept_records == result.n_pages == len(store.rows("pages"))


def test_the_table_names_every_real_archive(shared_data: Path) -> None:
    folder = shared_data / "archives"
    found = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if {".arc", ".warc", ".wat"} & set(path.suffixes)
    }
    assert found == set(REAL)


@pytest.mark.parametrize("name", [n for n in REAL if n.rpartition("/")[2] not in WARCIO_DIFFERS])
def test_an_independent_reader_finds_the_same_captures(
    shared_data: Path, tmp_path: Path, name: str
) -> None:
    path = shared_data / "archives" / name
    captures: Counter[str] = Counter()
    with path.open("rb") as file:
        for record in ArchiveIterator(file, arc2warc=True):
            uri = record.rec_headers.get_header("WARC-Target-URI") or ""
            is_web = uri.lower().startswith(("http:", "https:", "<http"))
            captures[record.rec_type if is_web else "other"] += 1
    result, _ = ingested(tmp_path, path)
    assert result.n_pages == captures["response"] + captures["resource"] + captures["revisit"]
    assert result.n_records == captures.total()


def test_arc_and_warc_of_one_crawl_give_the_same_rows(shared_data: Path, tmp_path: Path) -> None:
    rows = []
    for name in ("example.arc.gz", "example.warc.gz"):
        folder = tmp_path / name
        folder.mkdir()
        _, store = ingested(folder, shared_data / "archives" / name)
        rows.append([Counter(map(repr, store.rows(table))) for table in ("pages", "links")])
    assert rows[0] == rows[1]
    assert rows[0][1].total() > 7_000


def one(record: bytes) -> Batch:
    """What the reader makes of one record."""
    head, body = record.split(b"\r\n\r\n" if record.startswith(b"WARC") else b"\n", 1)
    payload = (head + b"\r\n", body)
    return reader.rows(Path("a.warc"), [Item("record 1", payload, 0)], {})


def page(record: bytes) -> dict[str, Any]:
    batch = one(record)
    assert not batch.refused_records
    [row] = zip(*batch.pages.values(), strict=True)
    return dict(zip(batch.pages, row, strict=True))


def refusal(record: bytes) -> tuple[str, str]:
    batch = one(record)
    assert batch.pages["url"] == []
    assert batch.refused_records.total() == batch.n_records == 1
    return batch.rejects["reason"][0], batch.rejects["value"][0]


def test_a_response() -> None:
    row = page(warc("http://Example.com:80/a b#c"))
    assert (row["url"], row["status"]) == ("http://example.com/a%20b", 200)
    assert row["fetched_at"] == 1_709_208_000


def test_uris_in_angle_brackets() -> None:
    assert page(warc("<http://example.com/a>"))["url"] == "http://example.com/a"


@pytest.mark.parametrize(
    "uri", ["http://example.com/a b?c=d e", "HTTP://EXAMPLE.com/a%20b?c=d%20e"]
)
def test_uris_with_spaces_and_capitals(uri: str) -> None:
    assert page(warc(uri))["url"] == "http://example.com/a%20b?c=d%20e"
    assert page(arc(uri))["url"] == "http://example.com/a%20b?c=d%20e"


@pytest.mark.parametrize("kind", ["request", "metadata", "warcinfo", "conversion", "continuation"])
def test_records_that_are_no_look_at_a_page(kind: str) -> None:
    assert refusal(warc(kind=kind)) == ("not_a_response", f"{kind} http://example.com/")


@pytest.mark.parametrize(
    "uri", ["dns:example.com", "ftp://example.com/", "urn:uuid:1", "whois://a"]
)
def test_other_schemes(uri: str) -> None:
    assert refusal(warc(uri)) == ("not_http", uri)


@pytest.mark.parametrize(
    ("uri", "reason"),
    [("http://", "bad_url"), ("http://x,bank.com/", "bad_host"), ("http://a b/", "bad_url"),
     ("http://a.com/" + "x" * 9_000, "url_too_long")],
)  # fmt: skip
def test_bad_target_uris(uri: str, reason: str) -> None:
    assert refusal(warc(uri)) == (reason, uri[:200])


def test_a_redirect_is_a_page_and_a_link() -> None:
    batch = one(warc(block=http(b"", "HTTP/1.1 301 Moved", Location="/new")))
    assert batch.pages["status"] == [301]
    assert batch.links["target_url"] == ["http://example.com/new"]


def test_a_response_that_is_no_html_is_a_page_without_links() -> None:
    batch = one(warc(block=http(b"\x89PNG\r\n\x1a\n" + bytes(100), Content_Type="image/png")))
    assert (batch.pages["status"], batch.links["kind"]) == ([200], [])


@pytest.mark.parametrize("content_type", ["text/html", "", "application/xhtml+xml"])
def test_a_resource_is_a_page_with_status_200(content_type: str) -> None:
    batch = one(warc(block=HTML, kind="resource", Content_Type=content_type))
    assert batch.pages["status"] == [200]
    assert batch.links["target_url"] == ["http://example.com/oolong"]


def test_a_resource_may_hold_an_http_response() -> None:
    batch = one(warc(block=http(status="HTTP/1.1 404 Not Found"), kind="resource"))
    assert batch.pages["status"] == [404]


IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


@pytest.mark.parametrize(
    ("profile", "block", "status"),
    [
        (IDENTICAL, http(b""), 200),
        (IDENTICAL, b"", None),
        (NOT_MODIFIED, http(b"", "HTTP/1.1 304 Not Modified"), None),
        (NOT_MODIFIED, b"", None),
    ],
)
def test_a_revisit_confirms_an_earlier_look(profile: str, block: bytes, status: int | None) -> None:
    row = page(warc(block=block, kind="revisit", WARC_Profile=profile))
    assert (row["is_revisit"], row["status"]) == (True, status)
    assert row["fetched_at"] == 1_709_208_000
    assert row["content_hash"] is None


def test_a_revisit_of_a_redirect_stands_for_itself() -> None:
    block = http(b"", "HTTP/1.1 302 Found", Location="http://b.com/")
    batch = one(warc(block=block, kind="revisit", WARC_Profile=IDENTICAL))
    assert batch.links["target_url"] == ["http://b.com/"]
    assert not batch.pages["is_revisit"][0]


def test_a_page_the_crawler_cut_short_is_kept_and_noted() -> None:
    batch = one(warc(WARC_Truncated="length"))
    assert (batch.n_records, batch.refused_records.total()) == (1, 0)
    assert batch.pages["status"] == [200]
    assert (batch.rejects["reason"], batch.rejects["n"]) == (["truncated"], [0])
    assert batch.rejects["value"] == ["kept: http://example.com/ WARC-Truncated: length"]


def test_no_http() -> None:
    reason, value = refusal(warc(block=b"<html>"))
    assert (reason, value) == (
        "bad_http",
        "http://example.com/: no HTTP status line but '<html>\\r\\n\\r\\n'",
    )


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2024-02-29T12:00:00Z", 1_709_208_000),
        ("2024-02-29T12:00:00.123456Z", 1_709_208_000),
        ("20240229120000", 1_709_208_000),
        ("202402291200", 1_709_208_000),
        ("2024-02-29", 1_709_164_800),
        ("", None), ("null", None), ("2024", None), ("2024-13-01T00:00:00Z", None),
        ("0000-01-01T00:00:00Z", None), ("1969-12-31T23:59:59Z", None),
    ],
)  # fmt: skip
def test_dates(text: str, seconds: int | None) -> None:
    assert to_seconds(text) == seconds


def test_the_name_of_a_file_says_nothing(tmp_path: Path) -> None:
    files = written(tmp_path, warc(), "a.warc.gz"), written(tmp_path, arc(), "b.warc")
    result, _ = ingested(tmp_path, *files)
    assert result.n_pages == 2
