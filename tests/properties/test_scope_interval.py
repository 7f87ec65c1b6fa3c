"""Every scope is one interval, in every order a snapshot meets.

Membership by meaning (host names, ports and paths compared as such) must equal membership by
interval, and the members must be neighbours under Python's, UTF-8's, DuckDB's and Arrow's order.
"""

from __future__ import annotations

import random

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from publicsuffixlist import PublicSuffixList

from linkshed.urls.domain import registrable_domain
from linkshed.urls.key import host_of, url_key
from linkshed.urls.parse import parse_url
from linkshed.urls.scope import parse_scope

LABELS = (
    *("a", "aa", "a-", "-a", "a-b", "a_", "a_b", "_", "-", "--", "0", "9", "a0", "a9", "z", "zz"),
    *("www", "www2", "xn--bcher-kva", "xn--", "example", "example-", "example0", "exampl", "s3"),
)
SUFFIXES = (
    *("com", "com-", "co", "co.uk", "uk", "github.io", "io", "local", "kobe.jp", "other.kobe.jp"),
    *("city.kobe.jp", "amazonaws.com", "s3.amazonaws.com", "compute.amazonaws.com", "ck", "www.ck"),
)
PORTS = ("", ":8080", ":808", ":80", ":443", ":1", ":65535")
PATHS = (
    *("/", "/a", "/a/", "/a/b", "/a-", "/a!", "/a,", "/a)", "/a*", "/a0", "/a~", "/~", "/!", "/)"),
    *("/,", "/?", "/?a", "/a?", "/a?b=/c", "/%21", "/%E2%82%AC", "//", "/blog/", "/blog/x", "/:80"),
)
HOSTS = ("192.0.2.1", "192.0.2.10", "1.1.1.1", "[::1]", "[::11]", "[2001:db8::1]")


def some_urls(seed: int, n_urls: int) -> list[str]:
    rng = random.Random(seed)
    urls = set()
    while len(urls) < n_urls:
        labels = [rng.choice(LABELS) for _ in range(rng.randrange(4))]
        host = ".".join([*labels, rng.choice(SUFFIXES)]) if rng.random() < 0.95 else None
        host = host or rng.choice(HOSTS)
        scheme = rng.choice(("http", "https"))
        urls.add(parse_url(f"{scheme}://{host}{rng.choice(PORTS)}{rng.choice(PATHS)}"))
    return sorted(urls)


def is_member(url: str, of: str, mode: str) -> bool:
    """Membership by meaning, without keys."""
    host, scope_host = host_of(url), host_of(of)
    after, scope_after = (text.split("://")[1] for text in (url, of))
    if mode == "url":
        return url == of
    if mode == "prefix":
        return after.startswith(scope_after)
    if mode == "host":
        return host == scope_host
    if mode == "subdomains":
        return host == scope_host or host.endswith("." + scope_host)
    return registrable_domain(host) == registrable_domain(scope_host)


def orders(keys: list[tuple[str, int]]) -> dict[str, list[tuple[str, int]]]:
    table = pa.table({"key": [key for key, _ in keys], "scheme": [scheme for _, scheme in keys]})
    by_arrow = table.take(pc.sort_indices(table, [("key", "ascending"), ("scheme", "ascending")]))
    with duckdb.connect() as connection:
        connection.register("t", table)
        by_duckdb = connection.execute("select key, scheme from t order by key, scheme").fetchall()
    return {
        "python": sorted(keys),
        "utf-8": sorted(keys, key=lambda pair: (pair[0].encode(), pair[1])),
        "duckdb": [tuple(row) for row in by_duckdb],
        "arrow": list(zip(*by_arrow.to_pydict().values(), strict=True)),
    }


@pytest.mark.parametrize("seed", range(3))
def test_every_scope_is_one_interval_in_every_order(seed: int) -> None:
    urls = some_urls(seed, 1500)
    keys = {url: url_key(url) for url in urls}
    sorted_ways = orders(list(keys.values()))
    for way, pairs in sorted_ways.items():
        assert pairs == sorted_ways["python"], way
    place = {pair: index for index, pair in enumerate(sorted_ways["python"])}
    rng = random.Random(seed)
    for of in rng.sample(urls, 150):
        for mode in ("url", "prefix", "host", "subdomains", "domain"):
            if mode == "prefix" and of.endswith("*"):
                continue
            scope = parse_scope(of, mode)
            members = {url for url in urls if is_member(url, of, mode)}
            assert {url for url in urls if scope.holds(*keys[url])} == members, (of, mode)
            if mode != "url":
                places = sorted(place[keys[url]] for url in members)
                assert places == list(range(places[0], places[0] + len(places))), (of, mode)


def test_every_domain_is_one_interval_under_every_suffix_of_the_list() -> None:
    names = [rule.lstrip("!*.") for rule in PublicSuffixList()._publicsuffix if rule.isascii()]
    hosts = sorted(
        {host for name in names for host in (name, f"a.{name}", f"z.a.{name}", f"zz.{name}")},
        key=lambda host: url_key(f"http://{host}/"),
    )
    seen: set[str] = set()
    before = ""
    for host in hosts:
        domain = registrable_domain(host)
        assert domain == before or domain not in seen, domain
        seen.add(domain)
        before = domain
    assert len(hosts) > 20_000
