"""Properties of URLs and keys that hold for any text."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import example, given
from hypothesis import strategies as st

from linkshed.errors import ScopeError, UrlError
from linkshed.urls.key import host_of, host_of_key, key_url, url_key
from linkshed.urls.parse import parse_url, resolve
from linkshed.urls.scope import MODES, parse_scope

PIECES = st.sampled_from(
    [
        *("http://", "https://", "HTTP:", "//", "/", "\\", "?", "#", "#!", "@", ":", ".", ".."),
        *("%", "%2", "%41", "%2e", "%3a", "%25", "%c3%a4", "%00", "a", "Z", "9", "-", "_", "~"),
        *("example", "com", "xn--", "xn--bcher-kva", "127.0.0.1", "[::1]", ":80", ":443", ":8080"),
        *(",", ")", "*", " ", "\t", "\n", "\0", "ä", "ß", "İ", "。", "\u200d", "\ud800", "😀"),
        *("javascript:", "data:", "mailto:", "&", "=", "|", "^", "'", '"', "<", ">", "`", "{"),
    ]
)
TEXTS = st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=40)


def parsed(text: str) -> str | None:
    with suppress(UrlError):
        return parse_url(text)
    return None


@given(TEXTS)
@example("http://a/%%32E")
@example("http://a/%4%31")
def test_parsing_is_idempotent_and_keys_lead_back(text: str) -> None:
    url = parsed(text)
    if url is None:
        return
    assert parse_url(url) == url
    assert url.isascii()
    assert "#" not in url
    assert min(url) > " "
    key, scheme = url_key(url)
    assert key_url(key, scheme) == url
    assert host_of_key(key) == host_of(url)


@given(TEXTS, TEXTS)
def test_resolving_gives_a_normalised_url_or_our_error(base: str, href: str) -> None:
    start = parsed("https://" + base) or "https://a.example/b/c?d"
    with suppress(UrlError):
        url = resolve(start, href)
        assert parse_url(url) == url
        assert url_key(url)


@given(TEXTS, TEXTS)
def test_different_urls_have_different_keys(one: str, other: str) -> None:
    first, second = parsed(f"http://a{one}"), parsed(f"https://a{other}")
    if first and second and first != second:
        assert url_key(first) != url_key(second)


@given(TEXTS, st.sampled_from((*MODES, None)))
def test_scopes_are_sorted_and_disjoint_or_our_error(text: str, mode: str | None) -> None:
    with suppress(ScopeError):
        scope = parse_scope(text, mode)
        ends = [end for interval in scope.intervals for end in (interval.lo, interval.hi)]
        assert ends == sorted(ends)
        assert len(set(ends[::2])) == len(scope.intervals)


@given(TEXTS)
@example("http://http://*http://")
def test_a_url_lies_in_its_own_scopes(text: str) -> None:
    url = parsed(text)
    if url is None:
        return
    url = parse_url(url.replace(",", "%2C"))
    for mode in ("url", "prefix", "host", "subdomains", "domain"):
        if mode != "prefix" or not url.endswith("*"):
            assert parse_scope(url, mode).holds(*url_key(url))
