"""Keys: known forms, refusals, and the way back."""

from __future__ import annotations

import pytest

from linkshed.errors import UrlError
from linkshed.urls.key import host_key, host_of, host_of_key, key_url, url_key
from linkshed.urls.parse import parse_url


@pytest.mark.parametrize(
    ("url", "key", "scheme"),
    [
        ("https://www.example.com:8443/a?b=1", "com,example,www,):8443/a?b=1", 1),
        ("http://example.com/", "com,example,)/", 0),
        ("http://localhost/x)y,z", "localhost,)/x)y,z", 0),
        ("http://192.0.2.1:81/", "192.0.2.1,):81/", 0),
        ("https://[2001:db8::1]/a", "[2001:db8::1],)/a", 1),
        ("https://[::1]:8443/a", "[::1],):8443/a", 1),
        ("https://a_b.x--y.example/", "example,x--y,a_b,)/", 1),
    ],
)
def test_known_keys(url: str, key: str, scheme: int) -> None:
    assert parse_url(url) == url
    assert url_key(url) == (key, scheme)
    assert key_url(key, scheme) == url
    assert host_of(url) == host_of_key(key)


@pytest.mark.parametrize(
    "host", ["x,bank.com", "a)b", "*.a", "a..b", "", ".", "A.b", "a b", "[x]", "1.2.3", "ä.com"]
)
def test_hosts_that_could_land_elsewhere_are_refused(host: str) -> None:
    with pytest.raises(UrlError) as caught:
        host_key(host)
    assert caught.value.reason == "bad_host"


@pytest.mark.parametrize(
    "text", ["", "x", "http://a", "ftp://a/", "http://a@b/", "//a/", "http:///"]
)
def test_only_normalised_urls_have_a_key(text: str) -> None:
    with pytest.raises(UrlError):
        url_key(text)
