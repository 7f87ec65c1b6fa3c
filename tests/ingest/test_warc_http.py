"""HTTP responses as crawlers stored them."""

from __future__ import annotations

import gzip
import zlib
from contextlib import suppress

import brotli
import pytest
import zstandard
from archives import HTML, http
from hypothesis import example, given
from hypothesis import strategies as st

from linkshed.ingest.warc.codings import TooLarge, Undecodable, dechunked, decode
from linkshed.ingest.warc.http import BadHttp, parse_http

CAP = 1_000_000


def chunked(body: bytes, size: int = 7) -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    "line",
    [
        "HTTP/1.1 200 OK", "HTTP/1.0 200", "HTTP/1.1 200 ", "HTTP/2 200", "HTTP/1.1  200\tFine",
        "http/1.1 200 ok", "HTTP 200 OK", "HTTP1.1 200 OK", "ICY 200 OK", "\r\nHTTP/1.1 200 OK",
    ],
)  # fmt: skip
def test_status_lines_in_use(line: str) -> None:
    response = parse_http(http(status=line), CAP)
    assert (response.status, response.body) == (200, HTML)


@pytest.mark.parametrize(
    "block",
    [b"", b"\r\n", b"<html>", b"HTTP/1.1 OK", b"HTTP/1.1 2000 OK\r\n", b"HTTP/1.1 000 \r\n"],
)
def test_no_response(block: bytes) -> None:
    with pytest.raises(BadHttp, match="no HTTP status line"):
        parse_http(block, CAP)


def test_odd_headers() -> None:
    block = (
        b"HTTP/1.1 200 OK\nA: 1\n no header\nB:2\n  folded\n: nameless\nC : \xe9\xff\nD:\n\nbody"
    )
    response = parse_http(block, CAP)
    assert response.headers == [("A", "1 no header"), ("B", "2 folded"), ("C", "éÿ"), ("D", "")]
    assert response.body == b"body"


def test_a_response_without_end_of_headers_has_no_body() -> None:
    response = parse_http(b"HTTP/1.1 302 Found\r\nLocation: /a", CAP)
    assert (response.status, response.headers, response.body) == (302, [("Location", "/a")], b"")


def test_early_responses_are_passed_over() -> None:
    block = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + http()
    response = parse_http(block, CAP)
    assert (response.status, response.body, len(response.headers)) == (200, HTML, 1)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(HTML, mtime=0)),
        ("x-gzip", gzip.compress(HTML, mtime=0)),
        ("GZIP", gzip.compress(HTML, mtime=0)),
        ("deflate", zlib.compress(HTML)),
        ("deflate", raw_deflate(HTML)),
        ("br", brotli.compress(HTML)),
        ("zstd", zstandard.compress(HTML)),
        ("identity", HTML),
        ("", HTML),
        ("utf-8", HTML),
        ("gzip, br", brotli.compress(gzip.compress(HTML, mtime=0))),
        *((coding, HTML) for coding in ("gzip", "deflate", "br", "zstd")),
    ],
)
def test_content_codings_also_when_already_taken_off(coding: str, body: bytes) -> None:
    response = parse_http(http(body, Content_Encoding=coding), CAP)
    assert response.body == HTML
    assert response.headers == [("Content-Type", "text/html; charset=utf-8")]


def test_both_codings() -> None:
    body = chunked(gzip.compress(HTML, mtime=0))
    block = http(body, Content_Encoding="gzip", Transfer_Encoding="chunked")
    assert parse_http(block, CAP).body == HTML


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (chunked(HTML), HTML),
        (chunked(HTML, 1_000), HTML),
        (HTML, HTML),
        (b"", b""),
        (b"5;name=value\r\nabcde\r\n0\r\nTrailer: x\r\n\r\n", b"abcde"),
        (b"5\nabcde\n0\n\n", b"abcde"),
        (b"5\r\nabcde\r\nffff\r\nfgh", b"abcdefgh"),
        (b"5\r\nabcdefgh <p>rest", b"abcdefgh <p>rest"),
        (b"5\r\nabcde\r\n", b"abcde"),
    ],
)
def test_chunks_right_wrong_and_cut(body: bytes, expected: bytes) -> None:
    assert parse_http(http(body, Transfer_Encoding="chunked"), CAP).body == expected


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_cut_body_gives_what_is_there(coding: str) -> None:
    text = b" ".join(b"%d" % n for n in range(200_000))
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}
    packed = pack.get(coding, zstandard.compress)(text)
    got = decode(coding, packed[: len(packed) // 2], 10_000_000)
    assert text.startswith(got)
    assert len(got) > len(text) / 8


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_bytes_of_another_kind_are_told(coding: str) -> None:
    with pytest.raises(Undecodable, match=coding):
        decode(coding, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", CAP)
    with pytest.raises(BadHttp, match=coding):
        parse_http(http(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", Content_Encoding=coding), CAP)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_small_body_that_unpacks_without_end(coding: str) -> None:
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}
    packed = pack.get(coding, zstandard.compress)(bytes(30_000_000))
    with pytest.raises(TooLarge):
        decode(coding, packed, CAP)


@given(st.binary(max_size=300), st.sampled_from(["chunked", "gzip", "deflate", "br", "zstd"]))
@example(b"1\r\n", "chunked")
def test_decoding_never_raises_anything_else(body: bytes, coding: str) -> None:
    with suppress(Undecodable, TooLarge):
        decode(coding, body, CAP)


@given(st.binary(max_size=300), st.integers(1, 50))
def test_chunking_round_trip(body: bytes, size: int) -> None:
    assert dechunked(chunked(body, size), CAP) == body


@given(st.binary(max_size=300))
def test_parsing_never_raises_anything_else(tail: bytes) -> None:
    with suppress(BadHttp, TooLarge):
        parse_http(b"HTTP/1.1 200" + tail, CAP)
