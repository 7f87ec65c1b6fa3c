"""Scopes: every text form, modes that win over it, sets, and clear refusals."""

from __future__ import annotations

import pytest

from linkshed.errors import ScopeError
from linkshed.urls.scope import Interval, parse_scope

FORMS = [
    ("example.com", None, "domain", "com,example,", "com,example-"),
    ("https://example.com/", None, "domain", "com,example,", "com,example-"),
    ("EXAMPLE.com.", None, "domain", "com,example,", "com,example-"),
    ("example.com:443", None, "domain", "com,example,", "com,example-"),
    ("www.example.com", None, "subdomains", "com,example,www,", "com,example,www-"),
    ("www.example.com", "domain", "domain", "com,example,", "com,example-"),
    ("www.example.com", "host", "host", "com,example,www,)", "com,example,www,*"),
    ("*.example.com", None, "subdomains", "com,example,", "com,example-"),
    ("*.example.com/*", None, "subdomains", "com,example,", "com,example-"),
    ("*.com", None, "subdomains", "com,", "com-"),
    ("github.io", None, "subdomains", "io,github,", "io,github-"),
    ("github.io", "domain", "domain", "io,github,)", "io,github,*"),
    ("a.github.io", None, "domain", "io,github,a,", "io,github,a-"),
    ("localhost", "domain", "domain", "localhost,)", "localhost,*"),
    ("192.0.2.1", None, "domain", "192.0.2.1,", "192.0.2.1-"),
    ("[::1]", None, "domain", "[::1],", "[::1]-"),
    ("example.com/blog/", None, "prefix", "com,example,)/blog/", "com,example,)/blog0"),
    ("https://example.com/blog", "prefix", "prefix", "com,example,)/blog", "com,example,)/bloh"),
    ("example.com/blog/*", None, "prefix", "com,example,)/blog/", "com,example,)/blog0"),
    ("example.com/blog*", None, "prefix", "com,example,)/blog", "com,example,)/bloh"),
    ("example.com/*", None, "prefix", "com,example,)/", "com,example,)0"),
    ("a.com/x/a.com*", None, "prefix", "com,a,)/x/a.com", "com,a,)/x/a.con"),
    ("example.com:8080", None, "prefix", "com,example,):8080/", "com,example,):80800"),
    ("example.com:8080/x", "domain", "domain", "com,example,", "com,example-"),
    ("example.com/a?b=1", None, "url", "com,example,)/a?b=1", "com,example,)/a?b=1!"),
    ("example.com", "url", "url", "com,example,)/", "com,example,)/!"),
    ("a.com/*/x", "url", "url", "com,a,)/*/x", "com,a,)/*/x!"),
    ("a.com/x,y", None, "url", "com,a,)/x,y", "com,a,)/x,y!"),
    ("*", None, "prefix", "", "\x7f"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "mode", "read_as", "lo", "hi"), FORMS)
def test_one_text_is_one_interval(
    text: str, mode: str | None, read_as: str, lo: str, hi: str
) -> None:
    scope = parse_scope(text, mode)
    assert (scope.text, scope.mode) == (text, read_as)
    assert scope.intervals == (Interval(lo, hi, None),)


def test_a_written_scheme_counts_for_one_url_only() -> None:
    assert parse_scope("https://a.com/x").intervals[0].scheme == 1
    assert parse_scope("http://a.com/x").intervals[0].scheme == 0
    assert parse_scope("http://a.com/x/").intervals[0].scheme is None


def test_sets_are_sorted_and_disjoint() -> None:
    scope = parse_scope("b.com/x/, a.com,www.a.com, http://c.com/1,https://c.com/1,\nb.com/x/y")
    assert scope.mode == "set"
    assert scope.intervals == (
        Interval("com,a,", "com,a-"),
        Interval("com,b,)/x/", "com,b,)/x0"),
        Interval("com,c,)/1", "com,c,)/1!"),
    )


def test_a_url_within_another_member_of_the_set_is_not_counted_twice() -> None:
    scope = parse_scope("https://a.com/x, a.com/x*")
    assert scope.intervals == (Interval("com,a,)/x", "com,a,)/y"),)


def test_an_explicit_mode_holds_for_each_member() -> None:
    scope = parse_scope("a.com,www.b.com", "host")
    assert [i.lo for i in scope.intervals] == ["com,a,)", "com,b,www,)"]
    assert parse_scope("a.com", "set").mode == "set"


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        *[("", None), (" , ", None), ("/blog/", None), ("http:/a.com", None), ("*.", None)],
        *[("me@example.com", None), ("mailto:me@example.com", None), ("javascript:x", None)],
        *[("ex*mple.com", None), ("example.com*", None), ("a.com/*/x", None), ("a..com", None)],
        *[("*.example.com/x", None), ("*.example.com", "url"), ("exa mple.com", None)],
        *[("ftp://example.com", None), ("x,y.com)", None), ("a.com", "page"), ("\ud800", None)],
    ],
)
def test_refusals_say_what_is_allowed(text: str, mode: str | None) -> None:
    with pytest.raises(ScopeError) as caught:
        parse_scope(text, mode)
    assert caught.value.received
    assert caught.value.allowed
    assert "\n" not in str(caught.value)
