"""What the addresses that scripts already use tell of single links: redirects, hosts, classes of
domains, and filters of links where rows are domains or words.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

import linkshed
from linkshed import api
from linkshed.serve.http.endpoints import ENDPOINTS, Endpoint
from linkshed.serve.http.nulls import WHY, why_null
from linkshed.serve.http.singles import UNKNOWN_OF_BATCH
from score.test_web_graph import scored
from serve.served import client
from webs import FETCHED_AT, publish, rows

SITE = "/v3/site-explorer"
WEB = """
    x.com/ -> tea.com/old 'old one'
    x.com/ -> tea.com/a 'a'
    blog.x.com/ -> tea.com/a 'b'
    y.gov/ -> tea.com/older 'b' nofollow
    y.gov/ -> tea.com/ring 'c'
    y.gov/ -> tea.com/unread 'c' image
    mit.edu/ -> tea.com/a 'c'
    mit.edu/ -> tea.com:8443/p 'c'
    tea.com/old redirect tea.com/a
    tea.com/older redirect tea.com/old
    tea.com/older status=302
    tea.com/ring redirect tea.com/ring2
    tea.com/ring2 redirect tea.com/ring
    tea.com/copy canonical tea.com/a
    tea.com/a canonical tea.com/a
    old.org/ redirect tea.com/a
    tea.com/copy -> tea.com/a 'in'
    tea.com/a -> tea.com/a 'self' nofollow
    tea.com/a status=200
    mit.edu/ -> pots.net/ 'pots' nofollow
    mit.edu/ -> cups.net/ 'cups'
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("links")
    publish(folder, rows(WEB))
    api.score(folder / "store")
    return folder / "store"


@pytest.fixture(scope="module")
def http(store: Path) -> TestClient:
    return client(store)


def asked(http: TestClient, path: str, **given: Any) -> list[dict[str, Any]]:
    if "where" in given:
        given["where"] = json.dumps(given["where"])
    answer = http.get(f"{SITE}/{path}", params={"target": "tea.com"} | given)
    assert answer.status_code == 200, answer.text
    ((_, found),) = answer.json().items()
    return list(found)


def links(http: TestClient, **given: Any) -> dict[str, dict[str, Any]]:
    """Every link by where it leads."""
    found = asked(http, "all-backlinks", aggregation="all", **given)
    return {row["url_to"].partition("tea.com")[2]: row for row in found}


def test_the_way_of_redirects_is_told_hop_by_hop(http: TestClient) -> None:
    found = links(http, select="url_to,url_redirect,url_redirect_with_target,redirect_kind")
    told = {to: tuple(row.values())[1:] for to, row in found.items()}
    home = "https://tea.com"
    assert told["/a"] == ([], [f"{home}/a"], [])
    assert told["/old"] == ([f"{home}/a"], [f"{home}/old", f"{home}/a"], [301])
    assert told["/older"] == (
        [f"{home}/old", f"{home}/a"], [f"{home}/older", f"{home}/old", f"{home}/a"], [302, 301],
    )  # fmt: skip
    assert told["/ring"][0] == [f"{home}/ring2", f"{home}/ring"]
    assert told["/unread"] == told[":8443/p"] == (None, None, None)


def test_a_canonical_is_no_redirect(tmp_path: Path) -> None:
    publish(tmp_path, rows("x.com/ -> tea.com/copy c\ntea.com/copy canonical tea.com/a\n"
                           "tea.com/a title=A"))  # fmt: skip
    web = api.score(tmp_path / "store")
    found = web.backlinks("tea.com", select="target_resolution,n_hops,redirect_chain,n_redirects")
    assert found.to_dicts() == [
        {"target_resolution": "canonical", "n_hops": 1, "redirect_chain": [], "n_redirects": 0}
    ]


TESTS: dict[str, tuple[Any, set[str]]] = {
    "length": ({"field": "len_url_redirect", "is": ["gte", 2]}, {"/older", "/ring"}),
    "chain": ({"field": "url_redirect", "list_is": {"any": ["suffix", "/a"]}}, {"/old", "/older"}),
    "chain with target": (
        {"field": "url_redirect_with_target", "list_is": {"any": ["suffix", "/old"]}},
        {"/old", "/older"},
    ),
    "all of a chain": (
        {"field": "url_redirect_with_target", "list_is": {"all": ["suffix", "/a"]}}, {"/a"},
    ),
    "status of a hop": (
        {"field": "redirect_kind", "list_is": {"any": ["eq", 302]}}, {"/older"},
    ),
    "host": ({"field": "name_source", "is": ["eq", "blog.x.com"]}, {"/a"}),
    "host that is its domain": ({"field": "is_root_source", "is": ["eq", False]}, {"/a"}),
    "port": ({"field": "port_target", "is": ["eq", 8443]}, {":8443/p"}),
    "own port": ({"field": "port_target", "is": ["neq", 443]}, {":8443/p"}),
    "class": ({"field": "tld_class_source", "is": ["eq", "gov"]}, {"/older", "/ring", "/unread"}),
    "no class": ({"field": "tld_class_source", "is": ["neq", "normal"]},
                 {"/older", "/ring", "/unread", "/a", ":8443/p"}),
    "kind": ({"field": "is_image", "is": ["eq", True]}, {"/unread"}),
    "not a kind": ({"not": {"field": "is_text", "is": ["eq", True]}}, {"/unread"}),
    "plain": ({"field": "url_from_plain", "is": ["substring", "y.gov"]},
              {"/older", "/ring", "/unread"}),
    "stands": ({"field": "is_lost", "is": ["eq", True]}, set()),
}  # fmt: skip


