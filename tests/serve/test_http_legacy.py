"""The addresses that scripts already use: their shape, their names, their modes and filters."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

import linkshed
from linkshed import api
from linkshed.serve.http.endpoints import ENDPOINTS, LEFT_OUT, Endpoint
from linkshed.serve.http.shapes import WORDS
from linkshed.serve.http.singles import BATCH, FIGURES, HISTORIES
from serve.served import DOMAIN, client, make, problem
from webs import FETCHED_AT, publish, rows

SITE = "/v3/site-explorer"
MANY = "/v3/batch-analysis/batch-analysis"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("legacy"))


@pytest.fixture(scope="module")
def http(store: Path) -> TestClient:
    return client(store)


def asked(http: TestClient, path: str, **given: Any) -> Any:
    answer = http.get(f"{SITE}/{path}", params={"target": DOMAIN} | given)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(endpoint: Endpoint) -> str:
    return endpoint.path


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=ids)
def test_rows_are_those_of_the_report_under_the_names_of_the_contract(
    endpoint: Endpoint, http: TestClient, store: Path
) -> None:
    found = asked(http, endpoint.path)
    assert list(found) == [endpoint.rows]
    names = endpoint.names()
    assert list(found[endpoint.rows][0]) == [*names, *endpoint.derived]
    where = json.dumps(endpoint.always) if endpoint.always else None
    options = endpoint.options | ({"grouping": "similar"} if endpoint.is_grouped else {})
    report = linkshed.open(store).report(
        endpoint.report, DOMAIN, mode="subdomains", where=where, order_by=endpoint.order_by,
        select=",".join(names.values()), **options,
    )  # fmt: skip
    other = ("seen", "date", "visited", "languages")
    plain = [n for n in names if n not in WORDS and not any(word in n for word in other)]
    for row, own in zip(found[endpoint.rows], report.to_dicts(), strict=True):
        assert [row[name] for name in plain] == [own[names[name]] for name in plain]


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=ids)
def test_names_are_columns_and_what_cannot_be_known_is_null(
    endpoint: Endpoint, http: TestClient
) -> None:
    report = api.REPORTS.load(endpoint.report).REPORT
    own = {column.name for column in report.columns}
    assert set(endpoint.names().values()) <= own
    assert not set(endpoint.unknown) & set(endpoint.names())
    select = ",".join([*endpoint.unknown, "their_rank", next(iter(endpoint.names()))])
    rows = asked(http, endpoint.path, select=select)[endpoint.rows]
    assert rows
    for row in rows:
        assert list(row) == select.split(",")
        assert [row[name] for name in (*endpoint.unknown, "their_rank")] == [None] * (
            len(endpoint.unknown) + 1
        )
    only = asked(http, endpoint.path, select="their_rank")[endpoint.rows]
    assert only == [{"their_rank": None}] * len(rows)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=ids)
def test_csv_says_what_json_says(endpoint: Endpoint, http: TestClient) -> None:
    name = next(
        name for name in endpoint.names() if name in ("url_from", "url_to", "domain", "anchor")
    )
    params = {"target": DOMAIN, "output": "csv", "select": name}
    lines = list(csv.reader(io.StringIO(http.get(f"{SITE}/{endpoint.path}", params=params).text)))
    rows = asked(http, endpoint.path, select=name)[endpoint.rows]
    assert lines[0] == [name]
    assert [line[0].lstrip("'") for line in lines[1:]] == [row[name] for row in rows]


def test_modes_and_protocols_choose_the_pages(http: TestClient) -> None:
    def targets(**given: str) -> set[str]:
        found = asked(http, "all-backlinks", aggregation="all", select="url_to", **given)
        return {row["url_to"] for row in found["backlinks"]}

    every = {"https://tea.com/", "https://tea.com/green", "https://tea.com/gone"}
    assert targets() == targets(mode="domain") == targets(protocol="https") == every
    assert targets(mode="exact") == {"https://tea.com/"}
    assert targets(target="tea.com/g", mode="prefix") == every - {"https://tea.com/"}
    assert targets(target="https://tea.com/green", mode="exact") == {"https://tea.com/green"}
    assert targets(target="tea.com/green", mode="exact", protocol="http") == set()
    assert targets(protocol="http") == targets(target="www.tea.com") == set()
    for endpoint in ENDPOINTS:
        every = asked(http, endpoint.path)
        assert asked(http, endpoint.path, protocol="https") == every
        assert asked(http, endpoint.path, protocol="http") == {endpoint.rows: []}
    answer = http.get(f"{SITE}/backlinks-stats", params={"target": DOMAIN, "protocol": "http"})
    problem(answer, 400, "ParameterError", "mode=exact")


def test_filters_and_orders_use_the_names_of_the_contract(http: TestClient) -> None:
    where = json.dumps({"and": [{"field": "is_dofollow", "is": ["eq", True]},
                                {"not": {"field": "url_from", "is": ["substring", "wiki"]}}]})  # fmt: skip
    rows = asked(http, "all-backlinks", where=where, aggregation="all", order_by="url_from:desc",
                 select="url_from,is_dofollow")["backlinks"]  # fmt: skip
    urls = [row["url_from"] for row in rows]
    assert urls == sorted(urls, reverse=True)
    assert all(row["is_dofollow"] and "wiki" not in row["url_from"] for row in rows)
    whole = asked(http, "all-backlinks", aggregation="all", limit=1000)["backlinks"]
    kept = [r for r in whole if r["is_dofollow"] and "wiki" not in r["url_from"]]
    assert len(rows) == len(kept) > 10


def test_the_same_name_means_internal_links_where_the_address_says_so(http: TestClient) -> None:
    inside = asked(http, "pages-by-internal-links", where=json.dumps(
        {"field": "links_to_target", "is": ["gte", 1]}), order_by="links_to_target:desc")  # fmt: skip
    counts = {row["url_to"]: row["links_to_target"] for row in inside["pages"]}
    assert counts == {"https://tea.com/": 2, "https://tea.com/green": 1, "https://tea.com/water": 1}
    outside = asked(http, "pages-by-backlinks")["pages"]
    assert {row["url_to"] for row in outside} == {
        "https://tea.com/", "https://tea.com/green", "https://tea.com/gone"
    }  # fmt: skip
    assert outside == asked(http, "best-by-external-links")["pages"]


def test_aggregation_groups_as_the_report_does(http: TestClient) -> None:
    counts = {
        way: len(asked(http, "all-backlinks", aggregation=way)["backlinks"])
        for way in ("all", "similar_links", "1_per_domain")
    }
    domains = len(asked(http, "refdomains")["refdomains"])
    assert counts["all"] > counts["similar_links"] > counts["1_per_domain"] == domains


def test_offsets_and_cursors_cover_all_rows_once(http: TestClient) -> None:
    whole = asked(http, "refdomains")["refdomains"]
    by_offset = [row for at in range(0, len(whole), 7)
                 for row in asked(http, "refdomains", limit=7, offset=at)["refdomains"]]  # fmt: skip
    by_cursor: list[Any] = []
    params: dict[str, Any] = {"target": DOMAIN, "limit": 7}
    while True:
        answer = http.get(f"{SITE}/refdomains", params=params)
        by_cursor += answer.json()["refdomains"]
        if "linkshed-cursor" not in answer.headers:
            break
        params["cursor"] = answer.headers["linkshed-cursor"]
    assert by_offset == by_cursor == whole
    tag = answer.headers["etag"]
    again = http.get(f"{SITE}/refdomains", params=params, headers={"if-none-match": tag})
    assert again.status_code == 304


def test_empty_values_are_no_values_as_clients_send_them(http: TestClient) -> None:
    empty = dict.fromkeys(("where", "order_by", "select", "timeout", "protocol", "cursor"), "")
    assert asked(http, "all-backlinks", **empty) == asked(http, "all-backlinks")


def test_figures_agree_with_the_rows(http: TestClient) -> None:
    links = asked(http, "all-backlinks", aggregation="all")["backlinks"]
    domains = asked(http, "refdomains")["refdomains"]
    assert asked(http, "backlinks-stats")["metrics"] == {
        "live": len(links), "all_time": len(links),
        "live_refdomains": len(domains), "all_time_refdomains": len(domains),
    }  # fmt: skip
    linked = asked(http, "linkeddomains")["linkeddomains"]
    assert asked(http, "outlinks-stats")["metrics"] == {
        "outgoing_links": sum(row["links_from_target"] for row in linked),
        "outgoing_links_dofollow": sum(row["dofollow_links"] for row in linked),
        "linked_domains": len(linked),
        "linked_domains_dofollow": sum(row["dofollow_links"] > 0 for row in linked),
    }
    assert (len(linked), sum(row["dofollow_links"] for row in linked)) == (2, 1)
    rated = asked(http, "all-backlinks", target="cups.net", select="domain_rating_source")
    of_domain = asked(http, "domain-rating", target="https://www.tea.com/green")
    assert (
        of_domain["domain_rating"]["domain_rating"]
        == (rated["backlinks"][0]["domain_rating_source"])
    )
    assert of_domain["domain_rating"]["rank"] >= 1
    nowhere = asked(http, "domain-rating", target="nowhere.example")["domain_rating"]
    assert nowhere == {"domain_rating": None, "rank": None}
    assert set(asked(http, "metrics")["metrics"].values()) == {None}


@pytest.mark.parametrize("path", FIGURES)
def test_figures_have_the_members_that_are_declared(path: str, http: TestClient) -> None:
    ((_, found),) = asked(http, path).items()
    assert list(found) == list(FIGURES[path])
    params = {"target": DOMAIN, "output": "csv"}
    head = http.get(f"{SITE}/{path}", params=params).text.splitlines()[0]
    assert head.split(",") == list(FIGURES[path])


def test_figures_of_a_day_before_all_snapshots_are_not_invented(http: TestClient) -> None:
    params = {"target": DOMAIN, "date": "2001-02-03"}
    problem(http.get(f"{SITE}/backlinks-stats", params=params), 404, "NotFoundError", "2001-02-03")
    assert asked(http, "backlinks-stats", date="2999-01-01") == asked(http, "backlinks-stats")
    problem(http.get(f"{SITE}/metrics", params=params | {"date": "x"}), 400, "ParameterError")


@pytest.mark.parametrize("path", HISTORIES)
def test_histories_hold_the_last_scored_snapshot_of_each_period(
    path: str, http: TestClient
) -> None:
    member, figure = HISTORIES[path]
    for grouping in ("daily", "weekly", "monthly"):
        points = asked(http, path, history_grouping=grouping)[member]
        assert [list(point) for point in points] == [["date", figure]]
    now = {
        "refdomains": len(asked(http, "refdomains")["refdomains"]),
        "domain_rating": asked(http, "domain-rating")["domain_rating"]["domain_rating"],
        "url_rating": asked(http, "pages-by-backlinks", mode="exact")["pages"][0][
            "url_rating_target"
        ],
    }
    assert points[0][figure] == now[figure]
    assert asked(http, path, date_from="2999-01-01") == {member: []}
    assert asked(http, path, date_to="2001-01-01") == {member: []}


def test_a_batch_gives_the_figures_of_each_target(http: TestClient) -> None:
    targets = [{"url": DOMAIN}, {"url": "nowhere.example"},
               {"url": "tea.com/green", "mode": "exact", "protocol": "https"}]  # fmt: skip
    answer = http.post(MANY, json={"targets": targets})
    rows = answer.json()["targets"]
    assert [list(row)[: len(BATCH)] for row in rows] == [list(BATCH)] * 3
    stats = asked(http, "backlinks-stats")["metrics"]
    assert (rows[0]["backlinks"], rows[0]["refdomains"]) == (
        stats["live"],
        stats["live_refdomains"],
    )
    assert rows[0]["backlinks_dofollow"] + rows[0]["backlinks_nofollow"] == rows[0]["backlinks"]
    assert (rows[1]["backlinks"], rows[1]["domain_rating"], rows[1]["url_rating"]) == (
        0,
        None,
        None,
    )
    assert 0 < rows[2]["backlinks"] < rows[0]["backlinks"]
    assert all(row["org_traffic"] is None and row["ip"] is None for row in rows)


def test_words_of_links_are_those_inside_and_outside(http: TestClient) -> None:
    outside = asked(http, "linked-anchors-external", select="anchor,links_from_target")
    assert {row["anchor"] for row in outside["linkedanchors"]} == {"our potter", "cups"}
    inside = asked(http, "linked-anchors-internal", select="anchor,links_from_target")
    assert {row["anchor"]: row["links_from_target"] for row in inside["linkedanchors"]} == {
        "Home": 2, "Green tea": 1, "Soft water": 1,
    }  # fmt: skip


def test_history_also_lists_links_that_are_gone(tmp_path: Path) -> None:
    publish(tmp_path, rows("x.com/ -> tea.com/ a\ny.com/ -> tea.com/ b\nz.com/ status=200"))
    api.score(tmp_path / "store")
    alone = client(tmp_path / "store")
    live = asked(alone, "all-backlinks")
    assert asked(alone, "all-backlinks", history="all_time") == live
    later = rows("x.com/ status=404\nz.com/ -> tea.com/ c\nnew.com/ -> tea.com/ d", FETCHED_AT + 1)
    publish(tmp_path, later)
    api.score(tmp_path / "store")
    http = client(tmp_path / "store")
    select = "url_from,is_new,is_lost,lost_reason,discovered_status,drop_reason"
    told = {}
    for history in ("all_time", "since:2020-01-01"):
        found = asked(http, "all-backlinks", history=history, select=select)["backlinks"]
        told[history] = sorted(tuple(row.values()) for row in found)
    assert (
        told["all_time"]
        == told["since:2020-01-01"]
        == [
            ("https://new.com/", None, False, None, "pagefound", None),
            ("https://x.com/", False, True, "notfound", None, None),
            ("https://y.com/", False, False, None, None, None),
            ("https://z.com/", True, False, None, "linkfound", None),
        ]
    )
    lost = json.dumps({"field": "is_lost", "is": ["eq", True]})
    only = asked(http, "all-backlinks", history="all_time", where=lost)["backlinks"]
    assert [row["url_from"] for row in only] == ["https://x.com/"]
    live = {"https://new.com/", "https://y.com/", "https://z.com/"}
    assert {row["url_from"] for row in asked(http, "all-backlinks")["backlinks"]} == live
    today = asked(http, "all-backlinks", history="since:2999-01-01", select="url_from,is_lost")
    assert {row["url_from"] for row in today["backlinks"]} == live
    assert {row["is_lost"] for row in today["backlinks"]} == {False}


def test_a_batch_is_ordered_and_cut_to_columns(http: TestClient) -> None:
    targets = [{"url": url} for url in (DOMAIN, "nowhere.example", "pots.net")]
    body = {"targets": targets, "select": ["url", "url_rating"], "order_by": "url_rating:desc"}
    path = MANY
    rows = http.post(path, json=body).json()["targets"]
    assert [row["url"] for row in rows] == [DOMAIN, "pots.net", "nowhere.example"]
    rows = http.post(path, json=body | {"order_by": "url_rating"}).json()["targets"]
    assert [row["url"] for row in rows] == ["pots.net", DOMAIN, "nowhere.example"]
    text = http.post(path, json=body | {"output": "csv", "select": "url"}).text
    assert text.split() == ["url", DOMAIN, "pots.net", "nowhere.example"]
    for wrong in ({"select": ["colour"]}, {"order_by": "colour"}):
        problem(http.post(path, json=body | wrong), 400, "ColumnError", "colour", "refdomains")
    problem(http.post(path, json={"targets": []}), 400, "ParameterError", "targets")
    several = {"targets": [{"url": "tea.com, pots.net"}]}
    problem(http.post(path, json=several), 400, "ParameterError", "one domain or URL")
    many = {"targets": [{"url": "a.com"}] * 101}
    problem(http.post(path, json=many), 400, "ParameterError", "100")


def test_a_batch_is_ordered_by_several_columns(http: TestClient) -> None:
    targets = [{"url": url} for url in ("nowhere.example", "pots.net", DOMAIN, "wiki.net")]
    path = MANY
    body = {"targets": targets, "select": "url, url,backlinks"}
    rows = http.post(path, json=body | {"order_by": "backlinks:desc,url:asc"}).json()["targets"]
    assert [list(row) for row in rows] == [["url", "backlinks"]] * 4
    assert rows == sorted(rows, key=lambda row: (-row["backlinks"], row["url"]))
    rows = http.post(path, json=body | {"order_by": "backlinks,index:desc"}).json()["targets"]
    assert [row["url"] for row in rows] == ["wiki.net", "nowhere.example", "pots.net", DOMAIN]
    wrong = http.post(path, json=body | {"order_by": "backlinks:down"})
    problem(wrong, 400, "ParameterError", "backlinks:down")


def test_names_that_are_blank_are_none(http: TestClient) -> None:
    assert asked(http, "anchors", select=",", order_by=" , ") == asked(http, "anchors")
    rows = asked(http, "anchors", select="anchor,, anchor ,")["anchors"]
    assert {tuple(row) for row in rows} == {("anchor",)}


def test_a_parameter_given_twice_is_not_half_lost(http: TestClient) -> None:
    for path, name in ((f"{SITE}/anchors", "target"), ("/v1/reports/anchors", "scope")):
        answer = http.get(f"{path}?{name}=tea.com&{name}=pots.net")
        problem(answer, 400, "ParameterError", f"'{name}' 2 times", "commas")


@pytest.mark.parametrize("path", [*FIGURES, *HISTORIES])
def test_figures_that_are_known_are_not_sent_again(path: str, http: TestClient) -> None:
    params = {"target": DOMAIN}
    first = http.get(f"{SITE}/{path}", params=params)
    for known in (first.headers["etag"], "*"):
        again = http.get(f"{SITE}/{path}", params=params, headers={"if-none-match": known})
        assert (again.status_code, again.content) == (304, b"")
    other = http.get(f"{SITE}/{path}", params=params | {"output": "csv"},
                     headers={"if-none-match": first.headers["etag"]})  # fmt: skip
    assert other.status_code == 200
    newest = http.get("/v1/snapshots").json()[-1]["id"]
    assert first.headers.get("linkshed-snapshot") == (newest if path in FIGURES else None)


def test_of_many_absent_targets_the_header_names_some(http: TestClient) -> None:
    names = [f"nowhere{i}.example" for i in range(50)]
    answer = http.get(f"{SITE}/anchors", params={"target": ", ".join([*names, "a" * 3000])})
    told = answer.headers["linkshed-absent"]
    assert told.startswith("nowhere0.example, nowhere1.example")
    assert told.endswith(", and 31 more")
    answer = http.get(f"{SITE}/anchors", params={"target": "a" * 3000})
    assert len(answer.headers["linkshed-absent"]) == 200


@pytest.mark.parametrize("path", LEFT_OUT)
def test_what_is_left_out_says_why(path: str, http: TestClient) -> None:
    told = problem(http.get(f"{SITE}/{path}", params={"target": DOMAIN}), 404, "NotFoundError")
    assert LEFT_OUT[path] in told["received"]
    assert "all-backlinks" in told["allowed"]


MISTAKES: dict[str, tuple[str, dict[str, str], str, str]] = {
    "filter that is no JSON": ("all-backlinks", {"where": "anchor"}, "FilterError", "JSON"),
    "filter on nothing": ("all-backlinks", {"where": '{"field": "colour", "is": "empty"}'}, "ColumnError", "colour"),
    "filter on what cannot be known": ("refdomains", {"where": '{"field": "traffic", "is": ["gt", 1]}'}, "ColumnError", "traffic' is not known here (visits"),
    "filter on links that cannot be known": ("anchors", {"where": '{"field": "traffic_page", "is": ["gt", 1]}'}, "ColumnError", "traffic_page' is not known here (visits"),
    "filter on nothing by lists": ("all-backlinks", {"where": '{"field": "url_redirect_with_target", "is": ["eq", "x"]}'}, "FilterError", "list_is"),
    "a yes or no that is neither": ("all-backlinks", {"where": '{"field": "is_text", "is": ["eq", "yes"]}'}, "FilterError", "eq or neq"),
    "links joined with rows": ("refdomains", {"where": '{"or": [{"field": "is_dofollow", "is": ["eq", true]}, {"field": "lost_links", "is": ["gt", 1]}]}'}, "FilterError", "one kind in each part of an and"),
    "links of pages": ("pages-by-backlinks", {"where": '{"field": "anchor", "is": ["eq", "x"]}'}, "ColumnError", "all-backlinks"),
    "unknown column": ("all-backlinks", {"select": "colour"}, "ColumnError", "colour"),
    "the past of linked domains": ("linkeddomains", {"history": "all_time"}, "ParameterError", "refdomains, anchors"),
    "no day": ("all-backlinks", {"history": "since:yesterday"}, "ParameterError", "since:2026-01-31"),
    "no such day": ("anchors", {"history": "since:2026-13-45"}, "ParameterError", "since:2026-01-31"),
    "an unknown history": ("refdomains", {"history": "ever"}, "ParameterError", "live, all_time or since"),
    "order by nothing": ("refdomains", {"order_by": "colour:desc"}, "ColumnError", "links_to_target"),
    "order by what is made of others": ("all-backlinks", {"order_by": "is_text"}, "ColumnError", "cannot be used to order by"),
    "filter on the size of groups": ("all-backlinks", {"where": '{"field": "link_group_count", "is": ["gt", 1]}'}, "FilterError", "order_by=link_group_count:desc"),
    "order the other way round": ("refdomains", {"order_by": "domain:down"}, "ParameterError", "order_by 'domain:down'"),
    "a filter in the words of reports": ("all-backlinks", {"where": '{"field": "domain_rating_source", "is": ["gt", "5"]}'}, "FilterError", """where '{\\"field\\": \\"domain_rating_source\\", \\"is\\": [\\"gt\\", \\"5\\"]}': \\"5\\\""""),
    "a filter that is no object": ("all-backlinks", {"where": "[]"}, "FilterError", "where '[]': []"),
    "a list without any or all": ("all-backlinks", {"where": '{"field": "languages", "list_is": ["eq", "en"]}'}, "FilterError", "any"),
    "a day that is none": ("backlinks-stats", {"date": "20261121"}, "ParameterError", "a day, YYYY-MM-DD"),
    "a day as seconds": ("refdomains-history", {"date_from": "0"}, "ParameterError", "a day, YYYY-MM-DD"),
    "several targets": ("domain-rating", {"target": "tea.com, pots.net"}, "ParameterError", "one domain or URL"),
    "several pages": ("url-rating-history", {"target": "tea.com/ , pots.net/", "mode": "exact"}, "ParameterError", "one domain or URL"),
    "a cursor and an offset": ("anchors", {"cursor": "x", "offset": "3"}, "ParameterError", "offset 3 with a cursor"),
    "a near name": ("all-backlinks", {"select": "url_form"}, "ColumnError", "did you mean url_from"),
    "a word of another list": ("all-backlinks", {"where": '{"field": "link_type", "is": ["eq", "area"]}'}, "FilterError", "text, image"),
    "another form": ("all-backlinks", {"output": "xml"}, "ParameterError", "csv"),
    "unknown mode": ("all-backlinks", {"mode": "host"}, "ParameterError", "subdomains"),
    "unknown parameter": ("anchors", {"aggregation": "all"}, "ParameterError", "aggregation"),
}  # fmt: skip


@pytest.mark.parametrize(("path", "given", "error", "word"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named(
    path: str, given: dict[str, str], error: str, word: str, http: TestClient
) -> None:
    problem(http.get(f"{SITE}/{path}", params={"target": DOMAIN} | given), 400, error, word)


@pytest.mark.parametrize("form", ["xml", "php", "yaml", "JSON"])
def test_a_form_that_is_not_written_names_those_that_are(form: str, http: TestClient) -> None:
    answers = [
        http.get(f"{SITE}/{path}", params={"target": DOMAIN, "output": form})
        for path in ("all-backlinks", "backlinks-stats", "refdomains-history")
    ]
    answers.append(http.post(MANY, json={"targets": [{"url": DOMAIN}], "output": form}))
    for answer in answers:
        told = problem(answer, 400, "ParameterError")
        assert told["received"] == f"output {form!r}"
        assert "json" in told["allowed"]
        assert "csv" in told["allowed"]
