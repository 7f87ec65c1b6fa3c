"""What the OpenAPI document says of rows, column by column, is what the answers hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator, ValidationError

from linkshed import api
from linkshed.errors import ColumnError
from linkshed.report import REPORTS
from linkshed.serve.http.app import create_app
from linkshed.serve.http.endpoints import ENDPOINTS, Endpoint
from linkshed.serve.http.nulls import why_null
from linkshed.serve.http.settings import Settings
from linkshed.serve.http.singles import FIGURES, HISTORIES
from score.test_web_graph import scored
from serve.served import DOMAIN, client, make
from serve.test_http_compatible import CONTRACT, LISTED
from webs import FETCHED_AT, publish, rows

SITE, BATCH = "/v3/site-explorer", "/v3/batch-analysis/batch-analysis"
NODES = ["com.tea", "net.pots", "org.blog"]
DOCUMENT = create_app(Settings("linkshed-store")).openapi()
TYPES: dict[type, str] = {str: "string", int: "integer", float: "number", bool: "boolean",
                          list: "array"}  # fmt: skip
NEEDED = {"intersect": {"rivals": "pots.net"}, "compare": {"rivals": "pots.net"},
          "whatif": {"edits": f"add https://wiki.net/a -> https://{DOMAIN}/"}}  # fmt: skip


def looks(folder: Path) -> Path:
    """Links that were won, lost and not looked at again."""
    before = "x.com/ -> tea.com/ a\ny.com/ -> tea.com/ b image\nsub.z.gov:8080/ -> tea.com/x c"
    after = "x.com/ status=404\nz.com/ -> tea.com/ c\nsub.z.gov:8080/ -> tea.com/x 'other' nofollow"
    for look, text in enumerate((before, after)):
        publish(folder, rows(text, FETCHED_AT + look))
        api.score(folder / "store")
    return folder / "store"


def graph(folder: Path) -> Path:
    """Links of which next to nothing is known."""
    scored(folder, NODES, [(1, 0), (2, 0), (0, 1)])
    return folder / "store"


@pytest.fixture(scope="module", params=[make, looks, graph], ids=["pages", "looks", "graph"])
def http(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return client(request.param(tmp_path_factory.mktemp("schemas")))


def schema_of(path: str, method: str = "get") -> dict[str, Any]:
    answer = DOCUMENT["paths"][path][method]["responses"]["200"]["content"]["application/json"]
    return answer["schema"] | {"components": DOCUMENT["components"]}


def row_of(path: str, member: str, method: str = "get") -> dict[str, Any]:
    """The members of a row, or of the only object, in the document."""
    whole = DOCUMENT["components"]["schemas"][schema_of(path, method)["$ref"].rpartition("/")[2]]
    told = whole["properties"][member]
    name = (told.get("items") or told)["$ref"].rpartition("/")[2]
    found: dict[str, Any] = DOCUMENT["components"]["schemas"][name]
    return found


def check(path: str, answer: Any, method: str = "get") -> None:
    assert answer.status_code == 200, answer.text
    Draft202012Validator(schema_of(path, method)).validate(answer.json())


def has(endpoint: Endpoint, name: str) -> bool:
    try:
        endpoint.needed(name)
    except ColumnError:
        return False
    return True


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.path)
def test_rows_of_every_column_are_as_the_document_says(
    endpoint: Endpoint, http: TestClient
) -> None:
    path = f"{SITE}/{endpoint.path}"
    told = row_of(path, endpoint.rows)["properties"]
    live = [name for name in told if has(endpoint, name)]
    past = [name for name in told if has(endpoint.past or endpoint, name)]
    assert set(live) | set(past) == set(told)
    asked = {"target": DOMAIN, "select": ",".join([*live, "any_rank"])}
    found = http.get(path, params=asked)
    check(path, found)
    for row in found.json()[endpoint.rows]:
        assert list(row) == [*live, "any_rank"]
    if endpoint.has_past:
        names = past if len(http.get("/v1/snapshots").json()) > 2 else live
        asked = {"target": DOMAIN, "select": ",".join(names), "history": "all_time"}
        check(path, http.get(path, params=asked))


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.path)
def test_the_document_defines_every_column_and_says_why_it_is_always_null(
    endpoint: Endpoint,
) -> None:
    told = row_of(f"{SITE}/{endpoint.path}", endpoint.rows)["properties"]
    assert set(told) >= {*endpoint.names(), *endpoint.derived, *endpoint.unknown}
    assert all(member["description"] for member in told.values())
    for name in endpoint.unknown:
        assert why_null(name) in told[name]["description"]
        is_null = told[name].get("type") == "null"
        assert is_null or (endpoint.past is not None and has(endpoint.past, name))


@pytest.mark.parametrize("path", CONTRACT)
def test_types_are_those_of_the_contract(path: str) -> None:
    told = row_of(f"{SITE}/{path}", LISTED[path])
    ranks = [name for names in CONTRACT[path].values() for name in names.split() if "_rank" in name]
    for kind, names in CONTRACT[path].items():
        for name in set(names.split()) - set(ranks):
            ways = told["properties"][name].get("anyOf", [told["properties"][name]])
            assert {way["type"] for way in ways} <= {TYPES[kind], "null"}, name
    (pattern,) = told["patternProperties"].values()
    assert pattern["type"] == "null"


@pytest.mark.parametrize("path", [*FIGURES, *HISTORIES])
def test_figures_are_as_the_document_says(path: str, http: TestClient) -> None:
    for target in (DOMAIN, "nowhere.example"):
        answer = http.get(f"{SITE}/{path}", params={"target": target})
        check(f"{SITE}/{path}", answer)
    ((member, _),) = answer.json().items()
    told = row_of(f"{SITE}/{path}", member)
    assert set(told["required"]) == set(told["properties"])


def test_a_batch_is_as_the_document_says(http: TestClient) -> None:
    targets = {"targets": [{"url": DOMAIN}, {"url": "nowhere.example"}]}
    answer = http.post(BATCH, json=targets)
    check(BATCH, answer, "post")
    assert list(answer.json()["targets"][0]) == list(row_of(BATCH, "targets", "post")["properties"])


@pytest.mark.parametrize("name", REPORTS.names)
def test_rows_of_reports_are_as_the_document_says(name: str, http: TestClient) -> None:
    path = f"/v1/reports/{name}"
    asked = {"scope": DOMAIN, "select": "*"} | NEEDED.get(name, {})
    answer = http.get(path, params=asked)
    if answer.status_code in (400, 404):
        assert "older than" in answer.text or "wiki.net" in answer.text
        return
    check(path, answer)
    assert set(answer.json()["columns"]) <= set(row_of(path, "rows")["properties"])


@pytest.mark.parametrize(
    "path", [f"{SITE}/anchors", f"{SITE}/domain-rating", "/v1/reports/anchors"]
)
def test_headers_are_those_that_the_document_tells(path: str, http: TestClient) -> None:
    asked = {"scope" if "v1" in path else "target": f"{DOMAIN}, nowhere.example"}
    asked |= {"limit": "0"} if "anchors" in path else {"target": "nowhere.example"}
    told = DOCUMENT["paths"][path]["get"]["responses"]
    answer = http.get(path, params=asked)
    own = {name for name in answer.headers if name.startswith("linkshed-") or name == "etag"}
    documented = {name.lower() for name in told["200"]["headers"]}
    assert own <= documented
    assert documented - own <= {"linkshed-cursor"}
    known = http.get(path, params=asked, headers={"if-none-match": answer.headers["etag"]})
    assert str(known.status_code) in told


def test_a_row_that_is_otherwise_is_noticed(http: TestClient) -> None:
    path = f"{SITE}/all-backlinks"
    answer = http.get(path, params={"target": DOMAIN}).json()
    for name, value in (("url_from", None), ("is_text", "yes"), ("link_type", "form"),
                        ("positions", 0), ("any_rank", 1), ("first_seen", 5)):  # fmt: skip
        wrong = {"backlinks": [answer["backlinks"][0] | {name: value}]}
        with pytest.raises(ValidationError, match=name if name != "any_rank" else "null"):
            Draft202012Validator(schema_of(path)).validate(wrong)