@pytest.mark.parametrize(("where", "targets"), TESTS.values(), ids=TESTS)
def test_what_is_made_of_other_columns_can_be_filtered_by(
    where: Any, targets: set[str], http: TestClient
) -> None:
    assert set(links(http, where=where)) == targets


def test_rows_agree_with_what_their_filters_say(http: TestClient) -> None:
    every = asked(http, "all-backlinks", aggregation="all")
    for name in ("tld_class_source", "tld_class_target", "port_source", "port_target", "is_text",
                 "is_image", "is_lost", "name_target", "len_url_redirect", "is_root_source",
                 "is_root_target"):  # fmt: skip
        for value in {row[name] for row in every} - {None}:
            where = {"field": name, "is": ["eq", value]}
            found = asked(http, "all-backlinks", aggregation="all", where=where)
            assert found == [row for row in every if row[name] == value], (name, value)


def test_what_no_input_tells_is_neither_yes_nor_no(tmp_path: Path) -> None:
    names = ["com.tea", "net.pots", "org.blog"]
    scored(tmp_path, names, [(1, 0), (2, 0), (0, 1)])
    graph = client(tmp_path / "store")
    columns = ("is_text", "is_image", "is_content", "link_type", "is_dofollow")
    every = asked(graph, "all-backlinks", select=",".join(columns))
    assert every == [dict.fromkeys(columns)] * 2
    for name in columns:
        value = "text" if name == "link_type" else True
        for test in (["eq", value], ["neq", value]):
            assert asked(graph, "all-backlinks", where={"field": name, "is": test}) == []
        assert asked(graph, "all-backlinks", where={"field": name, "is": "is_null"}, select=name)
    for which in ("any", "all"):
        chain = {"list_is": {which: ["prefix", "https://tea.com"]}}
        for name in ("url_redirect", "url_redirect_with_target", "redirect_kind"):
            assert asked(graph, "all-backlinks", where={"field": name} | chain) == []
    unknown = {"field": "url_redirect_with_target", "is": "is_null"}
    assert len(asked(graph, "all-backlinks", where=unknown)) == 2
    answer = graph.get(f"{SITE}/refdomains", params={"target": "tea.com"}).json()["refdomains"]
    assert {row["dofollow_links"] for row in answer} == {None}


def test_links_from_hosts_that_are_domains_come_first_when_asked_so(http: TestClient) -> None:
    rows = asked(http, "all-backlinks", aggregation="all", order_by="is_root_source:desc")
    assert [row["is_root_source"] for row in rows] == [True] * (len(rows) - 1) + [False]
    assert rows[-1]["name_source"] == "blog.x.com"
    bare = {"field": "is_root_source", "is": ["eq", True]}
    assert {r["domain"]: r["links_to_target"] for r in asked(http, "refdomains", where=bare)} == {
        "x.com": 2, "y.gov": 3, "mit.edu": 2,
    }  # fmt: skip


def test_rows_count_only_the_links_that_a_filter_of_links_leaves(http: TestClient) -> None:
    followed = {"field": "is_dofollow", "is": ["eq", True]}
    every = {row["domain"]: row["links_to_target"] for row in asked(http, "refdomains")}
    found = asked(http, "refdomains", where=followed)
    assert every == {"x.com": 3, "y.gov": 3, "mit.edu": 2}
    assert {r["domain"]: r["links_to_target"] for r in found} == every | {"y.gov": 2}
    both = {"and": [followed, {"field": "url_to", "is": ["suffix", "/a"]},
                    {"field": "links_to_target", "is": ["gte", 2]}]}  # fmt: skip
    assert [r["domain"] for r in asked(http, "refdomains", where=both)] == ["x.com"]
    none = {"not": {"field": "anchor", "is": ["substring", "c"]}}
    assert {r["domain"] for r in asked(http, "refdomains", where=none)} == {"x.com", "y.gov"}
    words = asked(http, "anchors", where={"field": "root_domain_name", "is": ["eq", "y.gov"]})
    assert {r["anchor"]: r["links_to_target"] for r in words} == {"b": 1, "c": 2}
    to = asked(http, "linkeddomains", target="mit.edu", where=followed)
    assert {r["domain"] for r in to} == {"tea.com", "cups.net"}
    inside = asked(http, "linked-anchors-internal", where=followed)
    assert [r["anchor"] for r in inside] == ["in"]


