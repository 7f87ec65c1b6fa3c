"""A parameter under another name: the answer says which one was meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from serve.served import client, make, problem

REPORTS, SITE, BATCH = "/v1/reports", "/v3/site-explorer", "/v3/batch-analysis/batch-analysis"


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return client(make(tmp_path_factory.mktemp("hints")))


@pytest.mark.parametrize(
    ("path", "given", "told"),
    [
        (f"{REPORTS}/backlinks", {"target": "tea.com"}, "'target' is 'scope' here"),
        (f"{REPORTS}/pages", {"domain": "tea.com"}, "'domain' is 'scope' here"),
        (f"{REPORTS}/pages", {"scope": "tea.com", "offset": "3"}, "'offset' is 'cursor' here"),
        (f"{REPORTS}/pages", {"scope": "tea.com", "output": "csv"}, "'output' is 'format' here"),
        (f"{REPORTS}/pages", {"scope": "tea.com", "history": "live"}, "'history' is 'since' here"),
        (f"{REPORTS}/pages", {"scope": "tea.com", "order-by": "url"}, "'order-by' is 'order_by' here"),
        ("/v1/explain", {"scope": "tea.com"}, "'scope' is 'url' here"),
        (f"{SITE}/anchors", {"scope": "tea.com"}, "'scope' is 'target' here"),
        (f"{SITE}/anchors", {"target": "tea.com", "format": "csv"}, "'format' is 'output' here"),
        (f"{SITE}/domain-rating", {"url": "tea.com"}, "'url' is 'target' here"),
    ],
)  # fmt: skip
def test_another_name_is_recognised(
    path: str, given: dict[str, str], told: str, http: TestClient
) -> None:
    problem(http.get(path, params=given), 400, "ParameterError", told)


@pytest.mark.parametrize(
    ("path", "body", "received", "repair"),
    [
        (f"{REPORTS}/whatif", {"target": "tea.com", "changes": ""}, "no scope",
         "'target' is 'scope' here, 'changes' is 'edits' here"),
        (BATCH, {"urls": ["tea.com"]}, "no targets", "'urls' is 'targets' here"),
        (BATCH, {"targets": [{"target": "tea.com"}]}, "no targets.0.url", "'target' is 'url' here"),
        (BATCH, {"targets": ["tea.com"]}, "targets.0 'tea.com'", ""),
    ],
)  # fmt: skip
def test_another_name_is_recognised_in_a_body(
    path: str, body: dict[str, Any], received: str, repair: str, http: TestClient
) -> None:
    told = problem(http.post(path, json=body), 400, "ParameterError")
    assert (told["received"], told["repair"]) == (received, repair)


def test_a_parameter_of_several_forms_keeps_its_name(http: TestClient) -> None:
    for limit in ("-1", "ten"):
        answer = http.get(f"{REPORTS}/pages", params={"scope": "tea.com", "limit": limit})
        told = problem(answer, 400, "ParameterError", "'all'")
        assert told["received"] == f"limit {limit!r}"


def test_a_kind_of_job_that_does_not_exist_lists_those_that_do(http: TestClient) -> None:
    told = problem(http.post("/v1/jobs", json={"kind": "dance"}), 400, "ParameterError")
    assert told["allowed"] == "crawl, ingest"
    told = problem(http.post("/v1/jobs", json={"kind": "crawl"}), 400, "ParameterError")
    assert told["received"] == "no urls"


def test_another_method_lists_those_that_are_answered(http: TestClient) -> None:
    told = problem(http.put(f"{REPORTS}/pages"), 405, "UsageError")
    assert told["allowed"] == "GET, HEAD, POST"
    told = problem(http.delete(f"{SITE}/anchors"), 405, "UsageError")
    assert told["allowed"] == "GET, HEAD"


def test_what_is_like_nothing_lists_the_parameters(http: TestClient) -> None:
    answer = http.get(f"{REPORTS}/anchors", params={"scope": "tea.com", "zzz": "1"})
    told = problem(answer, 400, "ParameterError", "zzz", "scope, mode, where")
    assert told["repair"] == ""


def test_a_word_for_what_an_address_has_not_is_no_other_one(http: TestClient) -> None:
    answer = http.get(f"{REPORTS}/outgoing", params={"scope": "tea.com", "since": "x"})
    assert problem(answer, 400, "ParameterError", "since 'x'")["repair"] == ""


def test_what_is_required_says_what_it_is(http: TestClient) -> None:
    assert "a domain, host, folder" in problem(
        http.get(f"{REPORTS}/anchors"), 400, "ParameterError")["allowed"]  # fmt: skip


def test_a_report_without_what_it_needs_is_a_mistake_that_names_it(tmp_path: Path) -> None:
    from linkshed import api
    from webs import publish, rows

    publish(tmp_path, rows("a.com/ -> b.com/ x"))
    api.score(tmp_path / "store")
    alone = client(tmp_path / "store")
    scope = {"scope": "b.com"}
    problem(alone.get(f"{REPORTS}/intersect", params=scope), 400, "OptionNeeded", "rivals")
    problem(alone.get(f"{REPORTS}/whatif", params=scope), 400, "OptionNeeded", "no edits")
    for name in ("newlost", "movers", "why"):
        told = problem(alone.get(f"{REPORTS}/{name}", params=scope), 404, "NothingEarlier")
        assert told["received"].startswith("no scored snapshot of other inputs that is older")
        assert "since" in told["repair"]


@pytest.mark.parametrize("path", [f"{REPORTS}/pages", BATCH])
def test_a_body_that_is_not_said_to_be_json_says_how_to_send_it(
    path: str, http: TestClient
) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    told = problem(http.post(path, content=b'{"a": 1}', headers=form), 400, "ParameterError")
    assert told["received"] == "a body of the type application/x-www-form-urlencoded"
    assert told["repair"] == "send it with the header Content-Type: application/json"


def test_inside_a_body_the_members_of_the_object_are_listed(http: TestClient) -> None:
    body = {"targets": [{"url": "tea.com", "modes": "exact"}]}
    told = problem(http.post(BATCH, json=body), 400, "ParameterError", "targets.0.modes")
    assert told["allowed"] == "the members url, mode, protocol"
    body = {"kind": "ingest", "reader": "warc", "files": ["x"], "delay": 1}
    told = problem(http.post("/v1/jobs", json=body), 400, "ParameterError", "delay 1")
    assert told["allowed"] == "the members build, watch, kind, reader, options, files"
    for wrong in (5, [], "crawl"):
        told = problem(http.post("/v1/jobs", json=wrong), 400, "ParameterError")
        assert told["allowed"] == "an object"


def _undescribed(document: dict[str, Any]) -> list[Any]:
    parameters = [
        (path, method, parameter["name"])
        for path, methods in document["paths"].items()
        for method, told in methods.items()
        for parameter in told.get("parameters", ())
        if not parameter.get("description")
    ]
    members = [
        (name, member)
        for name, schema in document["components"]["schemas"].items()
        for member, told in schema.get("properties", {}).items()
        if not told.get("description")
    ]
    return [*parameters, *members]


def test_the_document_describes_every_parameter_and_member(http: TestClient) -> None:
    document = http.get("/openapi.json").json()
    assert _undescribed(document) == []
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    assert document["security"] == [{}, {"key": []}]
    shown = document["paths"][f"{REPORTS}/anchors"]["get"]["responses"]["200"]["content"]
    assert set(shown) == {"application/json", "text/csv", "application/x-ndjson",
                          "application/vnd.apache.parquet"}  # fmt: skip
    row = document["components"]["schemas"]["AnchorsRow"]["properties"]
    assert row["equity"]["type"] == "number"
    assert {"type": "integer"} in row["followed_links"]["anyOf"]
    assert row["refdomains"]["description"] == "distinct domains they come from"
