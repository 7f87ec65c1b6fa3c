"""Answers that are no rows of a report are as the OpenAPI document describes them, to the last
member: it leaves none of them loose.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import ValidationError

from linkshed import api
from linkshed.report import REPORTS
from serve.served import client, make
from serve.test_http_schemas import DOCUMENT, check, graph, looks
from webs import publish, rows

SCHEMAS = DOCUMENT["components"]["schemas"]
FATES = """
    a.com/ -> b.com/ 'one' nofollow footer
    a.com/ -> b.com/ 'two' nav
    a.com/ -> b.com/old 'three' ugc
    a.com/ -> b.com/ 'four' sponsored
    a.com/ -> b.com/gone 'five'
    b.com/old redirect b.com/
    b.com/gone status=404
    b.com/gone2 redirect b.com/gone
    a.com/ -> c.com/ 'six'
    c.com/ -> a.com/ 'seven'
    c.com/ noindex
    d.com/ -> a.com/
    d.com/ nofollow
"""


def fates(folder: Path) -> Path:
    """Equity lost and handed on in many ways; the newest snapshot is not scored."""
    publish(folder, rows(FATES))
    api.score(folder / "store")
    publish(folder, rows("e.com/ -> a.com/ 'late'"))
    return folder / "store"


@pytest.fixture(scope="module", params=[make, looks, graph, fates])
def http(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return client(request.param(tmp_path_factory.mktemp("answers")))


def loose(schema: Any, place: str, seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """Where a schema says nothing of what an answer holds, or lets it hold more than it names."""
    if name := schema.get("$ref", "").rpartition("/")[2]:
        if name not in seen:
            yield from loose(SCHEMAS[name], place, seen | {name})
        return
    for way in schema.get("anyOf", schema.get("oneOf", ())):
        yield from loose(way, place, seen)
    if not schema.keys() & {"type", "enum", "const", "anyOf", "oneOf"}:
        yield f"{place}: anything"
    if schema.get("type") == "array":
        for item in schema.get("prefixItems", [schema.get("items", {})]):
            yield from loose(item, f"{place}[]", seen)
    if schema.get("type") == "object":
        more = schema.get("additionalProperties", True)
        if isinstance(more, dict):
            yield from loose(more, f"{place}.*", seen)
        elif more:
            yield f"{place}: more"
        for member, inner in schema.get("properties", {}).items():
            yield from loose(inner, f"{place}.{member}", seen)


def test_the_document_leaves_no_answer_loose() -> None:
    told = {
        (method, path): answer["content"]["application/json"]["schema"]
        for path, methods in DOCUMENT["paths"].items()
        for method, asked in methods.items()
        for status, answer in asked["responses"].items()
        if status.startswith("2")
    }
    found = {name: list(loose(schema, "")) for name, schema in told.items()}
    on_request = {
        f"/v1/reports/{name}" for name in REPORTS.names if REPORTS.load(name).REPORT.shows
    }
    for (_, path), places in found.items():
        assert places == ([".rows[]: more"] if path in on_request else []), path


def test_every_member_of_an_answer_is_described() -> None:
    for name, schema in SCHEMAS.items():
        for member, told in schema.get("properties", {}).items():
            assert told.get("description"), (name, member)


def pages_of(http: TestClient) -> list[str]:
    """Every page that the snapshots of a client's server know."""
    scopes = "tea.com,b.com,a.com,c.com,d.com,pots.net,blog.org"
    answer = http.get("/v1/reports/pages", params={"scope": scopes, "select": "url"})
    return [row["url"] for row in answer.json()["rows"]]


def test_accounts_of_all_pages_are_as_the_document_says(http: TestClient) -> None:
    pages = pages_of(http)
    assert len(pages) > 1
    for url in pages:
        for limit in ({}, {"limit": 0}):
            check("/v1/explain", http.get("/v1/explain", params={"url": url, **limit}))


def test_an_account_tells_every_way_in_which_equity_is_lost(tmp_path: Path) -> None:
    http = client(fates(tmp_path))
    lost, forms = set(), set()
    for url in pages_of(http):
        told = http.get("/v1/explain", params={"url": url}).json()
        forms.add("profile" in told)
        lost |= (told["outgoing"] or {}).get("lost", {}).keys()
    assert forms == {True, False}
    assert lost == api.losses().keys()


@pytest.mark.parametrize("path", ["/v1/health", "/v1/snapshots", "/v1/reports"])
def test_lists_are_as_the_document_says(path: str, http: TestClient) -> None:
    check(path, http.get(path))


def test_a_store_without_snapshot_is_as_the_document_says(tmp_path: Path) -> None:
    answer = client(tmp_path).get("/v1/health")
    told = DOCUMENT["paths"]["/v1/health"]["get"]["responses"][str(answer.status_code)]
    name = told["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert SCHEMAS[name]["properties"]["status"]["const"] == answer.json()["status"]


@pytest.mark.parametrize("path", ["/v1/snapshots", "/v1/reports", "/v1/explain"])
def test_an_answer_that_is_known_is_not_sent_again(path: str, http: TestClient) -> None:
    asked = {"url": pages_of(http)[0]} if path == "/v1/explain" else {}
    tag = http.get(path, params=asked).headers["etag"]
    known = http.get(path, params=asked, headers={"if-none-match": tag})
    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", tag)


def test_a_member_more_is_noticed(http: TestClient) -> None:
    class Answer:
        status_code = 200

        def __init__(self, told: Any) -> None:
            self.json = lambda: told

    account = http.get("/v1/explain", params={"url": pages_of(http)[0]}).json()
    check("/v1/explain", Answer(account))
    for wrong in (account | {"more": 1}, account | {"equity": "much"}, account | {"ledger": [{}]}):
        with pytest.raises(ValidationError):
            check("/v1/explain", Answer(wrong))