def test_a_filter_of_links_holds_in_both_snapshots(tmp_path: Path) -> None:
    publish(
        tmp_path, rows("x.com/ -> tea.com/ a\nx.com/ -> tea.com/ b nofollow\ny.com/ -> tea.com/ c")
    )
    api.score(tmp_path / "store")
    publish(tmp_path, rows("x.com/ status=404\nz.com/ -> tea.com/ d nofollow", FETCHED_AT + 1))
    api.score(tmp_path / "store")
    followed = {"field": "is_dofollow", "is": ["eq", True]}
    found = asked(client(tmp_path / "store"), "refdomains", history="all_time", where=followed)
    told = {r["domain"]: (r["links_to_target"], r["lost_links"], r["new_links"]) for r in found}
    assert told == {"x.com": (1, 1, 0), "y.com": (1, 0, 0)}


def test_domains_tell_whom_their_followed_links_join(http: TestClient) -> None:
    names = "domain,dofollow_refdomains,dofollow_linked_domains"
    assert asked(http, "refdomains", where={"field": "domain", "is": ["eq", "mit.edu"]},
                 select=names) == [
        {"domain": "mit.edu", "dofollow_refdomains": 0, "dofollow_linked_domains": 2}
    ]  # fmt: skip
    linked = asked(http, "linkeddomains", target="mit.edu", select=names)
    assert {tuple(row.values()) for row in linked} == {
        ("tea.com", 3, 0), ("cups.net", 1, 0), ("pots.net", 0, 0)
    }  # fmt: skip


def test_pages_tell_of_the_links_to_them(http: TestClient) -> None:
    pages = {
        row["url_to"].partition("tea.com")[2]: row for row in asked(http, "pages-by-backlinks")
    }
    assert pages["/older"]["target_redirect"] == "https://tea.com/old"
    assert pages["/a"]["target_redirect"] is None
    assert [pages["/a"][n] for n in ("redirects_to_target", "nofollow_to_target")] == [1, 0]
    assert pages["/a"]["first_seen_link"] == "2023-11-14T22:13:20Z"
    assert pages["/a"]["top_domain_rating_source"] is not None
    inside = {row["url_to"].partition("tea.com")[2]: row
              for row in asked(http, "pages-by-internal-links")}  # fmt: skip
    names = ("links_to_target", "dofollow_to_target", "nofollow_to_target", "redirects_to_target",
             "canonical_to_target")  # fmt: skip
    assert [inside["/a"][name] for name in names] == [2, 1, 1, 1, 1]
    targets = {"targets": [{"url": "tea.com"}, {"url": "x.com"}]}
    batch = http.post("/v3/batch-analysis/batch-analysis", json=targets).json()["targets"]
    assert [row["backlinks_redirect"] for row in batch] == [1, 0]


def test_links_of_all_time_are_those_of_every_snapshot_once(tmp_path: Path) -> None:
    looks = ("x.com/ -> tea.com/ a\nx.com/ -> tea.com/ a\ny.com/ -> tea.com/ b",
             "x.com/ -> tea.com/ other\nz.com/ -> tea.com/ c", "z.com/ status=200",
             "z.com/ -> tea.com/ again\nx.com/ status=404")  # fmt: skip
    told = []
    for look, text in enumerate(looks):
        publish(tmp_path, rows(text, FETCHED_AT + look))
        api.score(tmp_path / "store")
        params = {"target": "tea.com"}
        answer = client(tmp_path / "store").get(f"{SITE}/backlinks-stats", params=params)
        told.append(tuple(answer.json()["metrics"].values()))
    assert told == [(3, 3, 2, 2), (3, 4, 3, 3), (2, 4, 2, 3), (2, 4, 2, 3)]


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.path)
def test_every_null_has_a_reason(endpoint: Endpoint) -> None:
    assert set(endpoint.unknown) <= set(WHY)


def test_every_null_of_a_batch_has_a_reason() -> None:
    assert all(why_null(name) for name in (*UNKNOWN_OF_BATCH, "index_rank"))


def test_a_report_counts_only_some_links(store: Path) -> None:
    web = linkshed.open(store)
    few = web.refdomains("tea.com", where_links="is_followed and target_host = 'tea.com'")
    assert sum(row["links"] for row in few.to_dicts()) == 7
    with pytest.raises(linkshed.errors.ColumnError, match="is_folowed"):
        web.anchors("tea.com", where_links="is_folowed")
