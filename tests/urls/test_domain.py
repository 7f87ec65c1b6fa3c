"""Registrable domains by the Public Suffix List's own cases."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from linkshed.errors import UrlError
from linkshed.urls.domain import PSL_DATE, is_public_suffix, registrable_domain
from linkshed.urls.key import host_of
from linkshed.urls.parse import parse_url

CASE = re.compile(r"^checkPublicSuffix\('([^']*)', (?:'([^']*)'|null)\);", re.MULTILINE)


def host(text: str) -> str | None:
    try:
        return host_of(parse_url(f"http://{text}/"))
    except UrlError:
        return None


def test_every_case_of_the_list(shared_data: Path) -> None:
    cases = CASE.findall((shared_data / "conformance/test_psl.txt").read_text())
    assert len(cases) > 70
    for text, domain in cases:
        name = host(text)
        if domain:
            assert registrable_domain(name) == host(domain), text
        else:
            assert name is None or registrable_domain(name) == name, text


@pytest.mark.parametrize(
    ("name", "domain", "by_registry"),
    [
        ("www.example.com", "example.com", "example.com"),
        ("www.example.co.uk", "example.co.uk", "example.co.uk"),
        ("b.a.github.io", "a.github.io", "github.io"),
        ("github.io", "github.io", "github.io"),
        ("localhost", "localhost", "localhost"),
        ("192.0.2.1", "192.0.2.1", "192.0.2.1"),
        ("[::1]", "[::1]", "[::1]"),
        ("x.s3.amazonaws.com", "amazonaws.com", "amazonaws.com"),
        ("a.city.kobe.jp", "city.kobe.jp", "city.kobe.jp"),
        ("a.b.other.kobe.jp", "b.other.kobe.jp", "b.other.kobe.jp"),
    ],
)
def test_known_domains(name: str, domain: str, by_registry: str) -> None:
    assert registrable_domain(name) == domain
    assert registrable_domain(name, icann_only=True) == by_registry


def test_public_suffixes() -> None:
    names = ("com", "co.uk", "github.io", "example.com", "s3.amazonaws.com", "192.0.2.1")
    assert [is_public_suffix(name) for name in names] == [True] * 3 + [False] * 3


def test_the_date_of_the_list_is_known() -> None:
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", PSL_DATE)
