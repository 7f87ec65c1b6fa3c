"""The contract of the addresses that scripts already use, as its public client states it: names of
columns, their types, and the parameters that are sent when nothing is said.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from fastapi.testclient import TestClient

from linkshed import api
from linkshed.serve.http.shapes import domain_class, port
from serve.served import DOMAIN, client, make
from webs import FETCHED_AT, publish, rows

SITE = "/v3/site-explorer"
LINK = {
    str: "alt anchor encoding first_seen first_seen_link ip_source last_seen last_visited link_type"
    " name_source name_target page_category_source page_type_source root_name_source"
    " root_name_target snippet_left snippet_right source_page_author title tld_class_source"
    " tld_class_target url_from url_from_plain url_to url_to_plain",
    int: "class_c http_code link_group_count linked_domains_source_domain"
    " linked_domains_source_page linked_domains_target_domain links_external links_internal"
    " page_size port_source port_target positions redirect_code refdomains_source"
    " refdomains_source_domain refdomains_target_domain traffic traffic_domain index_rank_source",
    float: "domain_rating_source domain_rating_target url_rating_source",
    bool: "http_crawl is_alternate is_canonical is_content is_dofollow is_form is_frame is_image"
    " is_nofollow is_redirect is_root_source is_root_target is_rss is_spam is_sponsored is_text"
    " is_ugc js_crawl",
    list: "languages powered_by redirect_kind url_redirect url_redirect_with_target",
}
CONTRACT: dict[str, dict[type, str]] = {
    "all-backlinks": LINK
    | {
        str: LINK[str] + " broken_redirect_new_target broken_redirect_reason broken_redirect_source"
        " discovered_status drop_reason lost_reason source_page_publish_date",
        bool: LINK[bool] + " is_lost is_new is_redirect_lost noindex",
    },
    "broken-backlinks": LINK
    | {str: LINK[str] + " last_visited_target", int: LINK[int] + " http_code_target"},
    "refdomains": {
        str: "domain first_seen ip_source last_seen",
        int: "dofollow_linked_domains dofollow_links dofollow_refdomains links_to_target lost_links"
        " new_links positions_source_domain traffic_domain",
        float: "domain_rating",
        bool: "is_root_domain is_spam",
    },
    "anchors": {
        str: "anchor first_seen last_seen",
        int: "dofollow_links links_to_target lost_links new_links refdomains refpages",
        float: "top_domain_rating",
        bool: "is_spam",
    },
    "linkeddomains": {
        str: "domain first_seen",
        int: "dofollow_linked_domains dofollow_links dofollow_refdomains linked_domain_traffic"
        " linked_pages links_from_target",
        float: "domain_rating",
        bool: "is_root_domain",
    },
    "linked-anchors-external": {
        str: "anchor first_seen",
        int: "dofollow_links linked_domains linked_pages links_from_target",
    },
    "linked-anchors-internal": {
        str: "anchor first_seen",
        int: "dofollow_links linked_pages links_from_target",
    },
    "pages-by-backlinks": {
        str: "first_seen_link last_seen last_visited_source last_visited_target target_redirect"
        " title_target url_to url_to_plain",
        int: "dofollow_to_target http_code_target links_to_target lost_links_to_target"
        " new_links_to_target nofollow_to_target redirects_to_target refdomains_target",
        float: "top_domain_rating_source url_rating_target",
        bool: "is_spam",
        list: "languages_target powered_by_target",
    },
    "pages-by-internal-links": {
        str: "first_seen_link last_seen last_visited_source last_visited_target target_redirect"
        " title_target url_to url_to_plain",
        int: "canonical_to_target dofollow_to_target http_code_target links_to_target"
        " nofollow_to_target redirects_to_target",
        float: "url_rating_target",
        list: "languages_target powered_by_target",
    },
}
LISTED = {
    "all-backlinks": "backlinks", "broken-backlinks": "backlinks", "refdomains": "refdomains",
    "anchors": "anchors", "linkeddomains": "linkeddomains",
    "linked-anchors-external": "linkedanchors", "linked-anchors-internal": "linkedanchors",
    "pages-by-backlinks": "pages", "pages-by-internal-links": "pages",
}  # fmt: skip
HISTORY = ("all-backlinks", "refdomains", "anchors", "pages-by-backlinks")
GROUPED = ("all-backlinks", "broken-backlinks")


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return client(make(tmp_path_factory.mktemp("compatible")))


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """Two looks at some links, between which some were lost and some were won."""
    folder = tmp_path_factory.mktemp("moved")
    before = """
        x.com/ -> tea.com/ a
        x.com/2 -> tea.com/ a footer
        y.com/ language=en
        y.com/ -> tea.com/ b image
        y.com/ -> tea.com/green b
        sub.y.com/ -> tea.com/ c area
        z.com/ status=200
        tea.com/ -> tea.com/green home
    """
    after = """
        x.com/ status=404
        x.com/2 status=200
        z.com/ -> tea.com/ c
        z.com/ -> tea.com/ c
        new.com/ -> tea.com/green d
        y.com/ language=en
        y.com/ -> tea.com/ b image
    """
    for look, text in enumerate((before, after)):
        publish(folder, rows(text, FETCHED_AT + look))
        api.score(folder / "store")
    return client(folder / "store")


def sent(path: str, columns: str) -> dict[str, str]:
    """The parameters of the public client, called with a target and columns only."""
    given = {"target": DOMAIN, "select": columns, "limit": "1000", "protocol": "both",
             "mode": "subdomains", "timeout": "", "order_by": "", "where": ""}  # fmt: skip
    given |= {"history": "all_time"} if path in HISTORY else {}
    return given | ({"aggregation": "similar_links"} if path in GROUPED else {})


def asked(http: TestClient, path: str, **given: Any) -> list[dict[str, Any]]:
    answer = http.get(f"{SITE}/{path}", params={"target": DOMAIN} | given)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()[LISTED[path]]
    return found


@pytest.mark.parametrize("path", CONTRACT)
@pytest.mark.parametrize("web", ["http", "moved"])
def test_every_column_is_there_with_its_type_or_null(
    path: str, web: str, request: pytest.FixtureRequest
) -> None:
    kinds = {name: kind for kind, names in CONTRACT[path].items() for name in names.split()}
    answer = request.getfixturevalue(web).get(f"{SITE}/{path}", params=sent(path, ",".join(kinds)))
    assert answer.status_code == 200, answer.text
    found = answer.json()[LISTED[path]]
    assert found or (web, path) == ("moved", "broken-backlinks") or path.startswith("linked")
    for row in found:
        assert list(row) == list(kinds)
        for name, value in row.items():
            kind = (int, float) if kinds[name] is float else kinds[name]
            assert value is None or (
                isinstance(value, kind) and (kinds[name] is bool or not isinstance(value, bool))
            ), (name, value)
        assert row.get("link_type") in (None, "text", "image")


def test_links_that_are_gone_count_alike_everywhere(moved: TestClient) -> None:
    links = asked(moved, "all-backlinks", history="all_time", aggregation="all")
    lost = [link for link in links if link["is_lost"]]
    assert sorted(link["url_from"] for link in lost) == [
        "https://x.com/", "https://x.com/2", "https://y.com/"
    ]  # fmt: skip
    assert all(bool(link["last_seen"]) == bool(link["is_lost"]) for link in links)
    for path, key, of_link in (("refdomains", "domain", "root_name_source"),
                               ("anchors", "anchor", "anchor")):  # fmt: skip
        found = {row[key]: row for row in asked(moved, path, history="all_time")}
        counts = Counter(link[of_link] for link in links)
        assert {name: row["links_to_target"] for name, row in found.items()} == counts
        gone = Counter(link[of_link] for link in lost)
        fresh = Counter(link[of_link] for link in links if link["is_new"])
        for name, row in found.items():
            assert (row["lost_links"], row["new_links"]) == (gone[name], fresh[name])
            assert bool(row["last_seen"]) == (gone[name] == counts[name])
        live = asked(moved, path)
        assert {row[key] for row in live} == {n for n in found if gone[n] < counts[n]}
        assert all(row["lost_links"] is row["new_links"] is row["last_seen"] is None
                   for row in live)  # fmt: skip
    pages = {row["url_to"]: row for row in asked(moved, "pages-by-backlinks", history="all_time")}
    gone = Counter(link["url_to"] for link in lost)
    assert {url: row["lost_links_to_target"] for url, row in pages.items()} == {
        url: gone[url] for url in pages
    }
    assert set(pages) == {link["url_to"] for link in links}


def test_a_history_adds_to_what_stands_from_its_day_on(moved: TestClient) -> None:
    def listed(history: str) -> set[str]:
        found = asked(moved, "all-backlinks", history=history, aggregation="all")
        return {(link["url_from"], link["url_to"]) for link in found}

    assert listed("live") == listed("since:2999-01-01") < listed("since:2001-01-01")
    assert listed("since:2001-01-01") == listed("all_time")
    for path in ("refdomains", "anchors", "pages-by-backlinks"):
        key = {"refdomains": "domain", "anchors": "anchor"}.get(path, "url_to")
        live, late, whole = (
            {row[key] for row in asked(moved, path, history=history)}
            for history in ("live", "since:2999-01-01", "since:2001-01-01")
        )
        assert live == late <= whole


@pytest.mark.parametrize("aggregation", ["similar_links", "1_per_domain"])
def test_links_that_are_gone_are_grouped_too(moved: TestClient, aggregation: str) -> None:
    whole = asked(moved, "all-backlinks", history="all_time", aggregation="all")
    grouped = asked(moved, "all-backlinks", history="all_time", aggregation=aggregation)
    assert sum(row["link_group_count"] for row in grouped) == len(whole) > len(grouped)
    if aggregation == "1_per_domain":
        assert Counter(r["root_name_source"] for r in whole) == {
            row["root_name_source"]: row["link_group_count"] for row in grouped
        }


def test_a_page_has_no_backlinks_from_its_own_domain(http: TestClient) -> None:
    for mode in ("exact", "prefix", "domain", "subdomains"):
        for path, name in (("all-backlinks", "root_name_source"), ("refdomains", "domain")):
            found = asked(http, path, target="https://tea.com/", mode=mode, select=name)
            assert found
            assert all(row[name] != "tea.com" for row in found)
    stats = http.get(f"{SITE}/backlinks-stats", params={"target": "tea.com/green", "mode": "exact"})
    page = asked(http, "pages-by-backlinks", target="tea.com/green", mode="exact")[0]
    assert stats.json()["metrics"]["live"] == page["links_to_target"]
    assert page["nofollow_to_target"] + page["dofollow_to_target"] == page["links_to_target"]


def test_words_and_lists_of_the_contract_can_be_filtered_by(moved: TestClient) -> None:
    def having(**test: Any) -> set[str]:
        given = {"where": json.dumps(test), "history": "all_time", "aggregation": "all"}
        return {row["url_from"] for row in asked(moved, "all-backlinks", **given)}

    images = {"https://y.com/", "https://sub.y.com/"}
    assert having(field="link_type", **{"is": ["eq", "image"]}) == images
    others = having(field="link_type", **{"is": ["neq", "image"]})
    assert "https://sub.y.com/" not in others
    assert "https://x.com/2" in others
    assert having(field="lost_reason", **{"is": ["eq", "notfound"]}) == {"https://x.com/"}
    assert having(field="discovered_status", **{"is": ["eq", "pagefound"]}) == {"https://new.com/"}
    lost = {"https://x.com/", "https://x.com/2", "https://y.com/"}
    stand = {*images, "https://z.com/", "https://new.com/"}
    for test, urls in ((["gte", "2020-01-01"], lost), (["gte", "2026-01-01"], set()),
                       ("is_null", stand)):  # fmt: skip
        assert having(field="last_seen", **{"is": test}) == urls
    english = {"field": "languages", "list_is": {"any": ["eq", "en"]}}
    assert having(**english) == {"https://y.com/"}
    assert "https://y.com/" not in having(**{"not": english})


def test_parts_of_an_address_are_columns(moved: TestClient) -> None:
    select = "url_from,name_source,port_source,is_root_source,is_text,is_image,http_crawl"
    links = asked(moved, "all-backlinks", select=select, aggregation="all")
    found = {row["url_from"]: row for row in links}
    assert found["https://sub.y.com/"] == {
        "url_from": "https://sub.y.com/", "name_source": "sub.y.com", "port_source": 443,
        "is_root_source": False, "is_text": False, "is_image": True, "http_crawl": None,
    }  # fmt: skip
    assert found["https://z.com/"]["is_root_source"]
    assert [port(url) for url in ("http://a.com:8080/x", "http://[::1]/")] == [8080, 80]
    names = ("whitehouse.gov", "service.gov.uk", "mit.edu", "anu.edu.au", "ed.gov.com", "gov.com")
    classes = [domain_class(name) for name in names]
    assert classes == ["gov", "gov", "edu", "edu", "normal", "normal"]


def test_what_is_not_in_the_snapshot_is_told_from_what_has_no_links(http: TestClient) -> None:
    for path in CONTRACT:
        answer = http.get(f"{SITE}/{path}", params={"target": "nowhere.example"})
        assert answer.json() == {LISTED[path]: []}
        assert answer.headers["linkshed-absent"] == "nowhere.example"
    for path in ("backlinks-stats", "outlinks-stats", "domain-rating", "metrics",
                 "refdomains-history"):  # fmt: skip
        answer = http.get(f"{SITE}/{path}", params={"target": "bücher.example"})
        assert answer.headers["linkshed-absent"] == "b%C3%BCcher.example"
        assert (
            "linkshed-absent" not in http.get(f"{SITE}/{path}", params={"target": DOMAIN}).headers
        )
    targets = [
        {"url": DOMAIN},
        {"url": "nowhere.example"},
        {"url": "tea.com/none", "mode": "exact"},
    ]
    answer = http.post("/v3/batch-analysis/batch-analysis", json={"targets": targets})
    assert answer.headers["linkshed-absent"] == "nowhere.example, tea.com/none"
    alone = http.get(f"{SITE}/all-backlinks", params={"target": "wiki.net"})
    assert alone.json() == {"backlinks": []}
    assert "linkshed-absent" not in alone.headers


def test_places_in_the_order_of_another_index_are_null_in_a_batch(http: TestClient) -> None:
    body = {"targets": [{"url": DOMAIN}], "select": ["url", "index_rank"]}
    answer = http.post("/v3/batch-analysis/batch-analysis", json=body)
    assert answer.json() == {"targets": [{"url": DOMAIN, "index_rank": None}]}
