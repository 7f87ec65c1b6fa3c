"""Secure connections, and bodies that are left unread."""

from __future__ import annotations

import datetime
import gzip
import ipaddress
import random
import ssl
from pathlib import Path

from crawling import crawl
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hostile import links, serving


def self_signed(folder: Path) -> ssl.SSLContext:
    """A certificate nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "site.test")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("site.test"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "site.pem"
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                            serialization.NoEncryption())
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


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
