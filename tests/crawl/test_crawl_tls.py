"""Secure connections, and bodies that are left unread."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

from crawling import crawl
from hostile import links, serving

from certificates import self_signed


def test_a_certificate_nobody_vouches_for_is_named_and_can_be_accepted(tmp_path: Path) -> None:
    with serving({"/": "plain"}) as plain, serving({"/": links("/a"), "/a": "a"}) as server:
        server.socket = self_signed(tmp_path).wrap_socket(server.socket, server_side=True)
        secure = server.url().replace("http:", "https:")
        strict = crawl(server, tmp_path / "strict", secure, plain.url(), sitemaps=False)
        lax = crawl(server, tmp_path / "lax", secure, sitemaps=False, verify_tls=False)
    assert strict.record["unseen"] == {"tls": 1}
    assert strict.record["liveness"]["dead"] == 0
    assert set(lax.pages) == {"/", "/a"}


def test_unread_bodies_in_any_coding_leave_a_page_known_by_its_head(tmp_path: Path) -> None:
    body = gzip.compress(random.Random(1).randbytes(200_000))
    packed = {"Content-Encoding": "gzip"}
    with serving({}) as server:
        far = f"http://far.test:{server.server_address[1]}"
        server.pages = {
            "/": links("/film", f"{far}/page", f"{far}/chunked"),
            "/film": (200, {"Content-Type": "video/mp4", **packed}, body),
            "far.test/page": (200, packed, body),
            "far.test/chunked": lambda h: h.raw(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: br\r\n"
                b"Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n"
            ),
        }
        crawled = crawl(server, tmp_path, check_external=True, sitemaps=False)
    assert crawled.record["is_complete"], crawled.record["unseen"]
    assert {name: row["status"] for name, row in crawled.pages.items()} == {
        "/": 200, "/film": 200, "far.test/page": 200, "far.test/chunked": 200,
    }  # fmt: skip
    assert crawled.record["external"]["liveness"]["alive"] == 2
