"""What a crawl may be told, and where its connections may go."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkshed.errors import ParameterError
from linkshed.ingest.crawl.addresses import CheckedResolver, is_public, plain_host
from linkshed.ingest.crawl.exchange import Proofs
from linkshed.ingest.crawl.pace import MAX_PAUSE_SECONDS, pause_asked
from linkshed.ingest.crawl.settings import CrawlSettings, secrets_of, settings_of
from linkshed.schema import Unseen
from linkshed.urls.key import url_key


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0",
     "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1",
     "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::127.0.0.1",
     "ff02::1", "198.18.0.1", "192.0.2.1"],
)  # fmt: skip
def test_addresses_inside_are_told(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_addresses_outside_are_told(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_within_an_ipv6_address_is_judged_alike(inner: ipaddress.IPv4Address) -> None:
    assert is_public(f"::ffff:{inner}") == is_public(str(inner))
    assert is_public(str(ipaddress.IPv6Address((0x64FF9B << 96) | int(inner)))) == is_public(
        str(inner)
    )


def test_hosts_are_known_in_one_form() -> None:
    assert plain_host("BÜCHER.example") == plain_host("xn--bcher-kva.example")
    assert plain_host("[::1]") == "::1"


@pytest.mark.parametrize("allow_private", [False, True])
def test_only_addresses_that_pass_are_connected_to(allow_private: bool) -> None:
    """Names are looked up where connections are made, so redirects end here too."""
    given = {"out.test": "8.8.8.8", "in.test": "127.0.0.1", "rebound.test": "169.254.169.254"}
    resolver = CheckedResolver(None, allow_private, given)
    assert resolver._look_up("out.test") == ["8.8.8.8"]
    assert bool(resolver._look_up("in.test")) == allow_private
    assert bool(resolver._look_up("rebound.test")) == allow_private
    assert bool(resolver._look_up("10.0.0.1")) == allow_private
    refused = set() if allow_private else {"in.test", "rebound.test", "10.0.0.1"}
    assert resolver.failures == dict.fromkeys(refused, Unseen.PRIVATE_ADDRESS)


OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "scope": st.sampled_from(["domain", "host", "subdomains", "prefix"]),
        "max_pages": st.integers(1, 10**6),
        "max_depth": st.integers(0, 100),
        "check_external": st.booleans(),
        "user_agent": st.text(min_size=1, max_size=20),
        "resolve": st.just(["a.test=127.0.0.1"]),
    },
)


@given(OPTIONS)
def test_settings_are_stored_and_read_again(options: dict[str, Any]) -> None:
    settings = settings_of(["https://a.test/x/y", "a.test"], options)
    again = CrawlSettings.from_dict(settings.as_dict())
    assert again == settings
    assert again.id == settings.id


def test_pace_does_not_change_which_crawl_it_is() -> None:
    plain = settings_of(["https://a.test/"], {})
    assert settings_of(["https://a.test/"], {"delay": 1.0, "max_seconds": 5.0}).id == plain.id
    assert settings_of(["https://a.test/"], {"max_pages": 9}).id != plain.id
    assert settings_of(["https://b.test/"], {}).id != plain.id


@pytest.mark.parametrize(
    ("scope", "inside", "outside"),
    [
        ("domain", "http://other.a.test/", "https://b.test/"),
        ("host", "https://www.a.test/else", "https://a.test/"),
        ("subdomains", "https://x.www.a.test/", "https://a.test/"),
        ("prefix", "https://www.a.test/x/z", "https://www.a.test/xy"),
    ],
)
def test_scopes_hold_what_they_say(scope: str, inside: str, outside: str) -> None:
    pages = settings_of(["https://www.a.test/x/y?q"], {"scope": scope}).pages_in_scope()
    assert pages.holds(*url_key(inside))
    assert not pages.holds(*url_key(outside))


@pytest.mark.parametrize(
    ("options", "allowed"),
    [({"max_pages": 0}, "1 or more"), ({"timeout": 0}, "more than 0"), ({"scope": "web"}, "domain"),
     ({"resolve": ["a.test"]}, "name=value"), ({"colour": "red"}, "user_agent")],
)  # fmt: skip
def test_what_cannot_be_is_refused(options: dict[str, Any], allowed: str) -> None:
    with pytest.raises(ParameterError, match=allowed):
        settings_of(["https://a.test/"], options)


def test_headers_cannot_be_smuggled() -> None:
    with pytest.raises(ParameterError):
        secrets_of(["X: a\r\nHost: b"], [], None)
    assert secrets_of(["X: a:b"], ["c=d=e"], "n:p:q").headers == (("X", "a:b"),)


def test_proofs_go_to_the_starts_and_their_secure_twins() -> None:
    secrets = secrets_of(["X: key"], ["c=d"], "n:p")
    proofs = Proofs(["http://a.test/x", "http://b.test:81/", "https://c.test/"], secrets)
    for url in ("http://a.test/y", "https://a.test/", "http://b.test:81/", "https://c.test/z"):
        headers, cookies = proofs.of(url)
        assert headers == {"X": "key", "Authorization": "Basic bjpw"}
        assert cookies == {"c": "d"}
        assert proofs.of(url)[1] == {}
    for url in ("http://c.test/", "https://b.test:81/", "https://b.test/", "http://www.a.test/"):
        assert proofs.of(url) == ({}, {})


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("7", 7.0), ("999999", MAX_PAUSE_SECONDS), ("Thu, 01 Jan 1970 00:01:00 GMT", 50.0),
     ("soon", 3.0), ("", 3.0), ("Wed, 31 Dec 1969 00:00:00 GMT", 0.0)],
)  # fmt: skip
def test_pauses_that_servers_ask_for_are_kept_within_bounds(text: str, seconds: float) -> None:
    assert pause_asked(text, now=10.0, default=3.0) == seconds
