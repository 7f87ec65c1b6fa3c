"""Parsing by the URL standard's own cases, and the further rules of identity."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest

from linkshed.errors import UrlError
from linkshed.urls.parse import MAX_URL_LENGTH, parse_url, resolve

PERCENT = re.compile(r"%([0-9A-Fa-f]{2})")
UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")


def further(href: str) -> str:
    """The identity rules, written a second time and the slow way."""
    scheme, rest = href.partition("#")[0].split("://")
    authority, slash, path = rest.partition("/")
    authority = authority.rpartition("@")[2]
    host, port = re.fullmatch(r"(.*?)\.?(:\d+)?", authority).groups()
    return f"{scheme}://{host}{port or ''}{slash}{_unescaped(path)}"


def _unescaped(path: str) -> str:
    result, at = "", 0
    while at < len(path):
        match = PERCENT.match(path, at)
        if match is None:
            stray = path[at] == "%"
            result += path[at]
            at += 1
            if stray:
                kept = re.match(r"[0-9A-Fa-f]?(?:%[0-9A-Fa-f]{2})?", path[at:])[0]
                result += kept
                at += len(kept)
            continue
        character = chr(int(match[1], 16))
        result += character if UNRESERVED.fullmatch(character) else match[0].upper()
        at = match.end()
    return result


def plain_host(href: str) -> bool:
    host = further(href).split("/")[2]
    host = host if host.startswith("[") else host.partition(":")[0]
    return bool(re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*|\[.*\](:\d+)?", host))


def outcome(base: str | None, text: str) -> str:
    try:
        return resolve(base, text) if base else parse_url(text)
    except UrlError as error:
        return str(error.reason)


def expected(case: dict[str, Any]) -> set[str]:
    """The standard's href normalised further, or the reasons it may be refused for."""
    if case.get("failure"):
        is_script = case["input"].startswith("javascript:")
        return {"javascript"} if is_script else {"bad_url", "bad_scheme"}
    href = case["href"]
    if href.startswith("javascript:"):
        return {"javascript"}
    if not href.startswith(("http://", "https://")):
        return {"bad_scheme"}
    return {further(href)} if plain_host(href) else {"bad_host"}


def test_every_case_of_the_standard(shared_data: Path) -> None:
    cases = json.loads((shared_data / "conformance/urltestdata.json").read_text())
    n_kept = n_refused = 0
    for case in cases:
        if isinstance(case, str):
            continue
        base = case["base"]
        if base is not None and not base.startswith(("http://", "https://")):
            result = outcome(None, case["input"])
            allowed = expected(case) | {"bad_url", "bad_scheme", "javascript"}
        else:
            result = outcome(parse_url(base) if base else None, case["input"])
            allowed = expected(case)
        assert result in allowed, case
        n_kept += "://" in result
        n_refused += "://" not in result
    assert n_kept > 200
    assert n_refused > 300


def test_every_case_of_domain_to_ascii(shared_data: Path) -> None:
    cases = json.loads((shared_data / "conformance/toascii.json").read_text())
    n_kept = 0
    for case in cases:
        if isinstance(case, str):
            continue
        result = outcome(None, f"https://{case['input']}/x")
        output = case["output"]
        if output is None:
            assert result in {"bad_url", "bad_host"}, case
        elif plain_host(f"https://{output}/x"):
            assert result == further(f"https://{output}/x"), case
            n_kept += 1
        else:
            assert result == "bad_host", case
    assert n_kept > 30


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("HTTP://Example.COM", "http://example.com/"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("http://example.com:443/a", "http://example.com:443/a"),
        ("https://example.com./a", "https://example.com/a"),
        ("https://user:secret@example.com/a", "https://example.com/a"),
        ("https://example.com/a#!/state", "https://example.com/a"),
        ("https://example.com/%7euser/%c3%a4%2f", "https://example.com/~user/%C3%A4%2F"),
        ("https://example.com/a/%2E%2e/b", "https://example.com/b"),
        ("https://example.com/?b=2&a=%41", "https://example.com/?b=2&a=A"),
        ("https://example.com/a?", "https://example.com/a?"),
        ("https://Bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        ("https://example.com\\a\\b", "https://example.com/a/b"),
        (" \thttps://exam\nple.com/ ", "https://example.com/"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("http://[0:0::1]:80/", "http://[::1]/"),
        ("http://a/%%32E", "http://a/%%32E"),
        ("http://a/%4%31", "http://a/%4%31"),
    ],
)
def test_identity(text: str, url: str) -> None:
    assert parse_url(text) == url
    assert parse_url(url) == url


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "bad_url"),
        ("example.com/a", "bad_url"),
        ("http://", "bad_url"),
        ("http://exa mple.com/", "bad_url"),
        ("http://example.com:99999/", "bad_url"),
        ("http://\ud800/", "bad_url"),
        ("\ud800", "bad_url"),
        ("http://x,bank.com/", "bad_host"),
        ("http://x%2Cbank.com/", "bad_host"),
        ("http://x)bank.com/", "bad_host"),
        ("http://*.example.com/", "bad_host"),
        ("http://a..b/", "bad_host"),
        ("http://./", "bad_host"),
        ("http://a.b../", "bad_host"),
        ("mailto:a@example.com", "bad_scheme"),
        ("ftp://example.com/", "bad_scheme"),
        ("JavaScript:alert(1)", "javascript"),
        (" java\nscript:alert(1)", "javascript"),
        ("data:text/html," + "x" * 100_000, "bad_scheme"),
        ("javascript:" + "x" * 100_000, "javascript"),
        ("https://example.com/" + "x" * MAX_URL_LENGTH, "url_too_long"),
        ("https://example.com/" + "ü" * (MAX_URL_LENGTH // 4), "url_too_long"),
        ("x" * 1_000_000, "url_too_long"),
    ],
)
def test_refused(text: str, reason: str) -> None:
    assert outcome(None, text) == reason
    if text not in ("", "example.com/a", "x" * 1_000_000):
        relative = {"\ud800": "bad_url"}.get(text, reason)
        assert outcome("https://base.example/x", text) == relative


def test_long_fragment_alone_does_not_make_a_url_long() -> None:
    assert parse_url("https://a.example/x#" + "y" * 100_000) == "https://a.example/x"
    assert resolve("https://a.example/x", "z#" + "y" * 100_000) == "https://a.example/z"


def test_nul_and_control_characters_are_escaped() -> None:
    assert resolve("https://a.example/", "x\0\x01\x7f") == "https://a.example/x%00%01%7F"


BASES = (
    "https://a.example/dir/page.html?q=1",
    "https://a.example/",
    "http://b.example:8080/x/y/z",
)
HREFS = (
    *("other.html", "./other", "../up", "../../../top", "/root", "/root?x=1", "?only=query", ""),
    *("#fragment", "//c.example/x", "https://d.example/y", "sub/dir/", ".", "..", "./", "a/../b"),
    *("a:b/c".replace(":", "%3A"), "x?y=http://z/", ";p", "a;b?c"),
)


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("href", HREFS)
def test_agrees_with_the_standard_library_on_simple_references(base: str, href: str) -> None:
    assert resolve(base, href) == parse_url(urljoin(base, href))


@pytest.mark.parametrize(
    ("base", "href", "url"),
    [
        ("http://a.example/d/page?q", "http:?x", "http://a.example/d/page?x"),
        ("http://a.example/d/page?q", "http:other", "http://a.example/d/other"),
        ("http://a.example/d/page?q", "https:other", "https://other/"),
        ("http://a.example/d/page?q", "h\nttp:other", "http://a.example/d/other"),
        ("http://a.example/d/page?q=/x/", "other", "http://a.example/d/other"),
        ("http://a.example/d/page?q", "?r", "http://a.example/d/page?r"),
        ("http://a.example/d/page?q", "\t?r", "http://a.example/d/page?r"),
        ("http://a.example/d/page?q", "", "http://a.example/d/page?q"),
        ("http://a.example/d/page?q", "\\x", "http://a.example/x"),
        ("http://a.example/d/page?q", "/\t/b.example", "http://b.example/"),
    ],
)
def test_what_depends_on_more_than_the_directory(base: str, href: str, url: str) -> None:
    assert resolve(base, href) == url
